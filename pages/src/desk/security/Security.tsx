import { useEffect } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import type { Pop } from "../call/who";
import { idOf, shown } from "../record/shown";
import { clock } from "../time";
import { named, securityResults } from "../words/values";
import { ByAccount } from "./ByAccount";
import { BySecrets } from "./BySecrets";
import { Confirm } from "./Confirm";
import { Ended } from "./Ended";
import { learn } from "./known";
import { Start } from "./Start";
import { security as words } from "./words";

/** The security check (R-SEC): what to ask now, how it ended, and what follows; its result travels with the call. */
export function Security({ pop }: { pop: Pop }) {
  const record = shown.value;
  const [kind, recordId] = record === null ? [null, 0] : [record.kind, idOf(record)];
  const { open, last } = pop.check;
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each record, and anew when a check has ended
  useEffect(() => {
    if (kind !== null) void learn(kind, recordId);
  }, [kind, recordId, last?.check_id]);
  const isCalled = pop.outbound !== null && pop.employer !== null;

  return (
    <section class="security" aria-labelledby="security-title">
      <h3 id="security-title">
        {say(words.title)}:{" "}
        <span class="security__now" role="status">
          {nowWords(pop.security)}
        </span>
      </h3>
      {open !== null && (open.by_secrets ? <BySecrets {...of(pop, open)} /> : <ByAccount {...of(pop, open)} />)}
      {open === null && last !== null && <Ended key={last.check_id} pop={pop} last={last} />}
      {open === null && (isCalled ? <Confirm pop={pop} /> : <Start pop={pop} record={record} />)}
    </section>
  );
}

function of(pop: Pop, open: Schemas["CheckNow"]) {
  return { key: `${open.check_id}${open.second}`, callId: pop.call_id, check: open };
}

function nowWords(now: Schemas["SecurityNow"]): string {
  const result = named(securityResults, now.result);
  if (now.by === null || now.at === null) return result;
  return say(words.by, { result, who: `${now.by.name} ${now.by.staff_number}`, time: clock(now.at) });
}
