import { effect, type Signal, signal } from "@preact/signals";
import type { State } from "../words/trade";

export type Order = "team" | "state" | "longest" | "name";
export type QueueKinds = "segment" | "team" | "all";
export type Shown = State | "logged_in" | "all";

/** What whoever sits here has chosen to see; the browser keeps it. Empty: everything. */
export const team = kept<string>("team", "");
export const shown = kept<Shown>("state", "all");
export const words = kept<string>("find", "");
export const order = kept<Order>("order", "team");
export const queueKinds = kept<QueueKinds>("queues", "segment");
export const muted = kept<"no" | "yes">("muted", "no");

/** A screen on the wall: larger, and nothing can be done there. */
export const onTheWall = new URLSearchParams(location.search).has("wall");

/** Everybody again. */
export function showEverybody(): void {
  team.value = "";
  shown.value = "all";
  words.value = "";
}

function kept<Value extends string>(name: string, first: Value): Signal<Value> {
  const key = `helpline.monitor.${name}`;
  const made = signal((localStorage.getItem(key) as Value | null) ?? first);
  effect(() => localStorage.setItem(key, made.value));
  return made;
}
