import { say } from "../words/words";
import { Bars } from "./Bars";
import { canTakeOver, type PhoneState, phoneState, type Quality, quality, trouble } from "./state";
import "./phone.scss";
import { takeOver } from "./phone";
import { words } from "./words";

/** A shape beside the word, so that colour never says it alone. */
const SHAPE: Record<PhoneState, string> = {
  off: "○",
  connecting: "◌",
  registered: "●",
  ringing: "◉",
  talking: "◉",
  lost: "▲",
  elsewhere: "◇",
};

/** The toolbar's mark of the phone: what it is doing, the microphone's level, the network in a word. Opens `onOpen`. */
export function PhoneMark({ onOpen }: { onOpen?: () => void }) {
  const state = phoneState.value;
  const told = say(words[state]);
  return (
    <div class="phone-mark" data-state={state}>
      <button
        type="button"
        class="phone-mark__open"
        title={trouble.value === null ? figures(quality.value) : say(trouble.value)}
        aria-label={say(words.openSettings, { state: told })}
        onClick={() => onOpen?.()}
      >
        <span aria-hidden="true">{SHAPE[state]}</span> {told}
        {state === "talking" && <Bars />}
        {quality.value !== null && <span>{say(words.network, { word: say(words[quality.value.word]) })}</span>}
      </button>
      {canTakeOver.value && (
        <button type="button" class="link" onClick={takeOver}>
          {say(words.takeOver)}
        </button>
      )}
    </div>
  );
}

/** What keeps the phone from working, said once when it begins; nothing while nothing does. */
export function PhoneTrouble() {
  return (
    <div aria-live="polite" class="phone-trouble">
      {trouble.value !== null && <p class="phone-trouble__words">{say(trouble.value)}</p>}
    </div>
  );
}

function figures(found: Quality | null): string {
  if (found === null) return "";
  return say(words.networkFigures, {
    loss: found.lossPercent.toFixed(1),
    jitter: Math.round(found.jitterMs),
    trip: Math.round(found.roundTripMs),
  });
}
