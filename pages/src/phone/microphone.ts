import { deviceFor } from "./devices";
import { audio } from "./sound";
import { level, wrong } from "./state";
import { troubles } from "./words";

const LOOK_EVERY_MS = 100;
/** A voice close to a headset is about so loud (root mean square, of 1): four bars. */
const LOUD = 0.2;

/** Whoever needs the microphone: it is open while anybody does. */
const users = new Set<symbol>();
const changed = new Set<(track: MediaStreamTrack) => void>();
let open: Promise<MediaStream> | null = null;
let meter: { timer: number; source: MediaStreamAudioSourceNode } | null = null;

/** Be told when another microphone has taken the place of the one that was open. Returns how to stop. */
export function onMicrophone(told: (track: MediaStreamTrack) => void): () => void {
  changed.add(told);
  return () => changed.delete(told);
}

/** Have the microphone open until `let_go` is called. Rejects when it cannot be opened; `trouble` says why. */
export async function useMicrophone(): Promise<{ stream: MediaStream; letGo: () => void }> {
  const user = Symbol("microphone");
  users.add(user);
  const letGo = () => {
    users.delete(user);
    if (users.size === 0) void close();
  };
  try {
    open ??= opened();
    return { stream: await open, letGo };
  } catch (error) {
    open = null;
    letGo();
    throw error;
  }
}

/** Ask for it once, so that it is allowed, and named, before a call comes. */
export async function tryMicrophone(): Promise<void> {
  const used = await useMicrophone().catch(() => null);
  used?.letGo();
}

/** Another microphone was chosen, or one has come or gone: open that one in its place, if one is open at all. */
export async function renewMicrophone(): Promise<void> {
  if (open === null) {
    if (wrong.microphone.value !== null) await tryMicrophone();
    return;
  }
  const before = await open.catch(() => null);
  const wanted = deviceFor("microphone");
  const track = before?.getAudioTracks()[0];
  if (track?.readyState === "live" && (wanted === "" || track.getSettings().deviceId === wanted)) return;
  open = opened();
  const stream = await open.catch(() => null);
  for (const one of before?.getTracks() ?? []) one.stop();
  const fresh = stream?.getAudioTracks()[0];
  if (fresh !== undefined) for (const told of changed) told(fresh);
}

async function opened(): Promise<MediaStream> {
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (media === undefined) {
    wrong.microphone.value = troubles.notSecure;
    throw new Error("no microphone on a page that is not secure");
  }
  try {
    const stream = await media.getUserMedia({ audio: wished(), video: false });
    wrong.microphone.value = null;
    for (const track of stream.getAudioTracks()) track.onended = () => void renewMicrophone();
    measure(stream);
    return stream;
  } catch (error) {
    wrong.microphone.value = told(error);
    throw error;
  }
}

function wished(): MediaTrackConstraints {
  const id = deviceFor("microphone");
  const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return id === "" ? voice : { ...voice, deviceId: { exact: id } };
}

function told(error: unknown): (typeof troubles)[keyof typeof troubles] {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return troubles.microphoneRefused;
  if (name === "NotFoundError" || name === "OverconstrainedError") return troubles.microphoneMissing;
  return troubles.microphoneBusy;
}

function measure(stream: MediaStream): void {
  stopMeasuring();
  const source = audio().createMediaStreamSource(stream);
  const analyser = new AnalyserNode(audio(), { fftSize: 1024 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const look = () => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    level.value = Math.min(1, Math.sqrt(power) / LOUD);
  };
  meter = { source, timer: window.setInterval(look, LOOK_EVERY_MS) };
}

function stopMeasuring(): void {
  if (meter !== null) {
    clearInterval(meter.timer);
    meter.source.disconnect();
  }
  meter = null;
  level.value = 0;
}

async function close(): Promise<void> {
  const was = open;
  open = null;
  stopMeasuring();
  for (const track of (await was?.catch(() => null))?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
