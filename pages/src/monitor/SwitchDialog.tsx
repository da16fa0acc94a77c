import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../words/words";
import { isBusy, problem, tryTo, turn } from "./asking";
import type { Switch } from "./board";
import { switchWords, words } from "./words";

const asked = signal<Switch | null>(null);
const WHY_LONGEST = 200;

/** Ask for the reason, then turn the switch to the other side. */
export function switchAsked(it: Switch): void {
  problem.value = null;
  asked.value = it;
}

export function SwitchDialog() {
  return asked.value === null ? null : <Dialog it={asked.value} />;
}

function Dialog({ it }: { it: Switch }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const why = String(new FormData(event.currentTarget as HTMLFormElement).get("why"));
    if (await tryTo(() => turn(it.name, !it.on, why))) dialog.current?.close();
  }

  return (
    <dialog
      class="switch-dialog"
      aria-labelledby="switch-title"
      ref={dialog}
      onClose={() => {
        asked.value = null;
      }}
    >
      <form onSubmit={submit}>
        <h2 class="heading" id="switch-title">
          {say(it.on ? switchWords.askOff : switchWords.askOn, { name: say(switchWords[it.name]) })}
        </h2>
        <p>{say(it.name === "emergency" ? switchWords.emergencyWhat : switchWords.downtimeWhat)}</p>
        <div role="alert">{problem.value !== null && <p class="govuk-error-message">{problem.value}</p>}</div>
        <label class="govuk-label" for="why">
          {say(switchWords.why)}
        </label>
        <p class="quiet" id="why-hint">
          {say(switchWords.whyHint)}
        </p>
        <input class="govuk-input" id="why" name="why" required maxLength={WHY_LONGEST} aria-describedby="why-hint" />
        <p class="switch-dialog__keys">
          <button type="submit" class="key key--main" disabled={isBusy.value}>
            {say(it.on ? switchWords.turnOff : switchWords.turnOn)}
          </button>
          <button type="button" class="key" onClick={() => dialog.current?.close()}>
            {say(words.cancel)}
          </button>
        </p>
      </form>
    </dialog>
  );
}
