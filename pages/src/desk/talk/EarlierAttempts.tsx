import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { when } from "../time";
import { talk as words } from "../words/talk";
import { named, offers } from "../words/values";

const SHOWN = 4;

/** When somebody tried before, so that the next attempt is made at another time of day (R-OUT-5). */
export function EarlierAttempts({ attempts }: { attempts: readonly Schemas["EarlierAttempt"][] }) {
  if (attempts.length === 0) return null;
  const times = attempts.slice(0, SHOWN).map((one) => `${when(one.started_at)} ${named(offers, one.outcome)}`.trim());
  return <p>{say(words.earlier, { times: times.join("; ") })}</p>;
}
