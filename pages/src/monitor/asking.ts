import { signal } from "@preact/signals";
import { ask, Refused, type Schemas } from "../api/client";
import { inWords } from "../words/service";
import { say } from "../words/words";
import { words } from "./words";

export type StateAsked = Schemas["StateBody"];
export type OnCall = "listen" | "whisper" | "join" | "take";

/** Why the service said no to what was asked last, in its own words; null when it did not. */
export const problem = signal<string | null>(null);

/** Whether something is being asked just now. */
export const isBusy = signal(false);

/** Ask, and keep why not. Returns whether it was done. */
export async function tryTo(run: () => Promise<unknown>): Promise<boolean> {
  if (isBusy.value) return false;
  isBusy.value = true;
  problem.value = null;
  try {
    await run();
    return true;
  } catch (error) {
    problem.value = error instanceof Refused ? inWords(error) : say(words.unreachable);
    return false;
  } finally {
    isBusy.value = false;
  }
}

export function setState(staff: string, asked: StateAsked): Promise<unknown> {
  return ask("put", "/api/agents/{staff_number}/state", { path: { staff_number: staff }, body: asked });
}

export function oversee(callId: string, how: OnCall): Promise<unknown> {
  const path = { call_id: callId };
  if (how === "listen") return ask("post", "/api/calls/{call_id}/listen", { path });
  if (how === "whisper") return ask("post", "/api/calls/{call_id}/whisper", { path });
  if (how === "join") return ask("post", "/api/calls/{call_id}/join", { path });
  return ask("post", "/api/calls/{call_id}/take", { path });
}

export function answerOwn(): Promise<unknown> {
  return ask("post", "/api/agents/me/call/answer");
}

export function leaveOwn(): Promise<unknown> {
  return ask("post", "/api/agents/me/call/end");
}

export function acknowledgeAlert(alertId: string): Promise<unknown> {
  return ask("post", "/api/alerts/{alert_id}/acknowledge", { path: { alert_id: alertId } });
}

export function turn(name: Schemas["Switch"], on: boolean, why: string): Promise<unknown> {
  return ask("put", "/api/switches/{name}", { path: { name }, body: { on, why } });
}

export function acknowledgeBreach(key: string, what: Schemas["BreachKind"]): Promise<unknown> {
  return ask("post", "/api/queues/{key}/breaches/{what}/acknowledge", { path: { key, what } });
}
