import { say } from "../../words/words";
import { me } from "../state";
import { words } from "./words";

const PITCHES_HZ = [660, 880];
const LOUDNESS = 0.08;
const NOTE_S = 0.18;
const ON_THE_PHONE = ["on_call", "on_hold", "reserved"];
let sound: AudioContext | null = null;

/** Make a reminder heard, and seen outside the page; silently for who is on a call, or is being rung (R-CB-5). */
export function chime(what: string): void {
  if (me.value === null || ON_THE_PHONE.includes(me.value.state)) return;
  play();
  if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
  new Notification(say(words.strip), { body: what, tag: "helpline.reminder" });
}

/** Silent where the browser has not been allowed to sound yet. */
function play(): void {
  sound ??= new AudioContext();
  const context = sound;
  if (context.state === "suspended") void context.resume();
  const volume = context.createGain();
  volume.gain.value = LOUDNESS;
  volume.connect(context.destination);
  PITCHES_HZ.forEach((frequency, place) => {
    const note = new OscillatorNode(context, { frequency });
    note.connect(volume);
    note.start(context.currentTime + place * NOTE_S);
    note.stop(context.currentTime + (place + 1) * NOTE_S);
  });
}
