import { computed, signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { attempt } from "../notices";
import { call } from "../state";

export type Record = Schemas["OpenedRecord"];
export type Kind = Record["kind"];
type Inside = Omit<Record, "kind">;
/** Who acts for somebody is who calls. */
const KINDS = ["representative", "client", "employer_agent", "employer"] as const;

/** A record that was looked up, with the call during which it was (null: none): it gives way to the next call's. */
const looked = signal<{ record: Record; during: string | null } | null>(null);

const during = () => call.value?.pop.call_id ?? null;

/** The record of whoever calls, as the service opened it; null when it did not. */
export const callers = computed<Record | null>(() => {
  const pop = call.value?.pop;
  if (pop === undefined) return null;
  const { representative, client, employer_agent, employer } = pop;
  const all = { representative, client, employer_agent, employer };
  const kind = KINDS.find((one) => all[one] !== null);
  return kind === undefined ? null : { kind, ...only(kind, all) };
});

/** The record of one kind, the others null. */
function only(kind: Kind, all: Inside): Inside {
  const none: Inside = { client: null, representative: null, employer: null, employer_agent: null };
  return { ...none, [kind]: all[kind] };
}

/** What the panel shows: what was looked up, else the caller's. */
export const shown = computed(() => (isLooked.value ? (looked.value?.record ?? null) : callers.value));

export const isLooked = computed(() => looked.value !== null && looked.value.during === during());

export async function openRecord(kind: Kind, recordId: number): Promise<void> {
  await attempt("record", async () => {
    const path = { kind, record_id: recordId };
    looked.value = { record: await ask("get", "/api/records/{kind}/{record_id}", { path }), during: during() };
  });
}

export function backToCaller(): void {
  looked.value = null;
}

/** The id of a record, whatever its kind. */
export function idOf(record: Record): number {
  const inside = record.client ?? record.representative ?? record.employer ?? record.employer_agent;
  return inside?.record_id ?? 0;
}

/** A contact can be called and suppressed; an employer agent is reached through their employer. */
export function contactKind(kind: Kind): "client" | "employer" | "representative" | null {
  return kind === "employer_agent" ? null : kind;
}
