import { codeWords, type State, stateWords } from "../words/trade";
import type { Agent } from "./board";
import type { Order, Shown } from "./choices";

/** Agents who stand together under one heading. */
export type Group = { readonly key: string; readonly name: string; readonly members: readonly Agent[] };

export type Choice = { readonly team: string; readonly shown: Shown; readonly words: string; readonly order: Order };

const AS_STATES_STAND: readonly State[] = [
  "reserved",
  "on_call",
  "on_hold",
  "after_call_work",
  "available",
  "not_ready",
  "logged_out",
];

/** Who is to be seen, in which order, under which headings. */
export function grouped(agents: Iterable<Agent>, choice: Choice, everybody: string): Group[] {
  const seen = [...agents].filter((agent) => isSeen(agent, choice)).sort(comparing(choice.order));
  const groups = new Map<string, Agent[]>();
  for (const agent of seen) {
    const key = choice.order === "team" ? agent.team : choice.order === "state" ? agent.state : "";
    groups.set(key, [...(groups.get(key) ?? []), agent]);
  }
  return [...groups].map(([key, members]) => ({ key, name: groupName(key, choice.order, everybody), members }));
}

/** The teams there are, in order. */
export function teamsOf(agents: Iterable<Agent>): string[] {
  return [...new Set([...agents].map((agent) => agent.team))].sort(byWords);
}

function isSeen(agent: Agent, choice: Choice): boolean {
  if (choice.team !== "" && agent.team !== choice.team) return false;
  if (choice.shown === "logged_in" && agent.state === "logged_out") return false;
  if (choice.shown !== "all" && choice.shown !== "logged_in" && agent.state !== choice.shown) return false;
  const said = `${agent.name} ${agent.staff_number} ${agent.team} ${agent.code ?? ""} ${codeWords(agent.code ?? "")}`;
  return choice.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.toLowerCase().includes(word));
}

function comparing(order: Order): (one: Agent, other: Agent) => number {
  if (order === "name") return (one, other) => byWords(one.name, other.name);
  if (order === "longest") return longestFirst;
  if (order === "state") return byState;
  return (one, other) => byWords(one.team, other.team) || byState(one, other);
}

function byState(one: Agent, other: Agent): number {
  return AS_STATES_STAND.indexOf(one.state) - AS_STATES_STAND.indexOf(other.state) || longestFirst(one, other);
}

function longestFirst(one: Agent, other: Agent): number {
  return Date.parse(one.since) - Date.parse(other.since) || byWords(one.staff_number, other.staff_number);
}

function byWords(one: string, other: string): number {
  return one.localeCompare(other, "en-GB", { numeric: true });
}

function groupName(key: string, order: Order, everybody: string): string {
  if (order === "state") return stateWords(key as State);
  return key === "" ? everybody : key;
}
