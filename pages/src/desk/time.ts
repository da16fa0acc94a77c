import { computed, signal } from "@preact/signals";
import { clockAheadMs } from "../api/live";
import { language } from "../words/words";

const SECOND_MS = 1_000;
const here = signal(Date.now());
setInterval(() => {
  here.value = Date.now();
}, SECOND_MS);

/** The service's clock, milliseconds, once a second. */
const now = computed(() => here.value + clockAheadMs.value);

/** Seconds since an instant, by the service's clock; never below nought. */
export function secondsSince(instant: string): number {
  return Math.max(0, Math.floor((now.value - Date.parse(instant)) / SECOND_MS));
}

/** Seconds until an instant; never below nought. */
export function secondsUntil(instant: string): number {
  return Math.max(0, Math.ceil((Date.parse(instant) - now.value) / SECOND_MS));
}

/** `4:12`, or `1:04:12`. */
export function length(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export const since = (instant: string) => length(secondsSince(instant));
export const until = (instant: string) => length(secondsUntil(instant));

function written(instant: string, form: Intl.DateTimeFormatOptions): string {
  const tongue = language.value === "cy" ? "cy" : "en-GB";
  return new Intl.DateTimeFormat(tongue, { timeZone: "Europe/London", ...form }).format(new Date(instant));
}

/** `14:05`, London's clock. */
export function clock(instant: string): string {
  return written(instant, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** `14:05` today, else `24 Nov 14:05`. */
export function when(instant: string): string {
  const day: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
  const today = written(new Date(now.value).toISOString(), day) === written(instant, day);
  return today ? clock(instant) : `${written(instant, day)} ${clock(instant)}`;
}

/** `14 May 2019`, of a date without a time. */
export function day(date: string): string {
  return written(`${date}T12:00:00Z`, { day: "numeric", month: "short", year: "numeric" });
}
