import { signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { attempt } from "../notices";
import { call } from "../state";

export type CallSecurity = Schemas["CallSecurity"];
export type RecordSecurity = Schemas["RecordSecurity"];

const told = signal<RecordSecurity | null>(null);

/** Whether a record's contact can be checked, as the service told last; null before it has. */
export function known(kind: string, recordId: number): RecordSecurity | null {
  const of = told.value?.readiness;
  return of !== undefined && of.kind === kind && of.record_id === recordId ? told.value : null;
}

export function recordIs(found: RecordSecurity): void {
  told.value = found;
}

export async function learn(kind: string, recordId: number): Promise<void> {
  await attempt("security", async () => {
    const path = { kind, record_id: recordId };
    recordIs(await ask("get", "/api/records/{kind}/{record_id}/security", { path }));
  });
}

/** The call's check as the service has just answered it. */
export function callIs(callId: string, found: CallSecurity): void {
  const now = call.value;
  if (now?.pop.call_id !== callId) return;
  call.value = { ...now, pop: { ...now.pop, security: found.security, check: found.check } };
}
