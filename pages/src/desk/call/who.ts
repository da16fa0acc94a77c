import type { Schemas } from "../../api/client";
import { brandTag } from "../../words/brand";
import { language, say } from "../../words/words";
import { length } from "../time";
import { call as words } from "../words/call";
import { choices, kinds, languages, named, offers } from "../words/values";

export type Pop = Schemas["ScreenPop"];
type MyCall = Schemas["MyCall"];

/** Who calls, as far as their record is open; else their number. */
export function callerName(pop: Pop): string {
  const record = pop.client ?? pop.representative ?? pop.employer ?? pop.employer_agent;
  return record === null || record === undefined ? callerNumber(pop) : record.name;
}

export function callerNumber(pop: Pop): string {
  return pop.caller_number === "" ? say(words.withheld) : spaced(pop.caller_number);
}

/** About what, in the caller's own choice; for a screen reader and the band. */
export function about({ pop, line_name }: MyCall): string {
  return [
    lineName(pop, line_name),
    named(kinds, pop.kind) || named(choices, pop.menu_choice),
    named(languages, pop.language),
  ]
    .filter((part) => part !== "")
    .join(", ");
}

export function waited(pop: Pop): string {
  return pop.waited_s === null ? "" : length(pop.waited_s);
}

export function lineName(pop: Pop, names: MyCall["line_name"]): string {
  const name = names[language.value];
  const tag = brandTag(pop.brand);
  return tag === "" ? name : `${name} (${tag})`;
}

export function cameBack(pop: Pop): string {
  return pop.redirected
    .map((one) => `${one.colleague.name} ${one.colleague.staff_number} (${named(offers, one.outcome)})`)
    .join("; ");
}

/** `03069 990100`: a national number in the two parts it is read in. */
export function spaced(number: string): string {
  return number.replace(/^(0\d{4})(\d{6})$/, "$1 $2");
}
