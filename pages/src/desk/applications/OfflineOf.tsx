import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { notice } from "../notices";
import { Act } from "../parts/Act";
import { when } from "../time";
import type { Does, Shown } from "./One";
import { Template } from "./Template";
import { words } from "./words";

type Which = NonNullable<Schemas["Application"]["template"]>;

/** The offline application it carries: filled in here, and entered once the case system is back (R-CB-11). */
export function OfflineOf({ now, does }: { now: Shown; does: Does }) {
  const one = now.application;
  if (one.entered_at !== null && one.entered_by !== null)
    return <p>{say(words.entered, { time: when(one.entered_at), name: one.entered_by.name })}</p>;
  if (one.person === null) return null;
  return <ToEnter key={one.application_id} now={now} fields={one.person.fields} does={does} />;
}

function ToEnter({ now, fields, does }: { now: Shown; fields: Readonly<Record<string, string>>; does: Does }) {
  const id = now.application.application_id;
  const written = useSignal({ template: now.application.template ?? "", fields });
  const path = { application_id: id };
  const missing = written.value.template === "" ? say(words.templateFirst) : null;
  const keep = async () => {
    const body = { template: written.value.template as Which, fields: written.value.fields };
    if (await does(() => ask("put", "/api/applications/{application_id}/template", { path, body })))
      notice("offline", () => say(words.kept));
  };
  return (
    <section class="stack">
      <p class="standing standing--warn">▲ {say(words.waiting)}</p>
      <Template
        templates={now.templates}
        template={written.value.template}
        fields={written.value.fields}
        onChange={(template, filled) => (written.value = { template, fields: filled })}
      />
      <div class="buttons">
        <Act label={say(words.keep)} why={missing} onDo={keep} />
        <Act
          label={say(words.enter)}
          onDo={() => does(() => ask("post", "/api/applications/{application_id}/entered", { path }))}
        />
      </div>
    </section>
  );
}
