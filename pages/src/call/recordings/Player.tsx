import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../../words/words";
import { isSilence, length, type Opened, type Quiet } from "./recordings";
import { WaveForm } from "./WaveForm";
import { recordings as words } from "./words";

/** Plays one recording: Play, and a place to be moved by mouse, arrows, Page Up and Down, Home and End. */
export function Player({ it }: { it: Opened }) {
  const sound = useRef<HTMLAudioElement>(null);
  const at = useSignal(0);
  const plays = useSignal(false);
  const failed = useSignal(false);
  const { part, ms, quiet } = it.recording;
  const whole = ms ?? 0;

  function turn(): void {
    if (sound.current === null) return;
    if (plays.value) sound.current.pause();
    else void sound.current.play().catch(() => undefined);
  }
  function move(to: number): void {
    at.value = to;
    if (sound.current !== null) sound.current.currentTime = to / 1000;
  }

  return (
    <div class="player">
      {/* biome-ignore lint/a11y/useMediaCaption: of a telephone call there are no words */}
      <audio
        ref={sound}
        src={it.audio}
        preload="metadata"
        onPlay={() => {
          plays.value = true;
        }}
        onPause={() => {
          plays.value = false;
        }}
        onTimeUpdate={(event) => {
          at.value = event.currentTarget.currentTime * 1000;
        }}
        onError={() => {
          failed.value = true;
        }}
      />
      <button type="button" class="call__play" aria-pressed={plays.value} onClick={turn}>
        <span aria-hidden="true">{plays.value ? "❚❚" : "▶"}</span> {say(plays.value ? words.stop : words.play)}
      </button>
      <div class="player__place">
        <WaveForm it={it} at={at.value} />
        <input
          type="range"
          class="player__slider"
          min={0}
          max={whole}
          step={1000}
          value={at.value}
          aria-label={say(words.place, { part })}
          aria-valuetext={placeInWords(at.value, whole, quiet)}
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </div>
      <span class="player__time">{say(words.placeNow, { at: length(at.value), length: length(whole) })}</span>
      {failed.value && <p role="alert">{say(words.notPlayed)}</p>}
      <QuietParts all={quiet} />
    </div>
  );
}

function placeInWords(at: number, whole: number, quiet: readonly Quiet[]): string {
  const here = quiet.find((one) => isSilence(one) && at >= one.at_ms && at < one.at_ms + (one.ms ?? 0));
  const gaps = { at: length(at), length: length(whole) };
  return here === undefined ? say(words.placeNow, gaps) : say(words.inQuiet, { ...gaps, quiet: say(words[here.kind]) });
}

/** What cannot be heard, and why: the same as is marked in the wave form. */
function QuietParts({ all }: { all: readonly Quiet[] }) {
  if (all.length === 0) return null;
  return (
    <div class="player__quiet">
      <strong>{say(words.quiet)}</strong>
      <ul>
        {all.map((one) => (
          <li key={`${one.kind}${one.at_ms}`}>{quietInWords(one)}</li>
        ))}
      </ul>
    </div>
  );
}

function quietInWords(one: Quiet): string {
  const from = length(one.at_ms);
  const lasted = one.ms ?? 0;
  const quiet = say(words[one.kind]);
  if (isSilence(one)) return say(words.fromTo, { from, to: length(one.at_ms + lasted), quiet });
  return say(words.cutAt, { from, length: length(lasted), quiet });
}
