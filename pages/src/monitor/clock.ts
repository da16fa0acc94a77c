import { effect, signal } from "@preact/signals";
import { clockAheadMs, connection } from "../api/live";
import { say, texts } from "../words/words";

const SECOND_MS = 1_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

const lengths = texts({
  hours: { en: "{hours}h{minutes}", cy: "{hours}a{minutes}" },
  days: { en: "{days}d{hours}h", cy: "{days}d{hours}a" },
});

/** The service's clock, milliseconds; it stands still while the service is not heard, because nothing is known then. */
export const now = signal(Date.now());

setInterval(tick, SECOND_MS);
effect(tick);

function tick(): void {
  if (connection.value === "open") now.value = Date.now() + clockAheadMs.value;
}

/** Whole seconds from `since` to now, never below nothing. */
export function secondsSince(since: string): number {
  return Math.max(0, Math.floor((now.value - Date.parse(since)) / SECOND_MS));
}

/** 4:05, 1h02, 3d4h: short enough for a cell. */
export function lengthWords(seconds: number): string {
  if (seconds >= DAY_S) return say(lengths.days, { days: part(seconds, DAY_S), hours: part(seconds % DAY_S, HOUR_S) });
  const minutes = part(seconds % HOUR_S, MINUTE_S);
  if (seconds >= HOUR_S) return say(lengths.hours, { hours: part(seconds, HOUR_S), minutes: twoDigits(minutes) });
  return `${minutes}:${twoDigits(Math.floor(seconds) % MINUTE_S)}`;
}

/** 14:05, on this machine's wall. */
export function timeOfDay(at: string | number, seconds = false): string {
  const shape = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" } as const;
  return new Date(at).toLocaleTimeString("en-GB", seconds ? { ...shape, second: "2-digit" } : shape);
}

function part(seconds: number, unit: number): number {
  return Math.floor(seconds / unit);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
