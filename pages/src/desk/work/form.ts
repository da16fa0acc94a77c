import { signal } from "@preact/signals";
import { say } from "../../words/words";
import { contactKind, shown } from "../record/shown";
import { work as words } from "../words/work";

/** Whether the form of a new call back is open. */
export const callBackForm = signal(false);

/** Why it cannot be opened now; null where it can. */
export function whyNoCallBack(): string | null {
  const record = shown.value;
  return record === null || contactKind(record.kind) === null ? say(words.recordFirst) : null;
}
