import { say, type Text } from "../../words/words";
import { spaced } from "../call/who";
import { needsWords } from "../record/Needs";
import { when } from "../time";
import { caseRoles, named } from "../words/values";
import type { Up } from "./deeds";
import { words } from "./words";

const SOURCES: Record<Up["source"], Text> = {
  call_back: words.callBack,
  informal: words.informal,
  application: words.application,
};

/** Who it is about: their name, else their number, else the case. */
export function nameOf(one: Pick<Up, "name" | "contact_number" | "case_ending">): string {
  if (one.name !== null) return one.name;
  if (one.contact_number !== null) return spaced(one.contact_number);
  return one.case_ending === null ? "" : say(words.caseEnding, { ending: one.case_ending });
}

export function sourceOf(one: Up): string {
  return say(SOURCES[one.source]);
}

/** Until when it is to be done, or that this is past. */
export function timesOf(one: Up): string {
  if (one.ends_at === null) return say(words.at, { time: when(one.starts_at) });
  if (one.overdue) return say(words.overdue, { time: when(one.ends_at) });
  return say(words.times, { from: when(one.starts_at), to: when(one.ends_at) });
}

/** Who, at which number, which case; what they need, and when they were tried before. */
export function aboutOf(one: Up): string[] {
  return [
    one.name !== null && one.contact_number !== null ? spaced(one.contact_number) : "",
    one.name !== null && one.case_ending !== null ? say(words.caseEnding, { ending: one.case_ending }) : "",
    named(caseRoles, one.role),
    ...knownOf(one),
  ].filter((part) => part !== "");
}

type Known = Pick<Up, "requirements" | "tried_at">;

/** What is to be known before they are called (R-OUT-3, R-OUT-5): nothing where there is nothing. */
export function knownOf({ requirements, tried_at }: Known): string[] {
  const needs = Object.values(requirements).some((one) => one !== null && one !== false);
  return [
    needs ? say(words.needs, { needs: needsWords(requirements) }) : "",
    tried_at.length === 0 ? "" : say(words.tried, { times: tried_at.map(when).join(", ") }),
  ].filter((part) => part !== "");
}
