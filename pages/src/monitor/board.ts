import { computed, signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { connection, listen } from "../api/live";
import { now } from "./clock";

export type Agent = Schemas["AgentNow"];
export type Queue = Schemas["QueueNow"];
export type Call = Schemas["CallNow"];
export type Alert = Schemas["AlertNow"];
export type Switch = Schemas["SwitchNow"];
export type Deed = Schemas["LeaderDeed"];
export type Breach = Schemas["Breach"];
export type Today = Schemas["Today"];
type Message = Schemas["LiveEvent"];
type Told<Type extends Message["type"]> = Extract<Message, { type: Type }>;

const DEEDS_KEPT = 50;

/** What the service told last. `agents` is null for those who may not oversee, undefined before the first news. */
export const agents = signal<ReadonlyMap<string, Agent> | null | undefined>(undefined);
export const queues = signal<ReadonlyMap<string, Queue>>(new Map());
export const calls = signal<ReadonlyMap<string, Call>>(new Map());
export const alerts = signal<readonly Alert[]>([]);
export const switches = signal<readonly Switch[]>([]);
/** Why nothing is recorded now; null while lines are recorded as they say. */
export const recordingStopped = signal<Schemas["RecordingStoppedNow"] | null>(null);
export const phonesLost = signal<ReadonlySet<string>>(new Set());
export const today = signal<Today | null>(null);
export const me = signal<Schemas["Me"] | null>(null);

/** What leaders did since this page was opened, the latest first. */
export const deeds = signal<readonly Deed[]>([]);

/** Only a team leader may act; operations look on. */
export const mayAct = computed(() => me.value?.role === "team_leader");

/** When what is shown was true, while the service is not heard; else null. */
export const staleSince = computed(() => (connection.value === "lost" ? now.value : null));

listen(hear);

function hear(message: Message): void {
  if (message.type === "snapshot") hearAll(message);
  else if (message.type === "agent_changed") hearAgent(message);
  else if (message.type === "phone_changed") hearPhone(message);
  else if (message.type === "queue_changed") queues.value = withOne(queues.value, message.queue.key, message.queue);
  else if (message.type === "call_changed") hearCall(message.call);
  else if (message.type === "alert_changed") hearAlert(message.alert);
  else if (message.type === "switch_changed") hearSwitch(message.switch);
  else if (message.type === "recording_stopped") recordingStopped.value = message.stopped;
  else if (message.type === "leader_acted") deeds.value = [message.deed, ...deeds.value].slice(0, DEEDS_KEPT);
  else if (message.type === "party_changed") hearParty(message);
  else if (message.type === "today_changed") today.value = message.today;
}

/** How the leader's own phone came to nothing, when they asked to listen, whisper, join or take; null otherwise. */
export const notReached = signal<"no_answer" | "busy" | "rejected" | "unreachable" | null>(null);

function hearParty(told: Told<"party_changed">): void {
  if (told.who !== me.value?.staff_number) return;
  const { state } = told;
  const failed = state === "no_answer" || state === "busy" || state === "rejected" || state === "unreachable";
  notReached.value = told.over && failed ? state : null;
}

function hearAll(told: Told<"snapshot">): void {
  agents.value = told.agents === null ? null : byKey(told.agents, (one) => one.staff_number);
  phonesLost.value = new Set(told.phones_lost);
  queues.value = byKey(told.queues, (one) => one.key);
  calls.value = byKey(told.calls ?? [], (one) => one.call_id);
  alerts.value = told.alerts;
  switches.value = told.switches;
  recordingStopped.value = told.recording_stopped;
  today.value = told.today;
  me.value = told.me;
}

function hearAgent({ agent }: Told<"agent_changed">): void {
  const staff = agent.staff_number;
  const known = agents.value?.get(staff);
  if (agents.value) agents.value = withOne(agents.value, staff, { ...known, ...agent });
  if (me.value?.staff_number === staff) me.value = { ...me.value, ...agent };
  const left = known?.call_id ?? null;
  if (left !== null && calls.value.get(left)?.state === "ended" && !isSomebodys(left)) dropCall(left);
}

function hearPhone({ staff_number: staff, reachable }: Told<"phone_changed">): void {
  const lost = new Set(phonesLost.value);
  if (reachable) lost.delete(staff);
  else lost.add(staff);
  phonesLost.value = lost;
}

/** Whether the phone of somebody who is logged in cannot be reached. */
export function isPhoneLost(agent: Agent): boolean {
  return agent.state !== "logged_out" && phonesLost.value.has(agent.staff_number);
}

function hearCall(call: Call): void {
  if (call.state !== "ended" || isSomebodys(call.call_id)) calls.value = withOne(calls.value, call.call_id, call);
  else dropCall(call.call_id);
}

/** A call is kept while it is up, and while an agent still works on it. */
function isSomebodys(callId: string): boolean {
  return [...(agents.value?.values() ?? [])].some((agent) => agent.call_id === callId);
}

function dropCall(callId: string): void {
  const left = new Map(calls.value);
  left.delete(callId);
  calls.value = left;
}

function hearAlert(alert: Alert): void {
  const others = alerts.value.filter((one) => one.alert_id !== alert.alert_id);
  alerts.value = alert.ended_at === null ? [...others, alert] : others;
}

function hearSwitch(turned: Switch): void {
  switches.value = switches.value.map((one) => (one.name === turned.name ? turned : one));
}

/** An agent's name where it is known, else the number. */
export function nameOf(staff: string): string {
  return agents.value?.get(staff)?.name ?? staff;
}

/** A name for whoever the audit calls `agent 7101` or `program wallboard`. */
export function actorName(actor: string): string {
  return nameOf(actor.replace(/^\S+ /, ""));
}

function byKey<One>(list: readonly One[], key: (one: One) => string): ReadonlyMap<string, One> {
  return new Map(list.map((one) => [key(one), one]));
}

function withOne<One>(map: ReadonlyMap<string, One>, key: string, one: One): ReadonlyMap<string, One> {
  return new Map(map).set(key, one);
}
