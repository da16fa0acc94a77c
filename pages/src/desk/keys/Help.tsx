import { signal, useSignal } from "@preact/signals";
import { say } from "../../words/words";
import { Panel } from "../parts/Panel";
import { keyDeeds, keyWords as words } from "../words/keys";
import { changeKey, KEY_NAMES, type KeyName, keyCap, keysAsShipped, keysOn, switchKeys } from "./keys";

export const helpOpen = signal(false);

/** Every key, and where it acts; each can be changed, and all switched off (WCAG 2.1.4). */
export function Help() {
  const asked = useSignal<KeyName | null>(null);
  const wrong = useSignal(false);
  if (!helpOpen.value) return null;
  return (
    <Panel title={say(words.title)} onClose={() => (helpOpen.value = false)} wide>
      <p>{say(words.where)}</p>
      <label class="check">
        <input type="checkbox" checked={keysOn.value} onChange={(event) => switchKeys(event.currentTarget.checked)} />{" "}
        {say(words.on)}
      </label>
      <ul class="keys">
        <li>
          <span>{say(words.codes)}</span> <kbd class="key">1–9</kbd>
        </li>
        {KEY_NAMES.map((name) => (
          <OneKey key={name} name={name} asked={asked.value === name} onAsk={() => (asked.value = name)} onKey={take} />
        ))}
      </ul>
      <p role="status">{wrong.value ? say(words.taken) : asked.value === null ? "" : say(words.press)}</p>
      <button type="button" class="link" onClick={keysAsShipped}>
        {say(words.asShipped)}
      </button>
    </Panel>
  );

  function take(name: KeyName, key: string): void {
    wrong.value = !changeKey(name, key);
    if (!wrong.value) asked.value = null;
  }
}

function OneKey(given: {
  name: KeyName;
  asked: boolean;
  onAsk: () => void;
  onKey: (name: KeyName, key: string) => void;
}) {
  const { name, asked } = given;
  return (
    <li>
      <span>{say(keyDeeds[name])}</span> <kbd class="key">{keyCap(name)}</kbd>{" "}
      <button
        type="button"
        class="link"
        aria-label={say(words.changeOf, { deed: say(keyDeeds[name]) })}
        aria-pressed={asked}
        onClick={given.onAsk}
        onKeyDown={(event) => {
          if (!asked || event.key === "Escape" || event.key === "Tab") return;
          event.preventDefault();
          event.stopPropagation();
          given.onKey(name, event.key);
        }}
      >
        {say(asked ? words.press : words.change)}
      </button>
    </li>
  );
}
