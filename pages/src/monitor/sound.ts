import { effect, signal } from "@preact/signals";
import { muted } from "./choices";

/** Whether the browser holds back sound until somebody touches the page. */
export const isBlocked = signal(false);

const PEAK = 0.25;
const FADE_S = 0.02;
/** Hertz and seconds: an alert calls, a broken threshold only marks. */
const ALERT = [
  [880, 0.18],
  [660, 0.18],
  [880, 0.28],
] as const;
const BREACH = [[523, 0.35]] as const;

let context: AudioContext | null = null;

/** Sound once, unless muted. */
export function sound(what: "alert" | "breach"): void {
  if (muted.value === "yes") return;
  const now = allowed();
  let at = now.currentTime;
  for (const [pitch, length] of what === "alert" ? ALERT : BREACH) {
    tone(now, pitch, at, length);
    at += length;
  }
}

/** From a touch of the page: from now on it may sound. */
export function allow(): void {
  void allowed().resume();
}

function allowed(): AudioContext {
  if (context === null) {
    const made = new AudioContext();
    made.onstatechange = () => {
      isBlocked.value = made.state === "suspended";
    };
    isBlocked.value = made.state === "suspended";
    context = made;
  }
  return context;
}

function tone(on: AudioContext, pitch: number, at: number, length: number): void {
  const voice = new OscillatorNode(on, { frequency: pitch });
  const level = new GainNode(on, { gain: 0 });
  level.gain.linearRampToValueAtTime(PEAK, at + FADE_S);
  level.gain.setValueAtTime(PEAK, at + length - FADE_S);
  level.gain.linearRampToValueAtTime(0, at + length);
  voice.connect(level).connect(on.destination);
  voice.start(at);
  voice.stop(at + length);
}

effect(() => {
  if (muted.value === "no") allowed();
});
document.addEventListener("pointerdown", allow, { once: true });
document.addEventListener("keydown", allow, { once: true });
