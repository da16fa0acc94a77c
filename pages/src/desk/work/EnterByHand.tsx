import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Lines } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { idOf, type Record, shown } from "../record/shown";
import { DateAndTime } from "../reminders/OtherTime";
import { work as words } from "../words/work";
import { londonInstant } from "./london";
import { chosen } from "./WorkPanel";

type Direction = Schemas["ByHandBody"]["direction"];
type Entered = { direction: Direction; began: string; description: string; notes: string; attached: boolean };
const DESCRIPTION_LENGTH = 250;
const NOTES_LENGTH = 8_000;
const NOTHING: Entered = { direction: "outbound", began: "", description: "", notes: "", attached: true };

/** A call made or taken on another phone (R-ACT-4): its activity, open until its outcome is chosen. */
export function EnterByHand() {
  const open = useSignal(false);
  return (
    <>
      <Act look="small" label={say(words.byHand)} expanded={open.value} onDo={() => (open.value = !open.value)} />
      {open.value && <Form record={shown.value} onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({ record, onClose }: { record: Record | null; onClose: () => void }) {
  const entered = useSignal(NOTHING);
  const set = (part: Partial<Entered>) => {
    entered.value = { ...entered.value, ...part };
  };
  const now = entered.value;
  return (
    <Panel title={say(words.byHand)} onClose={onClose}>
      <p class="quiet">{say(words.byHandHint)}</p>
      <WhichWay value={now.direction} onChoose={(direction) => set({ direction })} />
      <DateAndTime value={now.began} onInput={(began) => set({ began })} label={say(words.began)} />
      {record !== null && (
        <label class="check">
          <input
            type="checkbox"
            checked={now.attached}
            onChange={(event) => set({ attached: event.currentTarget.checked })}
          />{" "}
          {say(words.attachTo, { name: nameOf(record) })}
        </label>
      )}
      <Lines
        label={say(words.description)}
        rows={2}
        most={DESCRIPTION_LENGTH}
        value={now.description}
        onInput={(description) => set({ description })}
      />
      <Lines
        label={say(words.notes)}
        rows={3}
        most={NOTES_LENGTH}
        value={now.notes}
        onInput={(notes) => set({ notes })}
      />
      <Act
        look="main"
        label={say(words.enter)}
        why={now.began === "" ? say(words.beganFirst) : null}
        onDo={() => enter(now, record, onClose)}
      />
    </Panel>
  );
}

function nameOf(record: Record): string {
  return (record.client ?? record.representative ?? record.employer ?? record.employer_agent)?.name ?? "";
}

function WhichWay({ value, onChoose }: { value: Direction; onChoose: (direction: Direction) => void }) {
  const of = [
    ["outbound", words.wasMade],
    ["inbound", words.wasTaken],
  ] as const;
  return (
    <fieldset class="whose">
      <legend>{say(words.whichWay)}</legend>
      {of.map(([direction, text]) => (
        <label key={direction}>
          <input type="radio" name="direction" checked={value === direction} onChange={() => onChoose(direction)} />{" "}
          {say(text)}
        </label>
      ))}
    </fieldset>
  );
}

async function enter(entered: Entered, record: Record | null, done: () => void): Promise<void> {
  const to = entered.attached ? record : null;
  const body = {
    direction: entered.direction,
    began_at: londonInstant(entered.began),
    description: entered.description,
    notes: entered.notes,
    kind: to?.kind ?? null,
    record_id: to === null ? null : idOf(to),
  };
  await attempt("activity", async () => {
    const { activity } = await ask("post", "/api/activities", { body });
    done();
    chosen.value = activity.activity_id;
    notice("entered", () => say(words.entered));
  });
}
