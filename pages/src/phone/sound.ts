import { chosen, deviceFor, devices } from "./devices";
import { wrong } from "./state";
import { troubles } from "./words";

/** British ringing: two tones, twice, then two seconds of nothing. */
const TONES_HZ = [400, 450];
const BURSTS_S = [0, 0.6] as const;
const BURST_S = 0.4;
const CYCLE_S = 3;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;
let ringing: { element: HTMLAudioElement; timer: number } | null = null;
const voices = new Set<HTMLAudioElement>();

type Sinkable = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

/** The page's one source of sound. */
export function audio(): AudioContext {
  context ??= new AudioContext();
  return context;
}

/** Browsers keep a page silent until somebody has clicked or typed in it: say so, and take the first chance. */
export function wakeSound(): void {
  const heard = () => {
    wrong.sound.value = audio().state === "suspended" ? troubles.silent : null;
  };
  const wake = () => void audio().resume().then(heard, heard);
  for (const deed of ["pointerdown", "keydown"]) addEventListener(deed, wake, { capture: true, passive: true });
  audio().onstatechange = heard;
  setTimeout(heard, 1_000);
  wake();
}

/** Ring until `stopRing`; again and again is fine. */
export function ring(): void {
  if (ringing !== null) return;
  const out = audio().createMediaStreamDestination();
  const element = played(out.stream, "ringer");
  const once = () => playCycle(out);
  once();
  ringing = { element, timer: window.setInterval(once, CYCLE_S * 1_000) };
}

/** Stop ringing. */
export function stopRing(): void {
  if (ringing === null) return;
  clearInterval(ringing.timer);
  ended(ringing.element);
  ringing = null;
}

/** Let the far side of a talk be heard. Returns how to stop. */
export function hear(stream: MediaStream): () => void {
  const element = played(stream, "headset");
  voices.add(element);
  return () => {
    voices.delete(element);
    ended(element);
  };
}

/** Play what plays on the devices chosen now. */
export function routeSound(): void {
  for (const element of voices) void send(element, "headset");
  if (ringing !== null) void send(ringing.element, "ringer");
}

function playCycle(out: AudioNode): void {
  const now = audio().currentTime + 0.02;
  for (const start of BURSTS_S) {
    for (const hertz of TONES_HZ) {
      const tone = new OscillatorNode(audio(), { frequency: hertz });
      tone.connect(new GainNode(audio(), { gain: LOUDNESS })).connect(out);
      tone.start(now + start);
      tone.stop(now + start + BURST_S);
    }
  }
}

function played(stream: MediaStream, use: "headset" | "ringer"): HTMLAudioElement {
  const element = new Audio();
  element.srcObject = stream;
  void send(element, use);
  element.play().catch(() => {
    wrong.sound.value = troubles.silent;
  });
  return element;
}

function ended(element: HTMLAudioElement): void {
  element.pause();
  element.srcObject = null;
}

async function send(element: Sinkable, use: "headset" | "ringer"): Promise<void> {
  if (element.setSinkId === undefined) return; // the browser plays on the machine's usual one only
  const id = deviceFor(use);
  const missing = chosen[use].value !== "" && id === "" && devices.value.length > 0;
  if (missing && use === "headset") wrong.sound.value = troubles.headsetMissing;
  else if (wrong.sound.value === troubles.headsetMissing) wrong.sound.value = null;
  await element.setSinkId(id).catch(() => undefined);
}
