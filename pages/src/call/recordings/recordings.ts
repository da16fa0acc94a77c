import { signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { listen } from "../../api/live";
import { inWords } from "../../words/service";
import { callId } from "../call";

export type Recording = Schemas["RecordingTold"];
export type Opened = Schemas["Opened"];
export type Quiet = Schemas["QuietTold"];

/** The call's recordings; null until they are read. */
export const all = signal<readonly Recording[] | null>(null);
/** Those that have been opened here, by id. */
export const opened = signal<ReadonlyMap<string, Opened>>(new Map());
export const mayPlay = signal(false);
export const trouble = signal("");

/** Read them; again whenever the service tells of one of this call. */
export async function read(): Promise<void> {
  try {
    const found = await ask("get", "/api/calls/{call_id}/recordings", { path: { call_id: callId } });
    all.value = found.recordings;
  } catch (error) {
    trouble.value = inWords(error);
  }
}

/** Have the service give a recording out, which it writes down. */
export async function open(recording: Recording): Promise<void> {
  const id = recording.recording_id;
  trouble.value = "";
  try {
    const found = await ask("post", "/api/recordings/{recording_id}/openings", { path: { recording_id: id } });
    opened.value = new Map(opened.value).set(id, found);
  } catch (error) {
    trouble.value = inWords(error);
    void read();
  }
}

// From the page's beginning: who may play them is told once, maybe before there is a call to be seen.
listen((message) => {
  if (message.type === "snapshot") {
    mayPlay.value = message.me?.role === "team_leader";
    if (all.value !== null) void read();
  }
  const isStep = message.type === "journey_step" && message.call_id === callId;
  if (isStep && message.step.startsWith("recording_")) void read();
});

/** Whether silence stands there; else it was cut out, and takes no time. */
export function isSilence(quiet: Quiet): boolean {
  return quiet.kind === "check" || quiet.kind === "muted";
}

/** Minutes and seconds. */
export function length(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
