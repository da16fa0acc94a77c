import { useEffect } from "preact/hooks";
import { say } from "../../words/words";
import { moment } from "../clock";
import { Player } from "./Player";
import { all, length, mayPlay, open, opened, type Recording, read, trouble } from "./recordings";
import { recordings as words } from "./words";

/** What of the call was recorded, and how to hear it. */
export function Recordings() {
  useEffect(() => void read(), []);
  const found = all.value;
  if (found === null) return null;
  return (
    <section class="recordings" aria-labelledby="recordings">
      <h2 id="recordings">{say(words.title)}</h2>
      {found.length === 0 && <p>{say(words.none)}</p>}
      {found.length > 0 && !mayPlay.value && <p>{say(words.leadersOnly)}</p>}
      {trouble.value !== "" && <p role="alert">{trouble.value}</p>}
      {found.map((one) => (
        <Part key={one.recording_id} it={one} />
      ))}
    </section>
  );
}

function Part({ it }: { it: Recording }) {
  const part = opened.value.get(it.recording_id);
  return (
    <article class="recordings__part">
      <h3>{say(words.part, { part: it.part })}</h3>
      <p>{facts(it)}</p>
      {it.state === "kept" && part !== undefined && <Player it={part} />}
      {it.state === "kept" && part === undefined && mayPlay.value && (
        <p>
          <button
            type="button"
            class="call__play"
            aria-label={say(words.openPart, { part: it.part })}
            onClick={() => void open(it)}
          >
            {say(words.open)}
          </button>{" "}
          {say(words.audited)}
        </p>
      )}
    </article>
  );
}

/** What there is to know of it, in words. */
function facts(it: Recording): string {
  const known = [say(words.began, { at: moment(it.began_at) })];
  if (it.ms !== null) known.push(say(words.lasts, { length: length(it.ms) }));
  if (it.kept_until !== null && it.state === "kept") known.push(say(words.keptUntil, { at: moment(it.kept_until) }));
  return [`${known.join(", ")}.`, stopped(it), gone(it)].filter((one) => one !== "").join(" ");
}

function stopped(it: Recording): string {
  if (it.why === "no_room") return say(words.noRoom);
  return it.why === "fault" ? say(words.fault) : "";
}

function gone(it: Recording): string {
  if (it.state === "recording") return say(words.recording);
  if (it.state === "deleted") return say(words.deleted, { at: it.deleted_at === null ? "" : moment(it.deleted_at) });
  return it.state === "lost" ? say(words.lost) : "";
}
