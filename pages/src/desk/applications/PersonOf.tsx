import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { Line, Lines } from "../parts/Field";
import { BornOn } from "./Form";
import { type Does, personLines } from "./One";
import { words } from "./words";

type Application = Schemas["Application"];
type Person = NonNullable<Application["person"]>;

/** Who is to be rung; what was written down wrongly is corrected here. */
export function PersonOf({ one, does }: { one: Application; does: Does }) {
  const correcting = useSignal(false);
  const person = one.person;
  if (person === null) return <p class="quiet">{say(words.emptied)}</p>;
  return (
    <section class="stack">
      <ul class="facts">
        {personLines(person).map((line) => (
          <li key={line} class="lines">
            {line}
          </li>
        ))}
      </ul>
      <Act
        look="small"
        label={say(words.correct)}
        expanded={correcting.value}
        onDo={() => (correcting.value = !correcting.value)}
      />
      {correcting.value && (
        <Correct id={one.application_id} person={person} does={does} onDone={() => (correcting.value = false)} />
      )}
    </section>
  );
}

function Correct(asked: { id: string; person: Person; does: Does; onDone: () => void }) {
  const now = useSignal(asked.person);
  const set = (part: Partial<Person>) => {
    now.value = { ...now.value, ...part };
  };
  async function save(): Promise<void> {
    const { fields: _, ...body } = now.value;
    const path = { application_id: asked.id };
    if (await asked.does(() => ask("put", "/api/applications/{application_id}/person", { path, body }))) asked.onDone();
  }
  const is = now.value;
  return (
    <>
      <Line label={say(words.fullName)} value={is.full_name} onInput={(full_name) => set({ full_name })} />
      <Lines label={say(words.address)} rows={2} value={is.address} onInput={(address) => set({ address })} />
      <BornOn value={is.born_on ?? ""} onInput={(born_on) => set({ born_on: born_on === "" ? null : born_on })} />
      <Line
        label={say(words.number)}
        mode="tel"
        value={is.contact_number}
        onInput={(contact_number) => set({ contact_number })}
      />
      <Lines label={say(words.details)} rows={2} value={is.details} onInput={(details) => set({ details })} />
      <Act look="main" label={say(words.keepPerson)} onDo={save} />
    </>
  );
}
