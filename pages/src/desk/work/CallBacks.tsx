import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { spaced } from "../call/who";
import { attempt } from "../notices";
import { type Called, toggle } from "../open";
import { Act } from "../parts/Act";
import { contactKind, type Kind, openRecord } from "../record/shown";
import { connected, whyNot } from "../state";
import { when } from "../time";
import { callBackResults, named } from "../words/values";
import { work as words } from "../words/work";

type CallBack = Schemas["Work"]["call_backs"][number];
type Result = Schemas["Result"];
const RESULTS = Object.keys(callBackResults) as Result[];

/** Whom one has promised to call back, by when (R-CB). What is due stands first, and says so. */
export function CallBacks({ all }: { all: readonly CallBack[] }) {
  return (
    <section aria-labelledby="call-backs-title">
      <h3 id="call-backs-title">{say(words.callBacks, { count: all.length })}</h3>
      {all.length === 0 && <p class="quiet">{say(words.noCallBacks)}</p>}
      <ul class="rows">
        {all.map((one) => (
          <li key={one.call_back_id} class={`call-back call-back--${one.state}`}>
            <One one={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ one }: { one: CallBack }) {
  const name = one.name ?? spaced(one.contact_number);
  return (
    <>
      <p class="row">
        <span>
          <span class={one.state === "later" ? "tag tag--plain" : "tag"}>{say(words[one.state])}</span>{" "}
          <strong>{say(words.times, { from: when(one.starts_at), to: when(one.ends_at) })}</strong>
        </span>
        <Act
          look="small"
          label={say(words.ring)}
          name={say(words.ringName, { name })}
          why={whyNot("outbound")}
          onDo={() => ring(one, name)}
        />
      </p>
      <p>
        {name}, {spaced(one.contact_number)}
        {one.case_ending !== null && `, ${say(words.caseEnding, { ending: one.case_ending })}`}
      </p>
      <p class="quiet">{one.description}</p>
      <select
        class="input input--small"
        aria-label={say(words.resultOf, { name })}
        disabled={!connected.value}
        value=""
        onChange={(event) => void closeIt(one, event.currentTarget)}
      >
        <option value="">{say(words.chooseResult)}</option>
        {RESULTS.map((result) => (
          <option key={result} value={result}>
            {named(callBackResults, result)}
          </option>
        ))}
      </select>
    </>
  );
}

/** Open the contact's record beside the dialog, so that it is read before it rings. */
function ring(one: CallBack, name: string): void {
  const kind = one.kind === null ? null : contactKind(one.kind as Kind);
  const about: Called =
    kind === null || one.record_id === null
      ? null
      : { kind, recordId: one.record_id, name, ...(one.case_id === null ? {} : { caseId: one.case_id }) };
  if (about !== null) void openRecord(about.kind, about.recordId);
  toggle({ what: "outbound", called: about, number: one.contact_number, purpose: "call_back" });
}

async function closeIt(one: CallBack, choice: HTMLSelectElement): Promise<void> {
  const path = { call_back_id: one.call_back_id };
  const body = { result: choice.value as Result };
  const done = await attempt("call-back", () => ask("post", "/api/call-backs/{call_back_id}/close", { path, body }));
  if (!done) choice.value = "";
}
