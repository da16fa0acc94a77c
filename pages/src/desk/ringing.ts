import { signal } from "@preact/signals";
import { phoneState } from "../phone";
import { say } from "../words/words";
import { call as words } from "./words/call";

const RING_HZ = [400, 450];
const LOUDNESS = 0.12;
/** A British ring: 0.4 s, 0.2 s pause, 0.4 s, 2 s pause. */
const BURSTS_S = [0, 0.6];
const BURST_S = 0.4;
const ROUND_MS = 3_000;

/** What stands in the tab while a call rings; null otherwise. */
export const ringingTitle = signal<string | null>(null);
let sound: AudioContext | null = null;

/** Make a call heard and seen outside the page too. Returns how to stop. The browser's own phone rings by itself. */
export function ringOut(who: string): () => void {
  ringingTitle.value = `◆ ${say(words.ringing)}: ${who}`;
  const told = tell(who);
  const ring = phoneState.value === "off" ? setInterval(burst, ROUND_MS) : undefined;
  if (ring !== undefined) burst();
  return () => {
    ringingTitle.value = null;
    clearInterval(ring);
    told?.close();
  };
}

function tell(who: string): Notification | null {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return null;
  const told = new Notification(say(words.ringing), { body: who, requireInteraction: true, tag: "helpline.call" });
  told.onclick = () => window.focus();
  return told;
}

/** Silent where the browser has not been allowed to sound yet; the phone itself still rings. */
function burst(): void {
  sound ??= new AudioContext();
  if (sound.state === "suspended") void sound.resume();
  const volume = sound.createGain();
  volume.gain.value = LOUDNESS;
  volume.connect(sound.destination);
  for (const start of BURSTS_S) for (const pitch of RING_HZ) tone(sound, volume, pitch, sound.currentTime + start);
}

function tone(context: AudioContext, into: AudioNode, pitch: number, at: number): void {
  const voice = new OscillatorNode(context, { frequency: pitch });
  voice.connect(into);
  voice.start(at);
  voice.stop(at + BURST_S);
}
