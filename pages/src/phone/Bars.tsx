import { say } from "../words/words";
import { level } from "./state";
import { words } from "./words";

const BARS = [1, 2, 3, 4] as const;

/** The microphone's level as four bars. */
export function Bars() {
  const lit = Math.round(level.value * BARS.length);
  return (
    <span class="phone-bars" role="img" aria-label={say(words.microphoneLevel)}>
      {BARS.map((bar) => (
        <span key={bar} class={bar <= lit ? "phone-bars__bar phone-bars__bar--lit" : "phone-bars__bar"} />
      ))}
    </span>
  );
}
