import { effect } from "@preact/signals";
import { ask, Refused } from "../api/client";
import { chosen, watchDevices } from "./devices";
import { type LineEnd, openLine } from "./line";
import { renewMicrophone, tryMicrophone } from "./microphone";
import { routeSound, wakeSound } from "./sound";
import { calls, canTakeOver, line, wrong } from "./state";
import { askForIt, oneTab, tellTabs } from "./tabs";
import { troubles } from "./words";

const AGAIN_MS = 2_000;

/** What ends when the phone does; null while it is off. */
let running: { stop: (() => void)[] } | null = null;
let closeLine: (() => void) | null = null;
let again: number | undefined;

/** Be the phone of whoever has logged in; again and again is fine. Begin it in a click, or the browser may keep quiet. */
export function startPhone(): void {
  if (running !== null) return;
  line.value = "connecting";
  wakeSound();
  void tryMicrophone();
  running = {
    stop: [
      watchDevices(renew),
      effect(() => followChoice()),
      effect(() => tell()),
      effect(() => warnBeforeLeaving()),
      oneTab(signIn, giveUp),
    ],
  };
}

/** Be nobody's phone: who sat here has logged out or chosen another phone. A call that is up ends. */
export async function stopPhone(): Promise<void> {
  for (const stop of running?.stop ?? []) stop();
  running = null;
  shut();
  line.value = "off";
  wrong.line.value = wrong.microphone.value = wrong.sound.value = null;
}

/** Bring the phone here from another tab, or from another browser. */
export function takeOver(): void {
  if (!canTakeOver.value) return;
  canTakeOver.value = false;
  wrong.line.value = null;
  if (byAnotherBrowser) void signIn();
  else askForIt();
}

/** Another browser has it: this tab is still the one of this browser's. */
let byAnotherBrowser = false;

/** Get a secret and be reachable with it. */
async function signIn(): Promise<void> {
  byAnotherBrowser = false;
  line.value = line.value === "lost" ? "lost" : "connecting";
  try {
    const secret = await ask("post", "/api/agents/me/phone");
    if (running === null) return;
    shut();
    wrong.line.value = null;
    closeLine = openLine(secret, lineEnded);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) line.value = "off";
    else tryAgain();
  }
}

function lineEnded(why: LineEnd): void {
  closeLine = null;
  if (why === "refused") tryAgain();
  else if (why === "over") line.value = "off";
  else {
    byAnotherBrowser = true;
    line.value = "elsewhere";
    wrong.line.value = troubles.otherBrowser;
    canTakeOver.value = true;
  }
}

/** The service, or Asterisk, was not there, or has been started anew and knows no secret of ours. */
function tryAgain(): void {
  line.value = "lost";
  clearTimeout(again);
  again = window.setTimeout(() => running !== null && signIn(), AGAIN_MS);
}

/** Another tab has taken over. */
function giveUp(): void {
  shut();
  line.value = "elsewhere";
}

function shut(): void {
  clearTimeout(again);
  closeLine?.();
  closeLine = null;
}

function renew(): void {
  routeSound();
  void renewMicrophone();
}

function followChoice(): void {
  void [chosen.microphone.value, chosen.headset.value, chosen.ringer.value];
  queueMicrotask(renew);
}

function tell(): void {
  void calls.value;
  tellTabs();
  if (line.value === "lost") wrong.line.value = troubles.connectionGone;
  else if (wrong.line.peek() === troubles.connectionGone) wrong.line.value = null;
}

function warnBeforeLeaving(): void {
  if (calls.value === "talking") addEventListener("beforeunload", keepHere);
  else removeEventListener("beforeunload", keepHere);
}

function keepHere(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
