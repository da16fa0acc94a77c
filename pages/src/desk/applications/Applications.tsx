import { signal } from "@preact/signals";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { work } from "../state";
import { Form } from "./Form";
import { One } from "./One";
import { asked, closeApplication, openApplication } from "./open";
import { Rows } from "./Rows";
import { ToAllocate } from "./ToAllocate";
import { words } from "./words";

/** The one whose particulars are shown; null for none. */
export const shownId = signal<string | null>(null);

/** New-application call backs: one's own, those to allocate, and the form of a new one (R-CB-9 to R-CB-11). */
export function Applications() {
  const mine = work.value?.applications ?? [];
  const toAllocate = work.value?.to_allocate ?? null;
  const urgent = mine.filter((one) => one.wants !== "later");
  return (
    <>
      {mine.length > 0 && (
        <details class="room" open={urgent.length > 0}>
          <summary>
            <h3>{say(words.room, { count: mine.length })}</h3>
            {urgent.slice(0, 1).map((one) => (
              <span key={one.application_id} class="tag">
                {say(words[one.wants])}
              </span>
            ))}
          </summary>
          <Rows all={mine} onOpen={(id) => (shownId.value = id)} />
        </details>
      )}
      {toAllocate !== null && <ToAllocate all={toAllocate} onOpen={(id) => (shownId.value = id)} />}
      <Act
        look="small"
        label={say(words.newOne)}
        expanded={asked.value !== null}
        onDo={() => (asked.value === null ? openApplication() : closeApplication())}
      />
      {asked.value !== null && <Form prefill={asked.value} />}
      {shownId.value !== null && <One key={shownId.value} id={shownId.value} onClose={() => (shownId.value = null)} />}
    </>
  );
}
