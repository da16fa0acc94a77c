import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../words/words";
import { Bars } from "./Bars";
import { choose, chosen, devicesFor, type Use } from "./devices";
import { useMicrophone } from "./microphone";
import { PhoneTrouble } from "./PhoneMark";
import { ring, stopRing } from "./sound";
import { calls } from "./state";
import { words } from "./words";

const RING_MS = 3_000;

/** A dialog: choose microphone, headset and ringing device, try the microphone, play the ring. Shown while `open`. */
export function PhoneSettings({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog class="phone-settings" ref={dialog} aria-labelledby="phone-settings-title" onClose={onClose}>
      {open && <Inside onClose={onClose} />}
    </dialog>
  );
}

function Inside({ onClose }: { onClose: () => void }) {
  return (
    <>
      <h2 class="govuk-heading-m" id="phone-settings-title">
        {say(words.settings)}
      </h2>
      <PhoneTrouble />
      <Device use="microphone" label={say(words.microphone)} />
      <TryMicrophone />
      <Device use="headset" label={say(words.headset)} />
      <Device use="ringer" label={say(words.ringer)} />
      <button type="button" class="govuk-button govuk-button--secondary" onClick={playRing}>
        {say(words.playRing)}
      </button>
      <div>
        <button type="button" class="govuk-button" onClick={onClose}>
          {say(words.close)}
        </button>
      </div>
    </>
  );
}

function Device({ use, label }: { use: Use; label: string }) {
  const id = `phone-${use}`;
  return (
    <div class="govuk-form-group">
      <label class="govuk-label" for={id}>
        {label}
      </label>
      <select
        class="govuk-select"
        id={id}
        value={chosen[use].value}
        onChange={(event) => choose(use, event.currentTarget.value)}
      >
        <option value="">{say(words.usual)}</option>
        {devicesFor(use).map((one, at) => (
          <option key={one.deviceId} value={one.deviceId}>
            {one.label || say(words.unnamed, { number: at + 1 })}
          </option>
        ))}
      </select>
    </div>
  );
}

function TryMicrophone() {
  const letGo = useSignal<(() => void) | null>(null);
  useEffect(() => () => letGo.peek()?.(), [letGo]);
  async function turn(): Promise<void> {
    const stop = letGo.value;
    letGo.value = stop === null ? ((await useMicrophone().catch(() => null))?.letGo ?? null) : null;
    stop?.();
  }
  return (
    <div class="govuk-form-group">
      <button type="button" class="govuk-button govuk-button--secondary" onClick={turn}>
        {say(letGo.value === null ? words.tryMicrophone : words.stopTrying)}
      </button>
      {letGo.value !== null && (
        <p class="phone-settings__level">
          <Bars /> {say(words.speakNow)}
        </p>
      )}
    </div>
  );
}

/** A real call that rings meanwhile goes on ringing. */
function playRing(): void {
  ring();
  setTimeout(() => calls.value !== "ringing" && stopRing(), RING_MS);
}
