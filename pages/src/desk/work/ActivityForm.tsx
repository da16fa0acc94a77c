import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { language, say } from "../../words/words";
import { useKey } from "../keys/keys";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Choice, Lines } from "../parts/Field";
import { ResultOf, STAYS_OPEN } from "../reminders/ResultOf";
import { call, connected } from "../state";
import { work as words } from "../words/work";
import { type Draft, draftOf, drop, save, type } from "./draft";
import { useOutcomes } from "./outcomes";
import { type Activity, chosen } from "./WorkPanel";

const DESCRIPTION_LENGTH = 250;
const NOTES_LENGTH = 8_000;

/** What is written of a call: saved as it is typed, closed only with an outcome (R-ACT). */
export function ActivityForm({ activity, isCalls }: { activity: Activity; isCalls: boolean }) {
  const form = useRef<HTMLDivElement>(null);
  useKey("notes", () => form.current?.querySelector<HTMLTextAreaElement>("[name=notes]")?.focus());
  useKey("outcome", () => form.current?.querySelector<HTMLSelectElement>("[name=outcome]")?.focus());
  // who chose it from the list goes on from here: the button that chose it is gone
  const wasChosen = chosen.value === activity.activity_id && document.activeElement === document.body;
  useEffect(() => {
    if (wasChosen) form.current?.querySelector<HTMLTextAreaElement>("[name=notes]")?.focus();
  }, [wasChosen]);
  return (
    <div class="activity" ref={form}>
      <h3>
        {say(words.activity)} <span class="quiet">{attachedWords(activity)}</span>
      </h3>
      {!isCalls && call.value !== null && (
        <button type="button" class="link" onClick={() => (chosen.value = null)}>
          {say(words.back)}
        </button>
      )}
      {activity.closed_at === null ? <Open activity={activity} /> : <Closed activity={activity} />}
    </div>
  );
}

function attachedWords(activity: Activity): string {
  if (activity.name === null) return say(words.notAttached);
  const ending = activity.case_ending === null ? "" : `, ${say(words.caseEnding, { ending: activity.case_ending })}`;
  return say(words.attachedTo, { name: activity.name }) + ending;
}

function Closed({ activity }: { activity: Activity }) {
  const outcomes = useOutcomes(activity.brand);
  return <p>✓ {say(words.closed, { outcome: labelOf(outcomes?.outcomes ?? [], activity.outcome) })}</p>;
}

type Labelled = Schemas["Outcomes"]["outcomes"][number];

export function label(one: Labelled): string {
  return language.value === "cy" ? one.label_cy : one.label;
}

function labelOf(all: readonly Labelled[], value: string | null): string {
  const one = all.find((outcome) => outcome.value === value);
  return one === undefined ? (value ?? "") : label(one);
}

function Open({ activity }: { activity: Activity }) {
  const lists = useOutcomes(activity.brand);
  const outcome = useSignal("");
  const result = useSignal("");
  const asksResult = activity.call_back !== null && activity.call_back.result === null;
  const reason = useSignal<string>(activity.reason ?? "");
  const outcomes = lists?.outcomes ?? [];
  const hint =
    activity.suggested === null ? undefined : say(words.suggested, { outcome: labelOf(outcomes, activity.suggested) });

  return (
    <>
      <Choice
        label={say(words.outcome)}
        name="outcome"
        none={say(words.chooseOutcome)}
        value={outcome.value}
        of={outcomes.map((one) => [one.value, label(one)] as const)}
        hint={hint}
        onChoose={(value) => (outcome.value = value)}
      />
      {activity.wants_reason && (
        <Choice
          label={say(words.reason)}
          none={say(words.chooseReason)}
          value={reason.value}
          of={(lists?.reasons ?? []).map((one) => [one.value, label(one)] as const)}
          onChoose={(value) => (reason.value = value)}
        />
      )}
      {activity.call_back !== null && (
        <ResultOf told={activity.call_back} value={result.value} onChoose={(value) => (result.value = value)} />
      )}
      <Texts activity={activity} />
      <Act
        look="main"
        label={say(words.close)}
        why={
          outcome.value === ""
            ? say(words.outcomeNeeded)
            : asksResult && result.value === ""
              ? say(words.resultNeeded)
              : null
        }
        onDo={() => close(activity, outcome.value, reason.value, asksResult ? result.value : "")}
      />
    </>
  );
}

/** Description and notes, and whether the service has them. */
function Texts({ activity }: { activity: Activity }) {
  const draft = draftOf(activity.activity_id);
  const description = draft?.description ?? activity.description;
  const leave = () => void save(activity.activity_id);
  /** What one writes stays where one writes it, also when After Call Work runs out meanwhile. */
  const write = (part: Draft) => {
    chosen.value = activity.activity_id;
    type(activity.activity_id, part);
  };
  const left = DESCRIPTION_LENGTH - description.length;
  return (
    <>
      <Lines
        label={say(words.description)}
        rows={2}
        most={DESCRIPTION_LENGTH}
        value={description}
        hint={left < 50 ? say(words.charactersLeft, { count: left }) : undefined}
        onInput={(value) => write({ description: value })}
        onLeave={leave}
      />
      <Lines
        label={say(words.notes)}
        name="notes"
        rows={5}
        most={NOTES_LENGTH}
        value={draft?.notes ?? activity.notes}
        onInput={(value) => write({ notes: value })}
        onLeave={leave}
      />
      <Kept activity={activity} />
    </>
  );
}

function Kept({ activity }: { activity: Activity }) {
  const unsaved = draftOf(activity.activity_id) !== null;
  const written = activity.description !== "" || activity.notes !== "";
  if (unsaved && !connected.value) return <p class="kept">▲ {say(words.keptHere)}</p>;
  return <p class="quiet kept">{unsaved ? say(words.saving) : written ? `✓ ${say(words.saved)}` : ""}</p>;
}

/** What is typed goes first: a closed activity takes no more. */
async function close(activity: Activity, outcome: string, reason: string, result: string): Promise<void> {
  const path = { activity_id: activity.activity_id };
  if (!(await save(activity.activity_id))) return;
  const body = {
    outcome: outcome as Schemas["Outcome"],
    reason: reason === "" ? null : (reason as Schemas["EmployerReason"]),
    call_back: result === "" || result === STAYS_OPEN ? null : (result as Schemas["Result"]),
  };
  const done = await attempt("activity", () => ask("post", "/api/activities/{activity_id}/close", { path, body }));
  if (!done) return;
  drop(activity.activity_id);
  if (chosen.value === activity.activity_id) chosen.value = null;
}
