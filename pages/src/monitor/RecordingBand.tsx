import { say, texts } from "../words/words";
import { recordingStopped } from "./board";
import { timeOfDay } from "./clock";

const words = texts({
  stopped: { en: "Calls are not recorded", cy: "Ni recordir galwadau" },
  noRoom: { en: "The disk is full. Calls go on.", cy: "Mae'r ddisg yn llawn. Mae galwadau'n parhau." },
  fault: { en: "Asterisk cannot record. Calls go on.", cy: "Ni all Asterisk recordio. Mae galwadau'n parhau." },
  since: { en: "Since {time}.", cy: "Ers {time}." },
});

/** Nothing is recorded: large, for as long as it is so. */
export function RecordingBand() {
  const now = recordingStopped.value;
  if (now === null) return null;
  return (
    <div class="band band--switch" role="status">
      <strong class="band__large">{say(words.stopped)}</strong>{" "}
      <span>{say(now.why === "no_room" ? words.noRoom : words.fault)}</span>{" "}
      <span>{say(words.since, { time: timeOfDay(now.since) })}</span>
    </div>
  );
}
