import { ask } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { call } from "../state";
import { record as words } from "../words/record";
import type { Kind } from "./shown";

/** Attach the activity of this call to the record that is open (R-ACT-2). */
export function Attach({ kind, recordId }: { kind: Kind; recordId: number }) {
  const activity = call.value?.activity ?? null;
  if (activity === null || activity.closed_at !== null) return null;
  if (activity.kind === kind && activity.record_id === recordId) return null;
  const path = { activity_id: activity.activity_id };
  const body = { kind, record_id: recordId };
  return (
    <Act
      look="small"
      label={say(words.attach)}
      onDo={() => attempt("activity", () => ask("post", "/api/activities/{activity_id}/attach", { path, body }))}
    />
  );
}
