import { signal } from "@preact/signals";
import type { Schemas } from "./client";

type Message = Schemas["LiveEvent"];
type Listener = (message: Message) => void;

/** How the page hangs together with the service: `lost` until it has heard from it again. */
export type Connection = "connecting" | "open" | "lost" | "over";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const SESSION_OVER = 4401;
/** The service beats every five seconds in which it has nothing to say; after so long without a word it is lost. */
const SILENCE_MS = 12_000;

export const connection = signal<Connection>("connecting");

/** The service's clock minus this machine's, milliseconds: times in a state are told by the service's. */
export const clockAheadMs = signal(0);

const listeners = new Set<Listener>();
let socket: WebSocket | null = null;
let lastSeq: number | null = null;
let waitMs = FIRST_WAIT_MS;
let silence: ReturnType<typeof setTimeout> | undefined;

/** Be told of every message, a snapshot first. Returns how to stop. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Connect, and stay connected until the session is over. */
export function connect(): void {
  if (socket !== null) return;
  const after = lastSeq === null ? "" : `&after=${lastSeq}`;
  const made = new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/events?beat=1${after}`);
  socket = made;
  made.onopen = listenForSilence;
  made.onmessage = (event) => heard(JSON.parse(String(event.data)) as Message);
  made.onclose = (event) => closed(event.code);
}

/** Stop for good: who sat here has logged out. */
export function disconnect(): void {
  lastSeq = null;
  connection.value = "connecting";
  letGo();
}

function letGo(): void {
  clearTimeout(silence);
  const open = socket;
  socket = null;
  if (open === null) return;
  open.onmessage = null;
  open.onclose = null;
  open.close();
}

/** A network that dies without a word closes nothing: the page does, when it has heard nothing for long. */
function listenForSilence(): void {
  clearTimeout(silence);
  silence = setTimeout(() => {
    letGo();
    closed(0);
  }, SILENCE_MS);
}

function heard(message: Message): void {
  listenForSilence();
  if (message.type === "beat") return;
  lastSeq = message.seq;
  waitMs = FIRST_WAIT_MS;
  if (message.type === "snapshot") clockAheadMs.value = Date.parse(message.at) - Date.now();
  for (const listener of [...listeners]) listener(message);
  connection.value = "open";
}

function closed(code: number): void {
  clearTimeout(silence);
  socket = null;
  lastSeq = null; // the truth comes whole after a break
  connection.value = code === SESSION_OVER ? "over" : "lost";
  if (code === SESSION_OVER) return;
  setTimeout(connect, waitMs * (0.5 + Math.random() / 2));
  waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
}

window.addEventListener("online", () => {
  waitMs = FIRST_WAIT_MS;
  if (socket === null && connection.value === "lost") connect();
});
