import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { inWords } from "../../words/service";
import { say } from "../../words/words";
import type { Target } from "../open";
import { Act } from "../parts/Act";
import { Line } from "../parts/Field";
import { queues } from "../state";
import { talk as words } from "../words/talk";

type Entry = Schemas["Entry"];
type Chosen = (target: Target) => void;
const AFTER_TYPING_MS = 200;
const SHOWN = 8;

/** Everybody by name or staff number; teams and segments; a number outside. Who is free has a button (R-XFER-1). */
export function Phonebook({ onChoose, outside }: { onChoose: Chosen; outside: boolean }) {
  const typed = useSignal("");
  const { found, wrong } = useFound(typed);
  return (
    <>
      <Line
        label={say(words.phonebook)}
        hint={say(words.phonebookHint)}
        wrong={wrong.value}
        mode="search"
        value={typed.value}
        onInput={(value) => {
          typed.value = value;
        }}
        onEnter={() => pickFirst(found.value ?? [], onChoose)}
      />
      <ul class="rows phonebook" aria-live="polite">
        {found.value?.slice(0, SHOWN).map((entry) => (
          <Found key={`${entry.kind}${entry.staff_number ?? entry.name}`} entry={entry} onChoose={onChoose} />
        ))}
        {outside && isNumber(typed.value) && <Outside number={typed.value.trim()} onChoose={onChoose} />}
      </ul>
      {found.value !== null && found.value.length === 0 && !isNumber(typed.value) && (
        <p class="quiet">{say(words.nobodyFound)}</p>
      )}
      {(found.value?.length ?? 0) > SHOWN && <p class="quiet">{say(words.moreFound)}</p>}
    </>
  );
}

/** Who fits what is typed. Whoever becomes free or not changes a queue's figures: then it is asked anew. */
function useFound(typed: Signal<string>) {
  const found = useSignal<readonly Entry[] | null>(null);
  const wrong = useSignal<string | null>(null);
  useSignalEffect(() => {
    const words = typed.value.trim();
    void queues.value;
    let latest = true;
    const show = (entries: readonly Entry[] | null, problem: string | null) => {
      if (!latest) return;
      found.value = entries;
      wrong.value = problem;
    };
    const wait = setTimeout(() => {
      look(words).then(
        (entries) => show(entries, null),
        (error: unknown) => show(found.peek(), inWords(error)),
      );
    }, AFTER_TYPING_MS);
    return () => {
      latest = false;
      clearTimeout(wait);
    };
  });
  return { found, wrong };
}

/** People by name or number; the groups that the same words begin. */
async function look(typed: string): Promise<readonly Entry[]> {
  if (typed === "") return [];
  if (/^\d{1,5}$/.test(typed)) return entriesOf({ staff_number: typed });
  if (isNumber(typed)) return [];
  const [people, teams, segments] = await Promise.all([
    entriesOf({ name: typed }),
    entriesOf({ team: typed }),
    entriesOf({ segment: typed }),
  ]);
  return [...people, ...teams.filter(isGroup), ...segments.filter(isGroup)];
}

const isGroup = (entry: Entry) => entry.kind !== "agent";

async function entriesOf(query: { name?: string; staff_number?: string; team?: string; segment?: string }) {
  return (await ask("get", "/api/phonebook", { query })).entries;
}

function isNumber(typed: string): boolean {
  return /^\+?[\d\s]{6,}$/.test(typed.trim());
}

function Found({ entry, onChoose }: { entry: Entry; onChoose: Chosen }) {
  const name = entryName(entry);
  const place = [entry.team, entry.segment].filter((one) => one !== null && one !== entry.name).join(", ");
  return (
    <li class="row">
      <span>
        <strong>{name}</strong> <span class="quiet">{place}</span>
        {entry.call === null && <span class="quiet"> · {say(words.notAvailable)}</span>}
      </span>
      <span class="row__acts">
        {entry.call !== null && <Pick to={entry.call} shown={name} onChoose={onChoose} />}
        {entry.call === null &&
          entry.otherwise.map((to) => <Pick key={to.name} to={to} shown={to.name} onChoose={onChoose} />)}
      </span>
    </li>
  );
}

/** Enter, while typing: the first that can be rung. */
function pickFirst(entries: readonly Entry[], choose: Chosen): void {
  const first = entries.find((entry) => entry.call !== null);
  if (first?.call) choose({ kind: first.call.kind, name: first.call.name, shown: entryName(first) });
}

function entryName(entry: Entry): string {
  return entry.staff_number === null ? entry.name : `${entry.name} ${entry.staff_number}`;
}

function Pick({ to, shown, onChoose }: { to: Schemas["TransferTo"]; shown: string; onChoose: Chosen }) {
  return (
    <Act
      look="small"
      label={shown}
      why={to.available ? null : say(words.nobodyFree)}
      onDo={() => onChoose({ kind: to.kind, name: to.name, shown })}
    />
  );
}

function Outside({ number, onChoose }: { number: string; onChoose: Chosen }) {
  return (
    <li class="row">
      <span>{say(words.numberOutside)}</span>
      <Act look="small" label={number} onDo={() => onChoose({ kind: "number", name: number, shown: number })} />
    </li>
  );
}
