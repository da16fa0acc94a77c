import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { sayFor } from "../../words/brand";
import { inWords } from "../../words/service";
import { say } from "../../words/words";
import { keyCap, keysOn, useKey } from "../keys/keys";
import { Act } from "../parts/Act";
import { Choice, Line } from "../parts/Field";
import { call } from "../state";
import { record as words } from "../words/record";
import { named, recordKinds } from "../words/values";
import { type Kind, openRecord } from "./shown";

type Contacts = Schemas["Contacts"];
const MOST = 20;
const KINDS = Object.keys(recordKinds) as Kind[];

/** Search the contacts; what the caller keyed says among which (R-POP-1, R-POP-3). */
export function Search() {
  const pop = call.value?.pop;
  const typed = useSignal(notedReference());
  const among = useSignal<string>(pop?.search_among[0] ?? "");
  const found = useSignal<Contacts | null>(null);
  const wrong = useSignal<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useKey("search", () => form.current?.querySelector("input")?.focus());

  async function look(): Promise<void> {
    try {
      found.value = await ask("post", "/api/contacts/search", { body: searchBody(typed.value, among.value) });
      wrong.value = null;
    } catch (error) {
      [found.value, wrong.value] = [null, inWords(error)];
    }
  }
  /** Its list has served: what was found stands above, and is told where the focus goes. */
  async function open(one: Schemas["Contact"]): Promise<void> {
    await openRecord(one.kind, one.record_id);
    found.value = null;
    document.getElementById("record-title")?.focus();
  }
  return (
    <search>
      <form
        class="search"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <div class="search__row">
          <Line
            label={say(words.search)}
            hint={found.value === null ? say(words.searchHint) : undefined}
            wrong={wrong.value}
            mode="search"
            value={typed.value}
            onInput={(value) => (typed.value = value)}
          />

          <Choice
            label={say(words.among)}
            none={say(words.all)}
            value={among.value}
            of={KINDS.map((kind) => [kind, named(recordKinds, kind)] as const)}
            onChoose={(value) => (among.value = value)}
          />
          <button type="submit" class="button">
            {say(words.find)}
            {keysOn.value && (
              <span class="key" aria-hidden="true">
                {keyCap("search")}
              </span>
            )}
          </button>
        </div>
        {found.value !== null && <Found found={found.value} onOpen={open} />}
      </form>
    </search>
  );
}

const NOT_LOOKED_UP = new Set(["noted", "slow", "down", "unclear"]);

/** A reference that was keyed while nothing could be looked up stands there whole, to be looked up now (R-MON-4). */
function notedReference(): string {
  return call.value?.pop.attempts.find((one) => NOT_LOOKED_UP.has(one.outcome))?.keyed ?? "";
}

function searchBody(typed: string, among: string): Schemas["SearchBody"] {
  return { words: typed, kinds: among === "" ? KINDS : [among as Kind], limit: MOST };
}

function Found({ found, onOpen }: { found: Contacts; onOpen: (one: Schemas["Contact"]) => Promise<void> }) {
  return (
    <>
      {found.unanswered != null && <p class="standing standing--warn">▲ {say(notAsked[found.unanswered])}</p>}
      {found.advice === null ? <List found={found} onOpen={onOpen} /> : <Nobody advice={found.advice} />}
    </>
  );
}

const notAsked = { slow: words.recordsSlow, down: words.recordsDown, unclear: words.recordsUnclear };

function Nobody({ advice }: { advice: Schemas["Advice"] }) {
  return <p role="status">{sayFor(advice.brand, words.nobody, { website: advice.website })}</p>;
}

function List({ found, onOpen }: { found: Contacts; onOpen: (one: Schemas["Contact"]) => Promise<void> }) {
  return (
    <>
      <p role="status" class="quiet">
        {say(words.found, { count: found.contacts.length })}
        {found.more && ` ${say(words.more)}`}
      </p>
      <ul class="rows">
        {found.contacts.map((one) => (
          <li key={`${one.kind}${one.record_id}`} class="row">
            <span>
              <strong>{one.name}</strong> {named(recordKinds, one.kind)}, {one.reference}
            </span>
            <Act
              look="small"
              label={say(words.open)}
              name={say(words.openName, { name: one.name })}
              onDo={() => onOpen(one)}
            />
          </li>
        ))}
      </ul>
    </>
  );
}
