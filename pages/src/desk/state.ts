import { computed, signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { connection, listen } from "../api/live";
import { why } from "../words/service";
import { documentChanged } from "./documents/asking";
import { leaderDid, phoneChanged, progressed } from "./notices";

/** What the service has told this desk, as it told it last. Nothing here is worked out. */
export type Me = Schemas["Me"];
export type MyCall = Schemas["MyCall"];
export type Queue = Schemas["QueueNow"];
export type Alert = Schemas["AlertNow"];
export type Work = Schemas["Work"];
export type Option = Schemas["Option"];
type Message = Schemas["LiveEvent"];

export const me = signal<Me | null>(null);
export const call = signal<MyCall | null>(null);
export const work = signal<Work | null>(null);
export const queues = signal<ReadonlyMap<string, Queue>>(new Map());
export const switches = signal<ReadonlyMap<string, boolean>>(new Map());
export const alert = signal<Alert | null>(null);

/** Nothing may be asked while it is false. */
export const connected = computed(() => connection.value === "open");

/** Whether one talks with somebody, or has them on hold. */
export const inTalk = computed(() => me.value?.state === "on_call" || me.value?.state === "on_hold");

/** Whether a call rings for one. */
export const rings = computed(() => me.value?.state === "reserved" && call.value !== null);

/** What the service says of an action of the toolbar now; null before it has said anything. */
export function may(action: Schemas["Action"]): Option | null {
  return me.value?.may.find((option) => option.action === action) ?? null;
}

/** Why an action may not be asked for now, in words; null where it may. */
export function whyNot(action: Schemas["Action"]): string | null {
  const option = may(action);
  return option === null || option.allowed ? null : why(option);
}

/** An activity as the service answered it has just been written: wherever it stands. */
export function activityWritten(activity: Schemas["Activity"]): void {
  const same = (one: Schemas["Activity"]) => (one.activity_id === activity.activity_id ? activity : one);
  if (work.value !== null) work.value = { ...work.value, activities: work.value.activities.map(same) };
  const now = call.value;
  if (now !== null && now.activity !== null) call.value = { ...now, activity: same(now.activity) };
}

/** Begin to listen. Returns how to stop. */
export function follow(): () => void {
  return listen(heard);
}

function heard(message: Message): void {
  switch (message.type) {
    case "snapshot":
      begin(message);
      return;
    case "agent_changed":
      agentChanged(message.agent);
      return;
    case "my_call":
      call.value = message.call;
      return;
    case "work_changed":
      work.value = message.work;
      return;
    case "activity_changed":
      activityIs(message.activity);
      return;
    case "queue_changed":
      queues.value = new Map(queues.value).set(message.queue.key, message.queue);
      return;
    case "switch_changed":
      switches.value = new Map(switches.value).set(message.switch.name, message.switch.on);
      return;
    case "document_changed":
      documentChanged(message);
      return;
    default:
      told(message);
  }
}

/** An activity as the service has it now: the call's, or one of those still open. */
export function activityIs(activity: Schemas["Activity"]): void {
  const isIt = (one: Schemas["Activity"] | null) => one?.activity_id === activity.activity_id;
  if (call.value !== null && isIt(call.value.activity)) call.value = { ...call.value, activity };
  if (work.value === null) return;
  const activities = work.value.activities.map((one) => (isIt(one) ? activity : one));
  work.value = { ...work.value, activities };
}

function begin(snapshot: Schemas["Snapshot"]): void {
  const mine = snapshot.me;
  me.value = mine;
  call.value = snapshot.call;
  work.value = snapshot.work;
  queues.value = new Map(snapshot.queues.map((queue) => [queue.key, queue]));
  switches.value = new Map(snapshot.switches.map((one) => [one.name, one.on]));
  alert.value = snapshot.alerts.find((one) => one.agent.staff_number === mine?.staff_number) ?? null;
}

function agentChanged(change: Extract<Message, { type: "agent_changed" }>["agent"]): void {
  const mine = me.value;
  if (mine === null || change.staff_number !== mine.staff_number) return;
  me.value = { ...mine, ...change, idle_warning: false };
}

function told(message: Message): void {
  const mine = me.value;
  if (mine === null) return;
  if (message.type === "idle_warning" && message.staff_number === mine.staff_number)
    me.value = { ...mine, ends_at: message.ends_at, idle_warning: true };
  if (message.type === "phone_changed" && message.staff_number === mine.staff_number) {
    me.value = { ...mine, endpoint: message.endpoint, phone_reachable: message.reachable };
    phoneChanged(message.reachable);
  }
  if (message.type === "alert_changed" && message.alert.agent.staff_number === mine.staff_number)
    alert.value = message.alert.ended_at === null ? message.alert : null;
  if (message.type === "leader_acted" && message.deed.staff_number === mine.staff_number) leaderDid(message.deed);
  if (message.type === "call_progress") progressed(message.progress);
}
