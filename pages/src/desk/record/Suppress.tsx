import { useSignal } from "@preact/signals";
import { ask, Refused, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Line } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { me } from "../state";
import { record as words } from "../words/record";
import { named, suppressionReasons } from "../words/values";
import type { ContactKind } from "./Contact";

type Reason = Schemas["Reason"];
const REASONS = Object.keys(suppressionReasons) as Reason[];
const IN_WORDS: Reason = "other_exceptional_reason";
type Asked = { kind: ContactKind; recordId: number; onChange: () => Promise<unknown> };

/** Suppress a contact, with its reason; once more where that closes call backs (R-OUT-2). */
export function Suppress({ kind, recordId, onChange }: Asked) {
  const open = useSignal(false);
  const done = () => {
    open.value = false;
    void onChange();
  };
  return (
    <>
      <Act look="small" label={say(words.suppress)} expanded={open.value} onDo={() => (open.value = !open.value)} />
      {open.value && <Form kind={kind} recordId={recordId} onDone={done} onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({
  kind,
  recordId,
  onDone,
  onClose,
}: {
  kind: ContactKind;
  recordId: number;
  onDone: () => void;
  onClose: () => void;
}) {
  const reason = useSignal("");
  const inWords = useSignal("");
  const confirms = useSignal(false);
  const missing = reason.value === "" ? say(words.chooseReason) : null;

  async function suppress(): Promise<void> {
    const body = {
      reason: reason.value as Reason,
      words: inWords.value === "" ? null : inWords.value,
      confirm: confirms.value,
    };
    const path = { kind, record_id: recordId };
    const sent = async () => {
      try {
        await ask("post", "/api/records/{kind}/{record_id}/suppressions", { path, body });
      } catch (error) {
        if (error instanceof Refused && error.errorId === "suppression.open_call_backs") confirms.value = true;
        throw error;
      }
    };
    if (await attempt("suppress", sent)) onDone();
  }
  return (
    <Panel title={say(words.suppress)} onClose={onClose}>
      <p class="quiet">{say(words.suppressHint)}</p>
      <Choice
        label={say(words.why)}
        none={say(words.chooseReason)}
        value={reason.value}
        of={REASONS.map((one) => [one, named(suppressionReasons, one)] as const)}
        onChoose={(value) => (reason.value = value)}
      />
      {reason.value === IN_WORDS && (
        <Line label={say(words.inWords)} value={inWords.value} onInput={(value) => (inWords.value = value)} />
      )}
      <Act
        look="main"
        label={say(confirms.value ? words.confirmSuppress : words.suppress)}
        why={missing}
        onDo={suppress}
      />
    </Panel>
  );
}

/** Lift a suppression: for team leaders, with why. */
export function Lift({ one, onChange }: { one: Schemas["Suppression"]; onChange: () => Promise<unknown> }) {
  const why = useSignal("");
  if (me.value?.role !== "team_leader") return null;
  async function lift(): Promise<void> {
    const path = { suppression_id: one.suppression_id };
    if (why.value.trim() === "") return notice("suppress", () => say(words.why));
    const body = { why: why.value };
    await attempt("suppress", () => ask("post", "/api/suppressions/{suppression_id}/lift", { path, body }));
    await onChange();
  }
  return (
    <>
      <Line label={say(words.why)} value={why.value} onInput={(value) => (why.value = value)} />
      <Act look="small" label={say(words.lift)} onDo={lift} />
    </>
  );
}
