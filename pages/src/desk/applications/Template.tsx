import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Choice, Line, Lines } from "../parts/Field";
import { label, words } from "./words";

type Fields = Readonly<Record<string, string>>;

/** The offline application: which one, and what it asks for (R-CB-11). What the chosen one does not ask is dropped. */
export function Template(asked: {
  templates: readonly Schemas["TemplateWord"][];
  template: string;
  fields: Fields;
  onChange: (template: string, fields: Fields) => void;
}) {
  const chosen = asked.templates.find((one) => one.value === asked.template);
  const choose = (value: string) => {
    const names = new Set(asked.templates.find((one) => one.value === value)?.fields.map((one) => one.value));
    asked.onChange(value, Object.fromEntries(Object.entries(asked.fields).filter(([name]) => names.has(name))));
  };
  return (
    <>
      <Choice
        label={say(words.template)}
        none={say(words.chooseTemplate)}
        value={asked.template}
        of={asked.templates.map((one) => [one.value, label(one)] as const)}
        onChoose={choose}
      />
      {chosen?.fields.map((field) => {
        const Written = field.long ? Lines : Line;
        return (
          <Written
            key={field.value}
            label={label(field)}
            value={asked.fields[field.value] ?? ""}
            onInput={(text) => asked.onChange(asked.template, { ...asked.fields, [field.value]: text })}
          />
        );
      })}
    </>
  );
}
