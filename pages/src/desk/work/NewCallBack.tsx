import { computed, useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say, type Text } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Field, Line, Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { contactKind, idOf, type Record, shown } from "../record/shown";
import { call } from "../state";
import { when } from "../time";
import { work as words } from "../words/work";
import { label } from "./ActivityForm";
import { callBackForm, whyNoCallBack } from "./form";
import { londonInstant } from "./london";
import { useOutcomes } from "./outcomes";

type Asked = {
  whose: Schemas["Whose"];
  caseNumber: string;
  number: string;
  wanted: string;
  what: string;
  outcome: string;
};

/** A call back for what cannot be answered now: R-CB-2's fields. */
export function NewCallBack() {
  const open = callBackForm;
  const record = shown.value;
  const kind = record === null ? null : contactKind(record.kind);
  const why = whyNoCallBack();
  return (
    <>
      <Act
        keyName="callBack"
        look="small"
        label={say(words.newCallBack)}
        why={why}
        expanded={open.value}
        onDo={() => (open.value = !open.value)}
      />
      {open.value && record !== null && kind !== null && (
        <Form key={idOf(record)} record={record} kind={kind} onClose={() => (open.value = false)} />
      )}
    </>
  );
}

function begun(record: Record): Asked {
  const open = (record.client?.cases ?? []).filter((one) => one.detail && one.closed_on === null);
  const selected = open.find((one) => one.selected) ?? (open.length === 1 ? open[0] : undefined);
  const number = record.employer?.phone ?? call.value?.pop.caller_number ?? "";
  return { whose: "self", caseNumber: selected?.number ?? "", number, wanted: "", what: "", outcome: "" };
}

function Form({ record, kind, onClose }: { record: Record; kind: Schemas["RaiseBody"]["kind"]; onClose: () => void }) {
  const asked = useSignal(begun(record));
  const set = (part: Partial<Asked>) => {
    asked.value = { ...asked.value, ...part };
  };
  const now = asked.value;
  const name = (record.client ?? record.representative ?? record.employer)?.name ?? "";
  const missing = missingOf(now);
  const cases = (record.client?.cases ?? []).filter((one) => one.detail);
  return (
    <Panel title={say(words.newCallBack)} onClose={onClose}>
      <p>{say(words.of, { name })}</p>
      <Whose value={now.whose} onChoose={(whose) => set({ whose })} />
      {cases.length > 0 && (
        <Choice
          label={say(words.whichCase)}
          none={say(words.noCase)}
          value={now.caseNumber}
          of={cases.map((one) => [one.number, one.number] as const)}
          onChoose={(caseNumber) => set({ caseNumber })}
        />
      )}
      <Line label={say(words.contactNumber)} mode="tel" value={now.number} onInput={(number) => set({ number })} />
      <Wanted value={now.wanted} onInput={(wanted) => set({ wanted })} />
      <Lines label={say(words.what)} rows={2} value={now.what} onInput={(what) => set({ what })} />
      {madeNow.value !== null && (
        <OutcomeFirst brand={madeNow.value.brand} value={now.outcome} onChoose={(outcome) => set({ outcome })} />
      )}
      <Act
        look="main"
        label={say(words.save)}
        why={missing === null ? null : say(missing)}
        onDo={() => raise(now, kind, idOf(record), onClose)}
      />
    </Panel>
  );
}

/** The activity of the call one has made and not closed yet: that is closed first (R-CB-1). */
const madeNow = computed(() => {
  const activity = call.value?.activity ?? null;
  return activity?.direction === "outbound" && activity.taken_at !== null && activity.closed_at === null
    ? activity
    : null;
});

function missingOf(now: Asked): Text | null {
  if (now.number.trim() === "") return words.numberFirst;
  if (now.what.trim() === "") return words.whatFirst;
  return madeNow.value !== null && now.outcome === "" ? words.callFirst : null;
}

function OutcomeFirst(asked: {
  brand: Schemas["Activity"]["brand"];
  value: string;
  onChoose: (value: string) => void;
}) {
  const lists = useOutcomes(asked.brand);
  return (
    <Choice
      label={say(words.outcomeOfCall)}
      none={say(words.chooseOutcome)}
      hint={say(words.outcomeFirst)}
      value={asked.value}
      of={(lists?.outcomes ?? []).map((one) => [one.value, label(one)] as const)}
      onChoose={asked.onChoose}
    />
  );
}

function Whose({ value, onChoose }: { value: Schemas["Whose"]; onChoose: (whose: Schemas["Whose"]) => void }) {
  const of = [
    ["self", words.forMe],
    ["owner", words.forOwner],
  ] as const;
  return (
    <fieldset class="whose">
      <legend>{say(words.forWhom)}</legend>
      {of.map(([whose, text]) => (
        <label key={whose}>
          <input type="radio" name="whose" checked={value === whose} onChange={() => onChoose(whose)} /> {say(text)}
        </label>
      ))}
    </fieldset>
  );
}

function Wanted({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  return (
    <Field label={say(words.wanted)} hint={say(words.wantedHint)}>
      {(id, described) => (
        <input
          id={id}
          class="input"
          type="datetime-local"
          aria-describedby={described}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

async function raise(asked: Asked, kind: Schemas["RaiseBody"]["kind"], recordId: number, done: () => void) {
  const body = {
    whose: asked.whose,
    kind,
    record_id: recordId,
    case_number: asked.caseNumber === "" ? null : asked.caseNumber,
    contact_number: asked.number.trim(),
    wanted_at: asked.wanted === "" ? null : londonInstant(asked.wanted),
    description: asked.what.trim(),
    outcome: madeNow.value === null || asked.outcome === "" ? null : (asked.outcome as Schemas["Outcome"]),
  };
  await attempt("call-back", async () => {
    const { call_back: made } = await ask("post", "/api/call-backs", { body });
    done();
    notice("raised", () => say(words.raised, { from: when(made.starts_at), to: when(made.ends_at) }));
  });
}
