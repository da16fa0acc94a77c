import { effect, type Signal, signal } from "@preact/signals";
import type { State } from "../words/trade";

export type Order = "team" | "state" | "longest" | "name";
export type QueueKinds = "segment" | "team" | "all";
export type Shown = State | "logged_in" | "all";

const address = new URLSearchParams(location.search);

/** A screen on the wall: larger, and nothing can be done there. */
export const onTheWall = address.has("wall");

/** What whoever sits here has chosen to see; the browser keeps it, or the address says it. Empty: everything. */
export const team = kept<string>("team", "");
export const shown = kept<Shown>("state", onTheWall ? "logged_in" : "all");
export const words = kept<string>("find", "");
export const order = kept<Order>("order", onTheWall ? "state" : "team");
export const queueKinds = kept<QueueKinds>("queues", "segment");
export const muted = kept<"no" | "yes">("muted", "no");

/** Everybody again. */
export function showEverybody(): void {
  team.value = "";
  shown.value = "all";
  words.value = "";
}

/** A wall chooses by its address alone, `/monitor?wall&team=GICH 1`, so that it shows the same whoever put it up. */
function kept<Value extends string>(name: string, first: Value): Signal<Value> {
  if (onTheWall) return signal((address.get(name) as Value | null) ?? first);
  const key = `helpline.monitor.${name}`;
  const made = signal((localStorage.getItem(key) as Value | null) ?? first);
  effect(() => localStorage.setItem(key, made.value));
  return made;
}
