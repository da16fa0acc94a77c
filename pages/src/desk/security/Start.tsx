import { useSignal } from "@preact/signals";
import { say } from "../../words/words";
import type { Pop } from "../call/who";
import { Act } from "../parts/Act";
import { Choice } from "../parts/Field";
import { idOf, type Record } from "../record/shown";
import { inTalk } from "../state";
import { begin, cannotIdentify } from "./deeds";
import { known, type RecordSecurity } from "./known";
import { security as words } from "./words";

const WHY_NOT = {
  not_set_up: words.notSetUp,
  key_missing: words.keyMissing,
  account_thin: words.accountThin,
  choose_employer: words.noEmployers,
};

/** Begin a check of whose record is open, or say why none can be made. */
export function Start({ pop, record }: { pop: Pop; record: Record | null }) {
  const found = record === null ? null : known(record.kind, idOf(record));
  const employer = useSignal("");
  const employers = found?.readiness.employers ?? [];
  const chosen = employers.length === 1 ? String(employers[0]?.record_id) : employer.value;
  const why = !inTalk.value ? say(words.talkFirst) : whyNot(record, found, employers.length > 0 && chosen === "");
  const isEmployers = found?.readiness.account === true;

  async function start(): Promise<void> {
    if (record === null) return;
    const employer_id = chosen === "" ? null : Number(chosen);
    await begin(pop.call_id, { kind: record.kind, record_id: idOf(record), employer_id });
  }
  return (
    <>
      {found?.readiness.why != null && <p class="standing standing--warn">▲ {say(WHY_NOT[found.readiness.why])}</p>}
      {employers.length > 1 && (
        <Choice
          label={say(words.onBehalf)}
          none={say(words.chooseEmployer)}
          value={employer.value}
          of={employers.map((one) => [String(one.record_id), one.name] as const)}
          onChoose={(value) => {
            employer.value = value;
          }}
        />
      )}
      <div class="buttons">
        <Act
          keyName="security"
          look="small"
          label={say(pop.check.last === null ? words.start : words.again)}
          why={why}
          onDo={start}
        />
        {inTalk.value && !isEmployers && pop.security.result !== "passed" && (
          <Act look="small" label={say(words.cannot)} onDo={() => cannotIdentify(pop.call_id)} />
        )}
      </div>
    </>
  );
}

function whyNot(record: Record | null, found: RecordSecurity | null, choose: boolean): string | null {
  if (record === null || found === null) return say(words.recordFirst);
  if (found.readiness.why !== null) return say(WHY_NOT[found.readiness.why]);
  return choose ? say(words.chooseEmployer) : null;
}
