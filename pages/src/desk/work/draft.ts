import { effect, signal } from "@preact/signals";
import { ask, Refused } from "../../api/client";
import { attempt } from "../notices";
import { activityWritten, connected } from "../state";

/** What is typed of an activity. The browser keeps it until the service has it: a reload or a break loses nothing. */
export type Draft = { description?: string; notes?: string };

const KEPT_AS = "helpline.draft.";
const AFTER_TYPING_MS = 500;
const TRY_AGAIN_MS = 3_000;

/** By activity: what the service does not have yet. */
const drafts = signal<ReadonlyMap<string, Draft>>(kept());
const waits = new Map<string, ReturnType<typeof setTimeout>>();

function kept(): Map<string, Draft> {
  const found = new Map<string, Draft>();
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(KEPT_AS)) continue;
    found.set(key.slice(KEPT_AS.length), JSON.parse(sessionStorage.getItem(key) ?? "{}") as Draft);
  }
  return found;
}

export function draftOf(activityId: string): Draft | null {
  return drafts.value.get(activityId) ?? null;
}

/** Keep what was typed, and save it once nothing has been typed for a moment. */
export function type(activityId: string, part: Draft): void {
  keep(activityId, { ...drafts.value.get(activityId), ...part });
  later(activityId, AFTER_TYPING_MS);
}

function keep(activityId: string, draft: Draft | null): void {
  const all = new Map(drafts.value);
  if (draft === null) all.delete(activityId);
  else all.set(activityId, draft);
  drafts.value = all;
  if (draft === null) sessionStorage.removeItem(KEPT_AS + activityId);
  else sessionStorage.setItem(KEPT_AS + activityId, JSON.stringify(draft));
}

function later(activityId: string, waitMs: number): void {
  clearTimeout(waits.get(activityId));
  waits.set(
    activityId,
    setTimeout(() => void save(activityId), waitMs),
  );
}

/** Save what is typed now. True when the service has all of it, or will not have it: then it has said why. */
export async function save(activityId: string): Promise<boolean> {
  clearTimeout(waits.get(activityId));
  const sent = drafts.peek().get(activityId);
  if (sent === undefined) return true;
  try {
    const answer = await ask("patch", "/api/activities/{activity_id}", {
      path: { activity_id: activityId },
      body: { description: null, notes: null, reason: null, ...sent },
    });
    activityWritten(answer.activity);
  } catch (error) {
    return notSaved(activityId, error);
  }
  if (drafts.peek().get(activityId) === sent) keep(activityId, null);
  return true;
}

/** Unreachable: tried again. Refused: told, and what was typed stays where it can be mended. */
function notSaved(activityId: string, error: unknown): false {
  if (error instanceof Refused) void attempt("activity", () => Promise.reject(error));
  else later(activityId, TRY_AGAIN_MS);
  return false;
}

/** An activity that cannot be written any more: what was typed of it would come back for ever. */
export function drop(activityId: string): void {
  keep(activityId, null);
}

// what a break left behind is saved as soon as the service is back
effect(() => {
  if (connected.value) for (const activityId of drafts.peek().keys()) void save(activityId);
});
