import { signal } from "@preact/signals";

/** Whether the form of a new call back is open. */
export const callBackForm = signal(false);
