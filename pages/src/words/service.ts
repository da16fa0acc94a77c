import { Refused, type Schemas, Unreachable } from "../api/client";
import { REASONS, REFUSALS } from "./service-cy";
import { shared } from "./shared";
import { language, say } from "./words";

/** What went wrong, for a person: the service's own words, in Welsh where the page is Welsh. */
export function inWords(error: unknown): string {
  if (error instanceof Refused) return said(error.message, error.errorId);
  return error instanceof Unreachable ? say(shared.unreachable) : String(error);
}

/** Why an action of the toolbar changes nothing now; "" where it may be asked for. */
export function why(option: Pick<Schemas["Option"], "why">): string {
  return option.why == null ? "" : said(option.why);
}

/** Any sentence of the service's with a stable id beside it (a verdict on a number, a problem). */
export function said(sentence: string, errorId = ""): string {
  if (language.value === "en") return sentence;
  return REASONS[sentence] ?? REFUSALS[errorId] ?? sentence;
}
