import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, RTCSessionEvent } from "jssip/lib/UA";
import { onMicrophone, useMicrophone } from "./microphone";
import { watchNetwork } from "./network";
import { hear, ring, stopRing } from "./sound";
import { calls, wrong } from "./state";
import { troubles } from "./words";

/** Candidates of this machine come at once; there is no server elsewhere to wait for. */
const GATHER_MS = 100;
const NO_SERVERS: RTCConfiguration = { iceServers: [] };
/** What the service puts into the INVITE that brings a page back into the talk it had before it was loaded anew. */
const ANSWERS_ITSELF = /answer-after=0/;

/** JsSIP has no public word for an UPDATE that says where one is now, and changes nothing about the sound. */
type Movable = RTCSession & { _sendUpdate(): void };

type Call = { session: RTCSession; tidy: (() => void)[] };

/** Every call that rings or is up, the latest last. A second one is a direct call (R-LINE-4): the first is held. */
const up: Call[] = [];

/** A call has come in. */
export function arrived(event: RTCSessionEvent): void {
  if (event.originator !== "remote") return;
  const { session, request } = event as IncomingRTCSessionEvent;
  const call: Call = { session, tidy: [] };
  up.push(call);
  session.on("peerconnection", ({ peerconnection }) => joined(call, peerconnection));
  session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHER_MS));
  session.on("accepted", show);
  session.on("ended", () => over(call));
  session.on("failed", () => over(call));
  openMicrophone(call);
  if (ANSWERS_ITSELF.test(request.getHeader("Call-Info") ?? "")) void take(call);
  show();
}

/** Answer the call that rings; false when none does. */
export function answer(): boolean {
  const call = up.findLast((one) => one.session.isInProgress());
  if (call === undefined) return false;
  void take(call);
  return true;
}

/** End the call that is up, or refuse the one that rings; false when there is none. */
export function hangUp(): boolean {
  const call = up.findLast((one) => one.session.isInProgress()) ?? up.at(-1);
  if (call === undefined) return false;
  call.session.terminate(call.session.isInProgress() ? { status_code: 486 } : {});
  return true;
}

/** Send keys into the talk (RFC 4733): digits, `*`, `#`; false when nobody talks. */
export function press(keys: string): boolean {
  const sender = talk()?.session.connection.getSenders()[0]?.dtmf;
  if (sender === undefined || sender === null || !/^[0-9*#A-D]+$/.test(keys)) return false;
  sender.insertDTMF(keys, 100, 80);
  return true;
}

/** The signalling is back from elsewhere in the network: tell the far side where, or its goodbye would get lost. */
export function tellWhere(): void {
  for (const { session } of up) if (session.isEstablished()) (session as Movable)._sendUpdate();
}

function talk(): Call | undefined {
  return up.findLast((one) => one.session.isEstablished());
}

/** While it rings, so that the answer is heard from its first word. */
function openMicrophone(call: Call): void {
  useMicrophone().then(
    ({ letGo }) => tidyWith(call, letGo),
    () => undefined, // `trouble` says why
  );
}

async function take(call: Call): Promise<void> {
  try {
    const { stream, letGo } = await useMicrophone();
    tidyWith(call, letGo);
    if (!call.session.isInProgress()) return;
    talk()?.session.hold();
    call.session.answer({ mediaStream: stream, pcConfig: NO_SERVERS });
    wrong.line.value = null;
  } catch {
    wrong.line.value = wrong.microphone.value ?? troubles.answerFailed;
  }
}

function joined(call: Call, connection: RTCPeerConnection): void {
  connection.addEventListener("track", ({ track }) => tidyWith(call, hear(new MediaStream([track]))));
  tidyWith(call, watchNetwork(connection));
  tidyWith(
    call,
    onMicrophone((track) => void connection.getSenders()[0]?.replaceTrack(track)),
  );
}

function tidyWith(call: Call, deed: () => void): void {
  if (up.includes(call)) call.tidy.push(deed);
  else deed();
}

function over(call: Call): void {
  up.splice(up.indexOf(call), 1);
  for (const deed of call.tidy) deed();
  const left = up.at(-1)?.session;
  if (left?.isEstablished() && left.isOnHold().local) left.unhold();
  show();
}

function show(): void {
  const rings = up.some((one) => one.session.isInProgress());
  calls.value = rings ? "ringing" : up.length > 0 ? "talking" : "none";
  if (rings) ring();
  else stopRing();
}
