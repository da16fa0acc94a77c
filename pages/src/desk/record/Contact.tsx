import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Fact } from "../call/Facts";
import { attempt } from "../notices";
import { type Called, toggle } from "../open";
import { Act } from "../parts/Act";
import { whyNot } from "../state";
import { when } from "../time";
import { record as words } from "../words/record";
import { named, suppressionReasons } from "../words/values";
import { needsWords } from "./Needs";
import { Require } from "./Require";
import { Lift, Suppress } from "./Suppress";
import { idOf, type Record } from "./shown";

type Preparation = Schemas["Preparation"];
export type ContactKind = "client" | "employer" | "representative";

/** What to know of a contact before one speaks with them, and whether they may be called. */
export function Contact({ kind, record }: { kind: ContactKind; record: Record }) {
  const recordId = idOf(record);
  const known = useSignal<Preparation | null>(null);
  const path = { kind, record_id: recordId };
  const learn = () =>
    attempt("contact", async () => {
      known.value = await ask("get", "/api/records/{kind}/{record_id}/preparation", { path });
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each record
  useEffect(() => void learn(), [kind, recordId]);
  return known.value === null ? null : <Known kind={kind} record={record} known={known} onChange={learn} />;
}

function Known({
  kind,
  record,
  known,
  onChange,
}: {
  kind: ContactKind;
  record: Record;
  known: Signal<Preparation | null>;
  onChange: () => Promise<unknown>;
}) {
  const told = known.value;
  if (told === null) return null;
  const suppressed = told.suppressions[0];
  return (
    <>
      <dl class="facts">
        <Fact name={say(words.needs)}>{needsWords(told.requirements)}</Fact>
        <Fact name={say(words.contact)}>
          {suppressed === undefined ? say(words.notSuppressed) : <Suppression one={suppressed} />}
        </Fact>
      </dl>
      <div class="buttons">
        <Act
          look="small"
          label={say(words.callThem)}
          why={whyNot("outbound") ?? (suppressed === undefined ? null : suppressedWords(suppressed))}
          onDo={() => toggle({ what: "outbound", called: calledOf(kind, record) })}
        />
        <Require kind={kind} recordId={idOf(record)} needs={told.requirements} onChange={onChange} />
        {suppressed === undefined ? (
          <Suppress kind={kind} recordId={idOf(record)} onChange={onChange} />
        ) : (
          <Lift one={suppressed} onChange={onChange} />
        )}
      </div>
    </>
  );
}

function calledOf(kind: ContactKind, record: Record): Called {
  const name = (record.client ?? record.representative ?? record.employer)?.name ?? "";
  const selected = record.client?.cases.find((one) => one.selected);
  return {
    kind,
    recordId: idOf(record),
    name,
    ...(selected === undefined ? {} : { caseId: selected.case_id }),
  };
}

function suppressedWords(one: Schemas["Suppression"]): string {
  return say(words.suppressed, { reason: one.words ?? named(suppressionReasons, one.reason) });
}

function Suppression({ one }: { one: Schemas["Suppression"] }) {
  const who = `${one.set_by.name} ${one.set_by.staff_number}`;
  return (
    <>
      <strong>▲ {suppressedWords(one)}</strong>, {say(words.suppressedBy, { who, day: when(one.set_at) })}
    </>
  );
}
