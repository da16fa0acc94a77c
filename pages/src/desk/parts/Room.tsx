import type { ComponentChildren } from "preact";

/** Something below a record or beside the work: one line until it is opened. */
export function Room({ title, children }: { title: ComponentChildren; children: ComponentChildren }) {
  return (
    <details class="room">
      <summary>{title}</summary>
      <div class="room__inside">{children}</div>
    </details>
  );
}
