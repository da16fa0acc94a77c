import { codeWords, type State as Name, stateWords } from "../words/trade";
import { lengthWords, secondsSince } from "./clock";

/** A state by shape, colour and word, with its code and the time in it. */
export function State({ state, code, since }: { state: Name; code: string | null; since: string }) {
  return (
    <span class="state">
      <Mark state={state} />
      <span class="state__word">{stateWords(state)}</span>
      {code !== null && <span class="state__code">{codeWords(code)}</span>}
      <Since at={since} />
    </span>
  );
}

/** The time since `at`, counting. */
export function Since({ at }: { at: string }) {
  return <span class="since">{lengthWords(secondsSince(at))}</span>;
}

/** Each state has a shape of its own, so that nobody needs the colour. */
const SHAPES: Record<Name, string> = {
  available: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z",
  reserved: "M8 0l8 8-8 8-8-8Z",
  on_call: "M1 1h14v14H1Z",
  on_hold: "M2 1h4v14H2ZM10 1h4v14h-4Z",
  after_call_work: "M0 15 8 1l8 14Z",
  not_ready: "M0 5h16v6H0Z",
  logged_out: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z",
};

export function Mark({ state }: { state: Name }) {
  return (
    <svg class={`mark mark--${state}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path fill="currentColor" fill-rule="evenodd" d={SHAPES[state]} />
    </svg>
  );
}
