import { useSignal } from "@preact/signals";
import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";
import { connection } from "../../api/live";
import { shared } from "../../words/shared";
import { say } from "../../words/words";
import { type KeyName, keyCap, keyShortcut, keysOn, useKey } from "../keys/keys";
import { notice } from "../notices";

/**
 * A button that asks something of the service. `why`: what keeps it from being asked now, said on focus and when it is
 * pressed all the same; null when it may. While the connection is lost nothing may.
 */
export function Act(asked: {
  label: ComponentChildren;
  onDo: () => unknown;
  why?: string | null | undefined;
  keyName?: KeyName;
  look?: "main" | "plain" | "end" | "small" | "link";
  pressed?: boolean;
  expanded?: boolean;
  name?: string;
  at?: Ref<HTMLButtonElement>;
}) {
  const id = useId();
  const busy = useSignal(false);
  const pressed = useSignal(false); // who has just pressed it and stays on it reads something else
  const why = connection.value === "open" ? (asked.why ?? null) : say(shared.notConnected);

  async function press(): Promise<void> {
    if (busy.value) return;
    if (why !== null) return notice("why", () => why);
    busy.value = true;
    try {
      await asked.onDo();
    } finally {
      busy.value = false;
    }
  }
  useKey(asked.keyName, () => void press());

  return (
    <span class={pressed.value ? "act act--pressed" : "act"}>
      <button
        type="button"
        ref={asked.at ?? null}
        class={asked.look === "link" ? "link" : `button button--${asked.look ?? "plain"}`}
        aria-disabled={why !== null || busy.value}
        aria-describedby={why === null ? undefined : id}
        aria-pressed={asked.pressed}
        aria-expanded={asked.expanded}
        aria-label={asked.name}
        aria-keyshortcuts={asked.keyName === undefined ? undefined : keyShortcut(asked.keyName)}
        onClick={() => {
          pressed.value = true;
          void press();
        }}
        onPointerLeave={() => {
          pressed.value = false;
        }}
        onFocus={() => {
          pressed.value = false;
        }}
      >
        {asked.label}
        {asked.keyName !== undefined && keysOn.value && (
          <span class="key" aria-hidden="true">
            {keyCap(asked.keyName)}
          </span>
        )}
      </button>
      {why !== null && (
        <span class="act__why" id={id} role="tooltip">
          {why}
        </span>
      )}
    </span>
  );
}
