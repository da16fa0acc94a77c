import { signal } from "@preact/signals";
import type { Text } from "../words/words";

/**
 * How the phone is: `off` (the agent uses another, or has not logged in), `connecting`, `registered` (it can ring),
 * `ringing`, `talking`, `lost` (comes back by itself; a talk goes on meanwhile), `elsewhere` (another tab or browser
 * has it).
 */
export type PhoneState = "off" | "connecting" | "registered" | "ringing" | "talking" | "lost" | "elsewhere";

/** The network, of a talk: `word` by fixed thresholds; the figures are of the last seconds. */
export type Quality = {
  readonly word: "good" | "fair" | "poor";
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
};

export const phoneState = signal<PhoneState>("off");

/** What keeps the phone from working, and what to do about it, in words; null while nothing does. */
export const trouble = signal<Text | null>(null);

/** How loud the microphone is, 0 to 1; 0 while it is not open. */
export const level = signal(0);

/** Null without a talk. */
export const quality = signal<Quality | null>(null);

/** Another tab of this browser has the phone, and no call is up there: `takeOver()` brings it here. */
export const canTakeOver = signal(false);

/** Be the phone of whoever has logged in; again and again is fine. Begin it in a click, or the browser may keep quiet. */
export function startPhone(): void {
  phoneState.value = "connecting";
}

/** Be nobody's phone: who sat here has logged out or chosen another phone. */
export async function stopPhone(): Promise<void> {
  phoneState.value = "off";
}

/** Answer the call that rings; false when none does. */
export function answer(): boolean {
  return false;
}

/** End the call that is up, or refuse the one that rings; false when there is none. */
export function hangUp(): boolean {
  return false;
}

/** Send keys into the talk (RFC 4733): digits, `*`, `#`; false when nobody talks. */
export function press(_keys: string): boolean {
  return false;
}

/** Bring the phone here from another tab (`canTakeOver`). */
export function takeOver(): void {
  canTakeOver.value = false;
}
