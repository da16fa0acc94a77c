import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { Field } from "../parts/Field";
import type { Document } from "./asking";
import * as asking from "./asking";
import type { Deed } from "./DocumentDialog";
import { words } from "./words";

type One = Document["fields"][number];
type Written = { fields: Record<string, string>; language: Document["language"]; largePrint: boolean };

function begun(document: Document): Written {
  const fields = Object.fromEntries(document.fields.map((field) => [field.key, field.value]));
  return { fields, language: document.language, largePrint: document.large_print };
}

/** A draft's fields, to be reviewed and filled in. Issuing saves first. */
export function Draft({ document, onDo }: { document: Document; onDo: Deed }) {
  const written = useSignal(begun(document));
  const saved = useSignal(false);
  const set = (part: Partial<Written>) => {
    written.value = { ...written.value, ...part };
    saved.value = false;
  };
  const save = () => {
    const { fields, language, largePrint } = written.value;
    return asking.write(document.document_id, { fields, language, large_print: largePrint });
  };
  return (
    <form class="letter" onSubmit={(event) => event.preventDefault()}>
      <div class="letter__fields">
        {document.fields.map((field) => (
          <Entry
            key={field.key}
            field={field}
            value={written.value.fields[field.key] ?? ""}
            missing={document.missing.includes(field.key)}
            onInput={(value) => set({ fields: { ...written.value.fields, [field.key]: value } })}
          />
        ))}
      </div>
      <How document={document} written={written.value} onChoose={set} />
      <div class="buttons">
        <Act
          look="main"
          label={say(words.issue)}
          onDo={() => onDo(async () => (await save(), asking.issue(document.document_id)))}
        />
        <Act
          look="plain"
          label={say(words.save)}
          onDo={async () => {
            saved.value = await onDo(save);
          }}
        />
        <span role="status">{saved.value ? say(words.saved) : ""}</span>
      </div>
    </form>
  );
}

function How({
  document,
  written,
  onChoose,
}: {
  document: Document;
  written: Written;
  onChoose: (part: Partial<Written>) => void;
}) {
  return (
    <div class="buttons">
      {document.languages.length > 1 &&
        document.languages.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="letter-language"
              checked={written.language === one}
              onChange={() => onChoose({ language: one })}
            />{" "}
            {say(words[one])}
          </label>
        ))}
      <label>
        <input
          type="checkbox"
          checked={written.largePrint}
          onChange={(event) => onChoose({ largePrint: event.currentTarget.checked })}
        />{" "}
        {say(words.largePrint)}
      </label>
    </div>
  );
}

type Shown = { field: One; value: string; onInput: (value: string) => void };

function Entry({ field, value, missing, onInput }: Shown & { missing: boolean }) {
  const hint = missing && value === "" ? say(words.needed) : field.required ? undefined : say(words.optional);
  const isLong = field.shape === "lines" || field.shape === "address";
  return (
    <div class={isLong ? "letter__wide" : ""}>
      <Field label={say(field)} hint={hint}>
        {(id, described) => <Control field={field} value={value} id={id} described={described} onInput={onInput} />}
      </Field>
    </div>
  );
}

function Control({
  field,
  value,
  id,
  described,
  onInput,
}: Shown & { id: string; described: string | undefined }): ComponentChildren {
  const common = { id, class: "input", value, "aria-describedby": described, "aria-required": field.required };
  const onText = (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value);
  switch (field.shape) {
    case "lines":
    case "address":
      return <textarea {...common} rows={field.shape === "address" ? 4 : 2} maxLength={field.most} onInput={onText} />;
    case "day":
      return <input {...common} type="date" onInput={onText} />;
    case "time":
      return <input {...common} type="time" onInput={onText} />;
    default:
      return (
        <input
          {...common}
          inputMode={field.shape === "digits" ? "numeric" : "text"}
          maxLength={field.most}
          autocomplete="off"
          onInput={onText}
        />
      );
  }
}
