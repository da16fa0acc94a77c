import { calls, canTakeOver, line, wrong } from "./state";
import { troubles } from "./words";

/** One tab of a browser is the phone: whoever holds this lock. */
const LOCK = "helpline.phone";

type Word = { type: "who?" } | { type: "mine"; talks: boolean } | { type: "give" };

const channel = new BroadcastChannel(LOCK);
let letGo: (() => void) | null = null;

/** Wait to be the one tab, then `begin`, and `end` when another tab takes over. Returns how to stop waiting or being it. */
export function oneTab(begin: () => void, end: () => void): () => void {
  const stopped = new AbortController();
  channel.onmessage = ({ data }: MessageEvent<Word>) => heard(data, end);
  const held = () => {
    wrong.line.value = null;
    canTakeOver.value = false;
    begin();
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  navigator.locks
    .request(LOCK, { signal: stopped.signal }, held)
    .catch(() => undefined)
    .finally(() => {
      letGo = null;
    });
  setTimeout(() => letGo ?? (stopped.signal.aborted || say({ type: "who?" })), 150);
  return () => {
    stopped.abort();
    canTakeOver.value = false;
    letGo?.();
  };
}

/** Bring the phone here from another tab (`canTakeOver`). */
export function askForIt(): void {
  say({ type: "give" });
}

/** Tell the other tabs whether this one, which is the phone, is in a call. */
export function tellTabs(): void {
  if (letGo !== null) say({ type: "mine", talks: calls.value !== "none" });
}

function heard(word: Word, end: () => void): void {
  if (word.type === "who?") tellTabs();
  else if (word.type === "give" && letGo !== null && calls.value === "none") given(end);
  else if (word.type === "mine" && letGo === null) theirs(word.talks);
}

function given(end: () => void): void {
  end();
  letGo?.();
}

function theirs(talks: boolean): void {
  line.value = "elsewhere";
  canTakeOver.value = !talks;
  wrong.line.value = talks ? troubles.otherTabTalks : troubles.otherTab;
}

function say(word: Word): void {
  channel.postMessage(word);
}
