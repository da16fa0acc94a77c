import { say } from "../../words/words";
import type { Me } from "../state";
import { until } from "../time";
import { toolbar as words } from "../words/toolbar";
import { codes, named, states } from "../words/values";

/** What is pending, or about to happen by itself, in words (R-STATE-4, R-STATE-5, R-STATE-6). */
export function Beside({ mine }: { mine: Me }) {
  return (
    <div class="beside">
      {mine.pending !== null && <p>{pendingWords(mine)}</p>}
      {mine.state === "after_call_work" && mine.ends_at !== null && (
        <p>
          <strong>{leftWords(mine, until(mine.ends_at))}</strong>
        </p>
      )}
      {mine.idle_warning === true && mine.ends_at !== null && (
        <p class="beside__warning">{say(words.logOutIn, { time: until(mine.ends_at) })}</p>
      )}
    </div>
  );
}

function pendingState(mine: Me): string {
  const pending = mine.pending;
  if (pending === null) return say(states.available);
  return pending.code === null ? say(states[pending.state]) : named(codes, pending.code);
}

function pendingWords(mine: Me): string {
  const next = say(words.next, { state: pendingState(mine) });
  const by = mine.pending?.by ?? null;
  const other = by !== null && by !== `agent ${mine.staff_number}`;
  return other ? `${next} (${say(words.askedBy, { who: by.replace(/^\w+ /, "") })})` : next;
}

/** The state that follows After Call Work stands in the rule that ends it: what is pending, else Available. */
function leftWords(mine: Me, time: string): string {
  return say(words.leftThen, { time, state: pendingState(mine) });
}
