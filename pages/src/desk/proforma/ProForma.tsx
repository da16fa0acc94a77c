import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say, type Text } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Line, Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { idOf, type Record, shown } from "../record/shown";
import { call } from "../state";
import { proForma as words } from "./words";

type Team = Schemas["UniqueTeam"];
const TEAMS: readonly Team[] = ["CPO", "IO", "FTF", "SAR"];
const STEPS = ["resolved", "transferred", "told"] as const;
type Asked = {
  team: string;
  done: readonly string[];
  name: string;
  number: string;
  when: string;
  about: string;
};

/** For the teams that nobody else does the work of: what they are to call about goes to their mailbox (R-CB-13). */
export function ProForma() {
  const open = useSignal(false);
  return (
    <>
      <Act look="small" label={say(words.open)} expanded={open.value} onDo={() => (open.value = !open.value)} />
      {open.value && <Form onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const asked = useSignal<Asked>(begun(shown.value));
  const set = (part: Partial<Asked>) => {
    asked.value = { ...asked.value, ...part };
  };
  const now = asked.value;
  const missing = missingOf(now);
  return (
    <Panel title={say(words.title)} onClose={onClose}>
      <Choice
        label={say(words.team)}
        none={say(words.chooseTeam)}
        value={now.team}
        of={TEAMS.map((team) => [team, team] as const)}
        onChoose={(team) => set({ team })}
      />
      <Steps done={now.done} onChange={(done) => set({ done })} />
      <Line label={say(words.name)} value={now.name} onInput={(name) => set({ name })} />
      <Line label={say(words.number)} mode="tel" value={now.number} onInput={(number) => set({ number })} />
      <Line label={say(words.when)} value={now.when} onInput={(when) => set({ when })} />
      <Lines label={say(words.about)} rows={2} value={now.about} onInput={(about) => set({ about })} />
      <Act
        look="main"
        label={say(words.send)}
        why={missing === null ? null : say(missing)}
        onDo={() => send(now, onClose)}
      />
    </Panel>
  );
}

function Steps({ done, onChange }: { done: readonly string[]; onChange: (done: readonly string[]) => void }) {
  return (
    <fieldset>
      <legend>{say(words.before)}</legend>
      {STEPS.map((step) => (
        <label key={step} class="line">
          <input
            type="checkbox"
            checked={done.includes(step)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...done, step] : done.filter((one) => one !== step))
            }
          />{" "}
          {say(words[step])}
        </label>
      ))}
    </fieldset>
  );
}

function insideOf(record: Record | null) {
  return record?.client ?? record?.representative ?? record?.employer ?? record?.employer_agent ?? null;
}

function begun(record: Record | null): Asked {
  const number = record?.employer?.phone ?? call.value?.pop.caller_number ?? "";
  return { team: "", done: [], name: insideOf(record)?.name ?? "", number, when: "", about: "" };
}

function missingOf(now: Asked): Text | null {
  if (now.team === "") return words.teamFirst;
  if (now.done.length < STEPS.length) return words.allFirst;
  const empty = [now.name, now.number, now.when, now.about].some((one) => one.trim() === "");
  return empty ? words.fillFirst : null;
}

function referenceOf(record: Record | null): string | null {
  return (
    record?.client?.scin ?? record?.representative?.trn ?? record?.employer?.ern ?? record?.employer_agent?.earn ?? null
  );
}

async function send(now: Asked, done: () => void): Promise<void> {
  const record = shown.value;
  const body = {
    team: now.team as Team,
    tried_to_resolve: true as const,
    tried_to_transfer: true as const,
    caller_told: true as const,
    name: now.name.trim(),
    contact_number: now.number.trim(),
    preferences: now.when.trim(),
    about: now.about.trim(),
    reference: referenceOf(record),
    kind: record?.kind ?? null,
    record_id: record === null ? null : idOf(record),
  };
  await attempt("pro-forma", async () => {
    await ask("post", "/api/pro-formas", { body });
    done();
    notice("pro-forma-sent", () => say(words.sent, { team: now.team }));
  });
}
