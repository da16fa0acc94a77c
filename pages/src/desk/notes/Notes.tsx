import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Lines } from "../parts/Field";
import { Room } from "../parts/Room";
import { useAnew } from "../record/anew";
import type { OfRecord } from "../record/sections";
import { call } from "../state";
import { when } from "../time";
import { save as saveDraft } from "../work/draft";
import { notes as words } from "./words";

const MOST = 8_000;

/** A contact's notes, the latest first; what does not fit a call's activity goes here (R-ACT-2). */
export function Notes({ kind, recordId }: OfRecord) {
  const all = useSignal<readonly Schemas["ContactNote"][]>([]);
  useAnew(kind, recordId, () =>
    attempt("notes", async () => {
      const path = { kind, record_id: recordId };
      all.value = (await ask("get", "/api/records/{kind}/{record_id}/notes", { path })).notes;
    }),
  );
  return (
    <Room title={say(words.title, { count: all.value.length })}>
      <NewNote kind={kind} recordId={recordId} />
      {all.value.length === 0 && <p class="quiet">{say(words.none)}</p>}
      <ul class="rows">
        {all.value.map((one) => (
          <li key={one.note_id}>
            <p class="written">{one.text}</p>
            <p class="quiet">{say(words.by, { who: `${one.by.name} ${one.by.staff_number}`, day: when(one.at) })}</p>
          </li>
        ))}
      </ul>
    </Room>
  );
}

function NewNote({ kind, recordId }: OfRecord) {
  const text = useSignal("");
  const says = useSignal(true);
  const added = useSignal(false);
  const activity = call.value?.activity ?? null;
  const open = activity !== null && activity.closed_at === null ? activity.activity_id : null;

  async function add(): Promise<void> {
    const said = says.value ? open : null;
    // what is typed of the activity goes first, or it would write over what the service adds to it
    if (said !== null && !(await saveDraft(said))) return;
    await attempt("notes", async () => {
      const path = { kind, record_id: recordId };
      const body = { text: text.value.trim(), activity_id: said };
      await ask("post", "/api/records/{kind}/{record_id}/notes", { path, body });
      text.value = "";
      added.value = true;
    });
  }
  return (
    <>
      <Lines label={say(words.add)} rows={3} most={MOST} value={text.value} onInput={(value) => (text.value = value)} />
      {open !== null && (
        <label>
          <input
            type="checkbox"
            checked={says.value}
            onChange={(event) => (says.value = event.currentTarget.checked)}
          />{" "}
          {say(words.saysSo)}
        </label>
      )}
      <Act look="small" label={say(words.save)} why={text.value.trim() === "" ? say(words.first) : null} onDo={add} />
      <p class="quiet" role="status">
        {added.value && text.value === "" && `✓ ${say(words.added)}`}
      </p>
    </>
  );
}
