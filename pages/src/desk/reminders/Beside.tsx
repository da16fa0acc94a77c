import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { work } from "../state";
import { when } from "../time";
import { caseRoles, named } from "../words/values";
import { CallBackRows } from "../work/CallBacks";
import { closeInformal, openOf } from "./deeds";
import { OtherTime } from "./OtherTime";
import { Teams } from "./Teams";
import { words } from "./words";

type Informal = Schemas["InformalReminder"];

/** What else is to be done at a time: of one's team, one's own reminders, and for a leader what wants them. */
export function Beside() {
  const now = work.value;
  if (now === null) return null;
  return (
    <>
      {now.queue_call_backs.length > 0 && (
        <section aria-labelledby="queue-call-backs-title">
          <h3 id="queue-call-backs-title">{say(words.queue, { count: now.queue_call_backs.length })}</h3>
          <p class="quiet">{say(words.queueHint)}</p>
          <CallBackRows all={now.queue_call_backs} />
        </section>
      )}
      {now.informal.length > 0 && <Informals all={now.informal} />}
      {now.leading !== null && <Teams leading={now.leading} />}
    </>
  );
}

function Informals({ all }: { all: readonly Informal[] }) {
  return (
    <section aria-labelledby="informal-title">
      <h3 id="informal-title">{say(words.mine, { count: all.length })}</h3>
      <InformalRows all={all} />
    </section>
  );
}

export function InformalRows({ all }: { all: readonly Informal[] }) {
  return (
    <ul class="rows">
      {all.map((one) => (
        <li key={one.reminder_id}>
          <One one={one} />
        </li>
      ))}
    </ul>
  );
}

function One({ one }: { one: Informal }) {
  const ending = one.case_ending === null ? "" : say(words.caseEnding, { ending: one.case_ending });
  const name = one.name ?? ending;
  return (
    <>
      <p>
        <strong>{when(one.due_at)}</strong> {name}, {named(caseRoles, one.role)}
        {one.name !== null && ending !== "" && `, ${ending}`}
      </p>
      {one.description !== "" && <p class="quiet">{one.description}</p>}
      <div class="buttons">
        {one.record_id !== null && (
          <Act
            look="small"
            label={say(words.open)}
            name={say(words.openName, { name })}
            onDo={() => openOf({ kind: "client", record_id: one.record_id })}
          />
        )}
        <OtherTime source="informal" id={one.reminder_id} name={name} />
        <Act
          look="small"
          label={say(words.done)}
          name={say(words.doneName, { name })}
          onDo={() => closeInformal(one.reminder_id)}
        />
      </div>
    </>
  );
}
