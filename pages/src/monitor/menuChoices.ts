import { codeWords } from "../words/trade";
import { say } from "../words/words";
import { type OnCall, oversee, type StateAsked, setState } from "./asking";
import type { Agent } from "./board";
import { menuWords, words } from "./words";

type AuxCode = Extract<StateAsked, { state: "not_ready" }>["code"];

/** An item of a cell's menu: what it does, or which other level it leads to, or where it goes. */
export type Choice = {
  readonly key: string;
  readonly text: string;
  readonly note?: string | undefined;
  readonly does: "codes" | "back" | (() => Promise<unknown>);
  readonly href?: string;
};

const STATES = ["available", "not_ready", "log_out"] as const;
const ON_A_CALL: readonly OnCall[] = ["listen", "whisper", "join", "take"];

/** What the service lets happen to this agent now; what it does not is not there. */
export function firstChoices(agent: Agent, mayAct: boolean): Choice[] {
  const callId = agent.call_id;
  const isTalking = agent.state === "on_call" || agent.state === "on_hold";
  return [
    ...(mayAct && callId !== null && isTalking ? ON_A_CALL.map((how) => onCall(callId, how)) : []),
    ...(mayAct ? STATES.flatMap((action) => toState(agent, action)) : []),
    ...(callId === null ? [] : [journey(callId)]),
  ];
}

/** The codes that may be chosen. */
export function codeChoices(agent: Agent): Choice[] {
  const option = agent.may.find((one) => one.action === "not_ready");
  const codes = (option?.codes ?? []).map((code) => ({
    key: code,
    text: codeWords(code),
    does: () => setState(agent.staff_number, { state: "not_ready", code: code as AuxCode }),
  }));
  return [...codes, { key: "back", text: `← ${say(words.back)}`, does: "back" }];
}

function toState(agent: Agent, action: (typeof STATES)[number]): Choice[] {
  const option = agent.may.find((one) => one.action === action);
  if (option === undefined || !option.allowed) return [];
  const staff = agent.staff_number;
  const does = {
    available: () => setState(staff, { state: "available" }),
    not_ready: "codes",
    log_out: () => setState(staff, { state: "logged_out" }),
  } as const;
  const note = option.pending ? say(menuWords.afterCall) : undefined;
  return [{ key: action, text: say(menuWords[action]), note, does: does[action] }];
}

function onCall(callId: string, how: OnCall): Choice {
  return { key: how, text: say(menuWords[how]), does: () => oversee(callId, how) };
}

function journey(callId: string): Choice {
  return { key: "journey", text: say(menuWords.journey), does: "back", href: `/calls/${callId}` };
}
