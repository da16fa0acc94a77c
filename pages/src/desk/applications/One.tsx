import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { spaced } from "../call/who";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { work } from "../state";
import { day, when } from "../time";
import { londonInstant } from "../work/london";
import { At } from "./Form";
import { OfflineOf } from "./OfflineOf";
import { PersonOf } from "./PersonOf";
import { Result } from "./Result";
import { label, words } from "./words";

export type Shown = Schemas["OneApplication"];
type Application = Shown["application"];
/** Does something to it, and shows it as the service answers. */
export type Does = (deed: () => Promise<Shown>) => Promise<boolean>;

/** Everything of a new-application call back, and what may be done with it. */
export function One({ id, onClose }: { id: string; onClose: () => void }) {
  const shown = useSignal<Shown | null>(null);
  const does: Does = (deed) =>
    attempt("application", async () => {
      shown.value = await deed();
    });
  const path = { application_id: id };
  const changed = JSON.stringify(work.value?.applications.find((one) => one.application_id === id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: read anew whenever the service says that it has changed
  useEffect(() => void does(() => ask("get", "/api/applications/{application_id}", { path })), [id, changed]);
  const now = shown.value;
  const name = now?.application.person?.full_name ?? (now === null ? "…" : say(words.emptied));
  return (
    <Panel title={say(words.one, { name })} onClose={onClose}>
      {now !== null && <Particulars now={now} does={does} />}
    </Panel>
  );
}

function Particulars({ now, does }: { now: Shown; does: Does }) {
  const one = now.application;
  return (
    <>
      <Facts now={now} />
      <PersonOf one={one} does={does} />
      <Attempts now={now} />
      {one.why_no_attempt === null && <Next one={one} does={does} />}
      {one.in_downtime && <OfflineOf now={now} does={does} />}
      {one.state !== "complete" && <Complete now={now} does={does} />}
      {one.state !== "complete" && one.in_downtime && one.attempts.length > 0 && <GiveUp one={one} does={does} />}
    </>
  );
}

function Facts({ now }: { now: Shown }) {
  const { application: one, reason, about } = now;
  const holder = one.agent === null ? null : `${one.agent.name} ${one.agent.staff_number}`;
  const whose = holder === null ? words.unallocated : one.agent_absent ? words.withAbsent : words.with;
  return (
    <ul class="facts">
      <li>
        <strong>{[reason, about].flatMap((word) => (word === null ? [] : [label(word)])).join(", ")}</strong>,{" "}
        {one.wanted_at === null ? say(words.anyTime).toLowerCase() : when(one.wanted_at)}
      </li>
      <li>
        {say(words.raised, { time: when(one.raised_at), name: `${one.raised_by.name} ${one.raised_by.staff_number}` })}
      </li>
      <li>{say(whose, { name: holder ?? "" })}</li>
      {one.fee_collected_at !== null && <li>{say(words.feeCollected, { time: when(one.fee_collected_at) })}</li>}
      {one.completed_at !== null && <li>{say(words.completed, { outcome: ending(now) })}</li>}
    </ul>
  );
}

function ending({ application: one, outcomes }: Shown): string {
  if (one.ending === "third_failure") return say(words.thirdFailure);
  if (one.ending === "delay") return say(words.delay);
  const outcome = outcomes.find((word) => word.value === one.outcome);
  return outcome === undefined ? (one.outcome ?? "") : label(outcome);
}

function Attempts({ now }: { now: Shown }) {
  const { application: one, results } = now;
  const count = one.attempts.length;
  const last = one.attempts[count - 1];
  const asks = last !== undefined && last.result === null && last.is_over && one.state !== "complete";
  return (
    <section>
      <h3>{say(words.attempts, { count })}</h3>
      {count === 0 && <p class="quiet">{say(words.noAttempts)}</p>}
      <ol class="rows">
        {one.attempts.map((attempt) => (
          <li key={attempt.number}>
            <strong>{when(attempt.began_at)}</strong> {attempt.agent.name}
            {attempt.by_hand && `, ${say(words.byHand)}`}: {resultOf(attempt, results)}
          </li>
        ))}
      </ol>
      {asks && (
        <Result
          of={{
            application_id: one.application_id,
            attempt: last.number,
            results,
            suggested: last.suggested,
            contacts: now.contacts,
          }}
        />
      )}
    </section>
  );
}

function resultOf(attempt: Application["attempts"][number], results: readonly Schemas["Term"][]): ComponentChildren {
  const found = results.find((word) => word.value === attempt.result);
  return found === undefined ? say(attempt.is_over ? words.result : words.goesOn) : label(found);
}

function Next({ one, does }: { one: Application; does: Does }) {
  const at = useSignal("");
  const path = { application_id: one.application_id };
  const set = () =>
    does(() => ask("put", "/api/applications/{application_id}/next", { path, body: { at: londonInstant(at.value) } }));
  return (
    <section class="stack">
      <p>
        {say(words.next)}: <strong>{one.next_at === null ? "–" : when(one.next_at)}</strong>
      </p>
      <At label={say(words.next)} value={at.value} hint={say(words.nextHint)} onInput={(value) => (at.value = value)} />
      <Act look="small" label={say(words.setNext)} why={at.value === "" ? say(words.timeFirst) : null} onDo={set} />
    </section>
  );
}

function Complete({ now, does }: { now: Shown; does: Does }) {
  const outcome = useSignal("");
  const path = { application_id: now.application.application_id };
  const body = { outcome: outcome.value };
  const missing = outcome.value === "" ? say(words.outcomeFirst) : null;
  return (
    <section class="stack">
      <Choice
        label={say(words.completeWith)}
        none={say(words.chooseOutcome)}
        value={outcome.value}
        of={now.outcomes.map((one) => [one.value, label(one)] as const)}
        onChoose={(value) => (outcome.value = value)}
      />
      <Act
        look="main"
        label={say(words.complete)}
        why={missing}
        onDo={() => does(() => ask("post", "/api/applications/{application_id}/complete", { path, body }))}
      />
    </section>
  );
}

/** More attempts would delay the case unreasonably: pressed twice, since letters go out (R-CB-11). */
function GiveUp({ one, does }: { one: Application; does: Does }) {
  const sure = useSignal(false);
  const path = { application_id: one.application_id };
  async function press(): Promise<void> {
    if (!sure.value) {
      sure.value = true;
      return;
    }
    if (await does(() => ask("post", "/api/applications/{application_id}/give-up", { path })))
      notice("letters", () => say(words.givenUp));
  }
  return (
    <Act
      look={sure.value ? "end" : "small"}
      label={say(sure.value ? words.confirmGiveUp : words.giveUp)}
      onDo={press}
    />
  );
}

/** Who is to be rung, in one line each. */
export function personLines(person: NonNullable<Application["person"]>): readonly string[] {
  const born = person.born_on === null ? [] : [`${say(words.bornOn)} ${day(person.born_on)}`];
  return [spaced(person.contact_number), ...born, person.address, person.details].filter((line) => line !== "");
}
