import { computed, signal } from "@preact/signals";
import type { Text } from "../words/words";

/**
 * How the phone is: `off` (the agent uses another, or has not logged in), `connecting`, `registered` (it can ring),
 * `ringing`, `talking`, `lost` (comes back by itself; a talk goes on meanwhile), `elsewhere` (another tab or browser
 * has it).
 */
export type PhoneState = "off" | "connecting" | "registered" | "ringing" | "talking" | "lost" | "elsewhere";

/** The network, of a talk: `word` by fixed thresholds (docs/desk-phone.md); the figures are of the last seconds. */
export type Quality = {
  readonly word: "good" | "fair" | "poor";
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
};

/** Where the line to the service is, whatever calls there are. */
export const line = signal<"off" | "connecting" | "registered" | "lost" | "elsewhere">("off");

/** What the calls are doing. */
export const calls = signal<"none" | "ringing" | "talking">("none");

/** How the phone is; a call comes before the line it came on. */
export const phoneState = computed<PhoneState>(() => {
  if (line.value === "lost" && calls.value === "talking") return "lost";
  return calls.value === "none" ? line.value : calls.value;
});

/** How loud the microphone is, 0 to 1; 0 while it is not open. */
export const level = signal(0);

/** Null without a talk. */
export const quality = signal<Quality | null>(null);

/** Another tab of this browser has the phone, and no call is up there: `takeOver()` brings it here. */
export const canTakeOver = signal(false);

/** What is wrong with the microphone, with what is heard, with the line: each is said and taken back by its own. */
export const wrong = {
  microphone: signal<Text | null>(null),
  sound: signal<Text | null>(null),
  line: signal<Text | null>(null),
};

/** What keeps the phone from working, and what to do about it, in words; null while nothing does. */
export const trouble = computed<Text | null>(() => wrong.line.value ?? wrong.microphone.value ?? wrong.sound.value);
