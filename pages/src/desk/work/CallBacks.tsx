import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { spaced } from "../call/who";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { callBack } from "../reminders/deeds";
import { OtherTime } from "../reminders/OtherTime";
import { knownOf } from "../reminders/told";
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
      <CallBackRows all={all} />
    </section>
  );
}

export function CallBackRows({ all }: { all: readonly CallBack[] }) {
  return (
    <ul class="rows">
      {all.map((one) => (
        <li key={one.call_back_id} class={`call-back call-back--${one.state}`}>
          <One one={one} />
        </li>
      ))}
    </ul>
  );
}

function One({ one }: { one: CallBack }) {
  const name = one.name ?? spaced(one.contact_number);
  return (
    <>
      <p class="row">
        <WhenDue one={one} />
        <Act
          look="small"
          label={say(words.ring)}
          name={say(words.ringName, { name })}
          why={whyNot("outbound")}
          onDo={() => callBack(one.call_back_id, one)}
        />
      </p>
      <Whom one={one} />
      <div class="buttons">
        <OtherTime source="call_back" id={one.call_back_id} name={name} />
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
      </div>
    </>
  );
}

/** From when to when, or since when it is overdue. */
export function WhenDue({ one }: { one: Pick<CallBack, "state" | "starts_at" | "ends_at"> }) {
  const times = { from: when(one.starts_at), to: when(one.ends_at) };
  return (
    <span>
      {one.state !== "overdue" && (
        <span class={one.state === "later" ? "tag tag--plain" : "tag"}>{say(words[one.state])}</span>
      )}{" "}
      {one.state === "overdue" ? (
        <span class="tag">{say(words.overdueSince, { time: times.to })}</span>
      ) : (
        <strong>{say(words.times, times)}</strong>
      )}
    </span>
  );
}

/** Who, at which number, of which case, about what; and what is to be known before they are called. */
export function Whom({ one }: { one: CallBack }) {
  const parts = [
    one.name,
    spaced(one.contact_number),
    one.case_ending === null ? null : say(words.caseEnding, { ending: one.case_ending }),
    ...knownOf(one),
  ].filter((part) => part !== null);
  return (
    <>
      <p>{parts.join(" · ")}</p>
      <p class="quiet">{one.description}</p>
    </>
  );
}

async function closeIt(one: CallBack, choice: HTMLSelectElement): Promise<void> {
  const path = { call_back_id: one.call_back_id };
  const body = { result: choice.value as Result };
  const done = await attempt("call-back", () => ask("post", "/api/call-backs/{call_back_id}/close", { path, body }));
  if (!done) choice.value = "";
}
