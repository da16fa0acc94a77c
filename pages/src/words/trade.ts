import type { Schemas } from "../api/client";
import { language, say, texts } from "./words";

export type State = Schemas["AgentState"];

/** The states of R-STATE-1, as every page names them. */
export const states = texts<State>({
  logged_out: { en: "Logged out", cy: "Wedi allgofnodi" },
  not_ready: { en: "Not Ready", cy: "Ddim yn barod" },
  available: { en: "Available", cy: "Ar gael" },
  reserved: { en: "Reserved", cy: "Wedi'i neilltuo" },
  on_call: { en: "On call", cy: "Ar alwad" },
  on_hold: { en: "On hold", cy: "Yn dal" },
  after_call_work: { en: "After Call Work", cy: "Gwaith ar ôl galwad" },
});

/** The codes of R-STATE-2, those that are chosen and those that the system gives. English is the service's own name. */
const CODES_IN_WELSH: Readonly<Record<string, string>> = {
  Break: "Egwyl",
  Coaching: "Hyfforddi unigol",
  Communications: "Cyfathrebu",
  "Customer Related Clerical Work": "Gwaith clerigol am gwsmer",
  "Emotional Break": "Egwyl emosiynol",
  Lunch: "Cinio",
  "Non Customer Related Work": "Gwaith arall",
  "Outbound Call Preparation": "Paratoi galwad allan",
  "Team Leader": "Arweinydd tîm",
  Training: "Hyfforddiant",
  "Redirect on no answer": "Ailgyfeirio: dim ateb",
  "Phone unreachable": "Methu cyrraedd y ffôn",
  "Node lost": "Collwyd y gweinydd",
};

/** A code of Not Ready in the language chosen; one that is new here stays as the service says it. */
export function codeWords(code: string): string {
  return language.value === "cy" ? (CODES_IN_WELSH[code] ?? code) : code;
}

export function stateWords(state: State): string {
  return say(states[state]);
}

const SHORT = texts<State>({
  ...states,
  after_call_work: { en: "ACW", cy: "GAG" },
  logged_out: { en: "Out", cy: "Allan" },
  not_ready: { en: "Not Ready", cy: "Ddim yn barod" },
  reserved: { en: "Reserved", cy: "Neilltuwyd" },
});

/** A state where there is little room. */
export function shortStateWords(state: State): string {
  return say(SHORT[state]);
}
