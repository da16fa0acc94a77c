import { signal } from "@preact/signals";
import { codeWords, stateWords } from "../words/trade";
import { say } from "../words/words";
import { isBusy, problem } from "./asking";
import { type Deed, deeds, nameOf, notReached } from "./board";
import { onTheWall } from "./choices";
import { timeOfDay } from "./clock";
import { deedWords, ownCallWords, words } from "./words";

const isOpen = signal(false);

/** The last thing a team leader did, and why the service refused what was asked here; earlier ones on request. */
export function Deeds() {
  if (onTheWall) return null;
  const [last, ...earlier] = deeds.value;
  return (
    <section class="deeds" aria-label={say(deedWords.heading)} aria-busy={isBusy.value}>
      <div role="alert">{shown() !== null && <Problem />}</div>
      <p class="deeds__last">{last === undefined ? say(deedWords.nothing) : <Line deed={last} />}</p>
      {earlier.length > 0 && (
        <button type="button" class="link" aria-expanded={isOpen.value} onClick={toggle}>
          {say(isOpen.value ? words.close : deedWords.earlier)}
        </button>
      )}
      {isOpen.value && (
        <ol class="deeds__earlier plain-list">
          {earlier.map((deed) => (
            <li key={`${deed.at}${deed.staff_number}${deed.what}`}>
              <Line deed={deed} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Why what was asked here did not come about. */
function shown(): string | null {
  const how = notReached.value;
  return problem.value ?? (how === null ? null : say(ownCallWords[how]));
}

function Problem() {
  return (
    <p class="deeds__problem">
      {shown()}{" "}
      <button
        type="button"
        class="link"
        onClick={() => {
          problem.value = null;
          notReached.value = null;
        }}
      >
        {say(words.close)}
      </button>
    </p>
  );
}

function Line({ deed }: { deed: Deed }) {
  return (
    <>
      <time class="quiet">{timeOfDay(deed.at, true)}</time> {deedSaid(deed)}
    </>
  );
}

function deedSaid(deed: Deed): string {
  const gaps = {
    leader: deed.leader.name,
    agent: nameOf(deed.staff_number),
    state: deed.code !== null ? codeWords(deed.code) : deed.state === null ? "" : stateWords(deed.state),
    what: deed.what,
  };
  return say(deedText(deed), gaps);
}

function deedText(deed: Deed) {
  switch (deed.what) {
    case "state_set":
      return deed.pending ? deedWords.state_asked : deedWords.state_set;
    case "logged_out":
      return deed.pending ? deedWords.logged_out_asked : deedWords.logged_out;
    case "listened":
    case "whispered":
    case "joined":
    case "call_taken":
      return deedWords[deed.what];
    default:
      return deedWords.other;
  }
}

function toggle(): void {
  isOpen.value = !isOpen.value;
}
