import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Field, Line, Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { begun, missing, save, type Written, written } from "./form";
import { closeApplication, type Prefill } from "./open";
import { Template } from "./Template";
import { label, words } from "./words";

type Choices = Schemas["ApplicationChoices"];
type Set = (part: Partial<Written>) => void;

/** The form of a new-application call back, for a caller with no record (R-CB-9). */
export function Form({ prefill }: { prefill: Prefill }) {
  const choices = useChoices();
  const now = written.value ?? begun(prefill);
  const set: Set = (part) => {
    written.value = { ...now, ...part };
  };
  const down = choices?.in_downtime === true;
  return (
    <Panel title={say(words.newOne)} onClose={closeApplication}>
      <p class="quiet">{say(words.newHint)}</p>
      {down && <p class="standing standing--warn">▲ {say(words.downtime)}</p>}
      <Who now={now} set={set} />
      <Required now={now} set={set} />
      <Why now={now} choices={choices} set={set} />
      {down && <Offline now={now} choices={choices} set={set} />}
      <Act look="main" label={say(words.save)} why={missing(now, down)} onDo={() => save(now)} />
    </Panel>
  );
}

/** What the form offers now; null while the service has not said it. */
function useChoices(): Choices | null {
  const choices = useSignal<Choices | null>(null);
  useEffect(() => {
    void attempt("application", async () => {
      choices.value = await ask("get", "/api/applications/choices");
    });
  }, [choices]);
  return choices.value;
}

function Who({ now, set }: { now: Written; set: Set }) {
  return (
    <>
      <Line label={say(words.fullName)} value={now.fullName} onInput={(fullName) => set({ fullName })} />
      <Lines label={say(words.address)} rows={2} value={now.address} onInput={(address) => set({ address })} />
      <div class="pair">
        <BornOn value={now.bornOn} onInput={(bornOn) => set({ bornOn })} />
        <Line label={say(words.number)} mode="tel" value={now.number} onInput={(number) => set({ number })} />
      </div>
    </>
  );
}

/** A date of birth; an old browser leaves it a line of text. */
export function BornOn({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  return (
    <Field label={say(words.bornOn)}>
      {(id) => (
        <input
          id={id}
          class="input"
          type="date"
          min="1900-01-01"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Required({ now, set }: { now: Written; set: Set }) {
  const of = [
    [true, words.anyTime],
    [false, words.atTime],
  ] as const;
  return (
    <fieldset class="whose">
      <legend>{say(words.required)}</legend>
      {of.map(([anyTime, text]) => (
        <label key={String(anyTime)}>
          <input type="radio" name="required" checked={now.anyTime === anyTime} onChange={() => set({ anyTime })} />{" "}
          {say(text)}
        </label>
      ))}
      {!now.anyTime && <At label={say(words.dateAndTime)} value={now.at} onInput={(at) => set({ at })} />}
    </fieldset>
  );
}

/** A date and time on London's clock. */
export function At(asked: { label: string; value: string; onInput: (value: string) => void; hint?: string }) {
  return (
    <Field label={asked.label} hint={asked.hint}>
      {(id, described) => (
        <input
          id={id}
          class="input"
          type="datetime-local"
          aria-describedby={described}
          value={asked.value}
          onInput={(event) => asked.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function Why({ now, choices, set }: { now: Written; choices: Choices | null; set: Set }) {
  const listed = (of: readonly Schemas["Term"][] | undefined) =>
    (of ?? []).map((one) => [one.value, label(one)] as const);
  return (
    <>
      <Choice
        label={say(words.reason)}
        none={say(words.chooseReason)}
        value={now.reason}
        of={listed(choices?.reasons)}
        onChoose={(reason) => set({ reason, about: "" })}
      />
      {now.reason === "existing_case" && (
        <Choice
          label={say(words.about)}
          none={say(words.chooseAbout)}
          value={now.about}
          of={listed(choices?.about)}
          onChoose={(about) => set({ about })}
        />
      )}
      <Lines label={say(words.details)} rows={2} value={now.details} onInput={(details) => set({ details })} />
    </>
  );
}

function Offline({ now, choices, set }: { now: Written; choices: Choices | null; set: Set }) {
  return (
    <Template
      templates={choices?.templates ?? []}
      template={now.template}
      fields={now.fields}
      onChange={(template, fields) => set({ template, fields })}
    />
  );
}
