import { signal } from "@preact/signals";

/** What is known of a caller who has no record, before anything is asked of them. */
export interface Prefill {
  fullName?: string;
  contactNumber?: string;
  reason?: "new_application" | "existing_case" | "other";
  /** Whose words and forms: Northern Ireland's or Great Britain's. */
  brand?: "cmg" | "nicms";
}

/** With what the form of a new-application call back is open; null while it is not. */
export const asked = signal<Prefill | null>(null);

/** Open the form of a new-application call back (R-CB-9), filled in with what is known. */
export function openApplication(prefill: Prefill = {}): void {
  asked.value = prefill;
}

/** Close it; what was written is kept until it is saved. */
export function closeApplication(): void {
  asked.value = null;
}
