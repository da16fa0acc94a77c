import { useSignal } from "@preact/signals";
import { say } from "../../words/words";
import { sendDigits } from "../call/deeds";
import { useDigits } from "../keys/keys";
import { Panel } from "../parts/Panel";
import { call as words } from "../words/call";
import { talk } from "../words/talk";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Tones into the talk, by the keyboard or by its keys. */
export function Keypad({ onClose }: { onClose: () => void }) {
  const sent = useSignal("");
  async function send(digits: string): Promise<void> {
    if (await sendDigits(digits)) sent.value += digits;
  }
  useDigits((digit) => {
    void send(digit);
    return true;
  });
  return (
    <Panel title={say(words.keypadHint)} onClose={onClose}>
      <label class="field">
        {say(talk.digits)}
        <input
          class="input"
          inputMode="tel"
          autocomplete="off"
          readOnly
          value={sent.value}
          onKeyDown={(event) => {
            if (KEYS.includes(event.key)) void send(event.key);
          }}
        />
      </label>
      <div class="keypad">
        {KEYS.map((key) => (
          <button type="button" class="button" key={key} onClick={() => void send(key)}>
            {key}
          </button>
        ))}
      </div>
    </Panel>
  );
}
