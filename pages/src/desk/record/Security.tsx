import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say, type Text } from "../../words/words";
import type { Pop } from "../call/who";
import { useKey } from "../keys/keys";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { clock } from "../time";
import { record as words } from "../words/record";
import { named, securityResults } from "../words/values";

type Result = Schemas["SecurityResult"];
type Now = Schemas["SecurityNow"];

const RESULTS: readonly (readonly [Result, Text])[] = [
  ["passed", words.passed],
  ["failed", words.failed],
  ["not_done", words.notDone],
];

/** The result of the security check, which travels with the call (R-XFER-4). */
export function Security({ pop }: { pop: Pop }) {
  const place = useRef<HTMLButtonElement>(null);
  const set = useSignal<Now | null>(null);
  const now = latest(pop.security, set.value);
  useKey("security", () => place.current?.focus());

  async function record(result: Result): Promise<void> {
    await attempt("security", async () => {
      const path = { call_id: pop.call_id };
      set.value = (await ask("put", "/api/calls/{call_id}/security", { path, body: { result } })).security;
    });
  }
  return (
    <section class="security row" aria-labelledby="security-title">
      <h3 id="security-title">
        {say(words.security)}: <span class="security__now">{nowWords(now)}</span>
      </h3>
      {pop.outbound !== null && pop.employer !== null && <p class="quiet">{say(words.noCheckOutbound)}</p>}
      <fieldset class="buttons" aria-labelledby="security-title">
        {RESULTS.map(([result, text], at) => (
          <Act
            key={result}
            {...(at === 0 ? { at: place } : {})}
            look="small"
            label={say(text)}
            pressed={now.result === result}
            onDo={() => record(result)}
          />
        ))}
      </fieldset>
    </section>
  );
}

/** What was answered to this desk may be newer than what came with the call. */
function latest(told: Now, set: Now | null): Now {
  return set !== null && (told.at === null || (set.at ?? "") >= told.at) ? set : told;
}

function nowWords(now: Now): string {
  const result = named(securityResults, now.result);
  if (now.by === null || now.at === null) return result;
  return say(words.securityBy, { result, who: `${now.by.name} ${now.by.staff_number}`, time: clock(now.at) });
}
