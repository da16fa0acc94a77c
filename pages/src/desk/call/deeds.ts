import { ask } from "../../api/client";
import { answer, hangUp, phoneState, press } from "../../phone";
import { attempt } from "../notices";

const MINE = "/api/agents/me/call";
const about = "call";

/** The browser's own phone answers by itself; a phone on the desk is asked to. */
export function answerCall(): Promise<boolean> {
  if (phoneState.value !== "off" && answer()) return Promise.resolve(true);
  return attempt(about, () => ask("post", `${MINE}/answer`));
}

export const hold = () => attempt(about, () => ask("post", `${MINE}/hold`));
export const retrieve = () => attempt(about, () => ask("delete", `${MINE}/hold`));
export const mute = () => attempt(about, () => ask("post", `${MINE}/mute`));
export const unmute = () => attempt(about, () => ask("delete", `${MINE}/mute`));
export const callInterpreter = () =>
  attempt(about, () => ask("post", `${MINE}/interpreter`, { body: { provider: null } }));

/** End one's part. The service hangs up every phone; the browser's own is told only where the service cannot be. */
export async function endCall(): Promise<boolean> {
  return (await attempt(about, () => ask("post", `${MINE}/end`))) || (phoneState.value === "talking" && hangUp());
}

export function sendDigits(digits: string): Promise<boolean> {
  if (phoneState.value === "talking" && press(digits)) return Promise.resolve(true);
  return attempt(about, () => ask("post", `${MINE}/digits`, { body: { digits } }));
}

export const dropParty = (party: string) =>
  attempt(about, () => ask("delete", `${MINE}/parties/{party_id}`, { path: { party_id: party } }));

export const complete = () => attempt(about, () => ask("post", `${MINE}/consultation/complete`));
export const conference = () => attempt(about, () => ask("post", `${MINE}/consultation/conference`));
export const swap = () => attempt(about, () => ask("post", `${MINE}/consultation/swap`));
export const back = () => attempt(about, () => ask("delete", `${MINE}/consultation`));
