import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A label, what helps, what is wrong, and the control between them. */
export function Field(asked: {
  label: string;
  hint?: string | undefined;
  wrong?: string | null | undefined;
  children: (id: string, described: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  const hinted = asked.hint !== undefined || (asked.wrong ?? null) !== null;
  return (
    <div class="field">
      <label for={id}>{asked.label}</label>
      {asked.children(id, hinted ? `${id}-hint` : undefined)}
      {hinted && (
        <span class={asked.wrong ? "field__wrong" : "quiet"} id={`${id}-hint`}>
          {asked.wrong ?? asked.hint}
        </span>
      )}
    </div>
  );
}

/** A line of text. `value` is the owner's; `onInput` tells it of each key. */
export function Line(asked: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  wrong?: string | null | undefined;
  mode?: "tel" | "numeric" | "search" | "text";
  onEnter?: () => void;
}) {
  return (
    <Field label={asked.label} hint={asked.hint} wrong={asked.wrong}>
      {(id, described) => (
        <input
          id={id}
          class="input"
          value={asked.value}
          inputMode={asked.mode ?? "text"}
          autocomplete="off"
          aria-describedby={described}
          aria-invalid={(asked.wrong ?? null) !== null}
          onInput={(event) => asked.onInput(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.ctrlKey) asked.onEnter?.();
          }}
        />
      )}
    </Field>
  );
}

/** Some lines of text. */
export function Lines(asked: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  onLeave?: () => void;
  rows?: number;
  most?: number;
  hint?: string | undefined;
  name?: string;
}) {
  return (
    <Field label={asked.label} hint={asked.hint}>
      {(id, described) => (
        <textarea
          id={id}
          class="input"
          name={asked.name}
          rows={asked.rows ?? 3}
          maxLength={asked.most}
          aria-describedby={described}
          value={asked.value}
          onInput={(event) => asked.onInput(event.currentTarget.value)}
          onBlur={asked.onLeave}
        />
      )}
    </Field>
  );
}

/** One of several. The first stands for nothing chosen yet. */
export function Choice(asked: {
  label: string;
  value: string;
  none: string;
  of: readonly (readonly [value: string, words: string])[];
  onChoose: (value: string) => void;
  hint?: string | undefined;
  name?: string;
}) {
  return (
    <Field label={asked.label} hint={asked.hint}>
      {(id, described) => (
        <select
          id={id}
          class="input"
          name={asked.name}
          aria-describedby={described}
          value={asked.value}
          onChange={(event) => asked.onChoose(event.currentTarget.value)}
        >
          <option value="">{asked.none}</option>
          {asked.of.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
