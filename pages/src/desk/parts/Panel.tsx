import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { say } from "../../words/words";
import { talk as words } from "../words/talk";

/**
 * A dialog that lies over its own panel and nothing else, so that the record stays readable and a call can ring.
 * Its first field has the focus; Escape closes it, and the focus goes back to where it was.
 */
export function Panel(asked: { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean }) {
  const id = useId();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const mine = place.current;
    mine?.querySelector<HTMLElement>("input, select, textarea, button.button")?.focus();
    return () => {
      const gone = document.activeElement === document.body || mine?.contains(document.activeElement) === true;
      if (before instanceof HTMLElement && gone) before.focus();
    };
  }, []);

  return (
    <section
      class={asked.wide === true ? "panel panel--wide" : "panel"}
      role="dialog"
      aria-labelledby={id}
      ref={place}
      onKeyDown={(event) => {
        if (event.key === "Escape") asked.onClose();
      }}
    >
      <div class="panel__head">
        <h2 id={id}>{asked.title}</h2>
        <button type="button" class="link" onClick={asked.onClose}>
          {say(words.close)} <kbd class="key">Esc</kbd>
        </button>
      </div>
      {asked.children}
    </section>
  );
}
