import { signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { inWords } from "../words/service";
import { codeWords, stateWords } from "../words/trade";
import { say, type Text } from "../words/words";
import { notices as words } from "./words/notices";

/** Something this desk should know of. One `about` a thing stands once; `grave` interrupts a screen reader. */
export type Notice = { about: string; text: () => string; grave: boolean };

export const notices = signal<readonly Notice[]>([]);
const MOST = 3;

export function notice(about: string, text: () => string, grave = false): void {
  const others = notices.value.filter((one) => one.about !== about);
  notices.value = [...others, { about, text, grave }].slice(-MOST);
}

export function forget(about: string): void {
  if (notices.value.some((one) => one.about === about))
    notices.value = notices.value.filter((one) => one.about !== about);
}

/** Do something of which the service may say no; it is told in its words. True when it was done. */
export async function attempt(about: string, deed: () => Promise<unknown>): Promise<boolean> {
  try {
    await deed();
    forget(about);
    return true;
  } catch (error) {
    notice(about, () => inWords(error), true);
    return false;
  }
}

/** A team leader has done something to this agent or their call (R-MON-2). */
export function leaderDid(deed: Schemas["LeaderDeed"]): void {
  const what = deed.what === "state_set" && deed.pending ? "state_asked" : deed.what;
  const text = words.deeds[what as keyof typeof words.deeds] as Text | undefined;
  if (text === undefined) return;
  const leader = `${deed.leader.name} ${deed.leader.staff_number}`;
  notice("leader", () => say(text, { leader, state: setTo(deed) }));
}

function setTo({ code, state }: Schemas["LeaderDeed"]): string {
  if (code !== null) return codeWords(code);
  return state === null ? "" : stateWords(state);
}

export function phoneChanged(reachable: boolean): void {
  if (reachable) forget("phone");
  else notice("phone", () => say(words.phoneLost), true);
}

/** How a call outside ended that came to nothing (R-OUT). */
export function progressed(progress: Schemas["Progress"]): void {
  const text = words.progress[progress as keyof typeof words.progress] as Text | undefined;
  if (text === undefined) forget("outbound");
  else notice("outbound", () => say(text));
}
