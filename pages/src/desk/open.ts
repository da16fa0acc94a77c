import { signal } from "@preact/signals";
import type { Schemas } from "../api/client";

/** To whom, with the name people read. */
export type Target = Schemas["TargetBody"] & { shown: string };

/** Whom one wants to call: a contact on record, or nobody in particular. */
export type Called = {
  kind: "client" | "employer" | "representative";
  recordId: number;
  name: string;
  caseId?: number;
} | null;

/** Which dialog is open over the call; null for none. */
export type Opened =
  | { what: "transfer"; to: Target | null }
  | { what: "keypad" }
  | { what: "outbound"; called: Called; number?: string; purpose?: Schemas["Purpose"] }
  | null;

export const opened = signal<Opened>(null);

export function close(): void {
  opened.value = null;
}

/** Open it, or close it if it is open. */
export function toggle(what: NonNullable<Opened>): void {
  opened.value = opened.value?.what === what.what ? null : what;
}
