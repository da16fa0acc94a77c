import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { contactKind, type Kind, openRecord } from "../record/shown";
import { when } from "../time";
import { words } from "./words";

export type Up = Schemas["ReminderUp"];

/** Whom something is about, as far as they are on record. */
export type About = { kind: string | null; record_id: number | null };

/** Open the contact's record, so that it is read before anybody speaks. */
export function openOf(one: About): void {
  const kind = one.kind === null ? null : contactKind(one.kind as Kind);
  if (kind !== null && one.record_id !== null) void openRecord(kind, one.record_id);
}

/** One press: their record opens, the own phone rings, then they are called; attempt, activity and call back are one. */
export async function callBack(callBackId: string, about: About): Promise<void> {
  openOf(about);
  const path = { call_back_id: callBackId };
  await attempt("call-back", () => ask("post", "/api/call-backs/{call_back_id}/call", { path }));
}

export async function snooze(sourceId: string, steps: number): Promise<void> {
  const path = { source_id: sourceId };
  await attempt("reminder", async () => {
    const { until } = await ask("post", "/api/reminders/{source_id}/snooze", { path, body: { steps } });
    comesAgain(until);
  });
}

export async function dismiss(sourceId: string): Promise<void> {
  const path = { source_id: sourceId };
  await attempt("reminder", async () => {
    const { until } = await ask("post", "/api/reminders/{source_id}/dismiss", { path });
    comesAgain(until);
  });
}

function comesAgain(until: string): void {
  notice("reminder-again", () => say(words.comesAgain, { time: when(until) }));
}

/** Another time, or none: what was put off before says nothing of it (R-CB-5). True when it is set. */
export function setTime(source: Schemas["Source"], id: string, wanted: string | null): Promise<boolean> {
  return attempt("reminder", async () => {
    const shown =
      source === "informal" && wanted !== null ? await informalAt(id, wanted) : await callBackAt(id, wanted);
    notice("reminder-again", () => say(words.timeSet, { time: when(shown) }));
  });
}

async function callBackAt(id: string, wanted: string | null): Promise<string> {
  const asked = { path: { call_back_id: id }, body: { wanted_at: wanted } };
  const { call_back: now } = await ask("put", "/api/call-backs/{call_back_id}/time", asked);
  return now.starts_at;
}

async function informalAt(id: string, wanted: string): Promise<string> {
  const asked = { path: { reminder_id: id }, body: { due_at: wanted } };
  const { reminder } = await ask("put", "/api/informal-reminders/{reminder_id}/time", asked);
  return reminder.due_at;
}

export async function closeInformal(id: string): Promise<void> {
  const path = { reminder_id: id };
  await attempt("reminder", () => ask("post", "/api/informal-reminders/{reminder_id}/close", { path }));
}
