import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Field, Line } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { record as words } from "../words/record";
import type { ContactKind } from "./Contact";

type Needs = Schemas["Requirements"];
type Asked = { kind: ContactKind; recordId: number; needs: Needs; onChange: () => Promise<unknown> };

/** What the contact requires of whoever reaches them (R-OUT-3), said by them and set by an agent. */
export function Require(asked: Asked) {
  const open = useSignal(false);
  return (
    <>
      <Act look="small" label={say(words.changeNeeds)} expanded={open.value} onDo={() => (open.value = !open.value)} />
      {open.value && <Form {...asked} onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({ kind, recordId, needs, onChange, onClose }: Asked & { onClose: () => void }) {
  const wanted = useSignal(needs);
  const set = (part: Partial<Needs>) => {
    wanted.value = { ...wanted.value, ...part };
  };
  const now = wanted.value;
  async function save(): Promise<void> {
    const asked = { path: { kind, record_id: recordId }, body: tidy(now) };
    const put = () => ask("put", "/api/records/{kind}/{record_id}/requirements", asked);
    if (!(await attempt("needs", put))) return;
    onClose();
    await onChange();
  }
  return (
    <Panel title={say(words.changeNeeds)} onClose={onClose}>
      <Line
        label={say(words.interpreterOf)}
        hint={say(words.interpreterHint)}
        value={now.interpreter ?? ""}
        onInput={(interpreter) => set({ interpreter })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={now.face_to_face}
          onChange={(event) => set({ face_to_face: event.currentTarget.checked })}
        />{" "}
        {say(words.faceToFace)}
      </label>
      <PreferredTime value={now.preferred_time ?? ""} onInput={(preferred_time) => set({ preferred_time })} />
      <Line
        label={say(words.formatOf)}
        hint={say(words.formatHint)}
        value={now.alternative_format ?? ""}
        onInput={(alternative_format) => set({ alternative_format })}
      />
      <Act look="main" label={say(words.saveNeeds)} onDo={save} />
    </Panel>
  );
}

function PreferredTime({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  return (
    <Field label={say(words.preferredTime)} hint={say(words.preferredHint)}>
      {(id, described) => (
        <input
          id={id}
          class="input"
          type="time"
          aria-describedby={described}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** What was left empty is not required. */
function tidy(needs: Needs): Needs {
  const said = (text: string | null) => (text === null || text.trim() === "" ? null : text.trim());
  return {
    interpreter: said(needs.interpreter),
    face_to_face: needs.face_to_face,
    preferred_time: said(needs.preferred_time),
    alternative_format: said(needs.alternative_format),
  };
}
