import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../../words/words";
import { callApplicant } from "../applications/deeds";
import { keyCap, keysOn, useKey } from "../keys/keys";
import { Act } from "../parts/Act";
import { whyNot, work } from "../state";
import { callBack, closeInformal, dismiss, openOf, snooze, type Up } from "./deeds";
import { NewlyUp } from "./NewlyUp";
import { OtherTime } from "./OtherTime";
import { aboutOf, nameOf, sourceOf, timesOf } from "./told";
import { words } from "./words";

/**
 * What has popped up, along the foot of the page: nothing moves under anybody's hand, and the keyboard stays where it
 * is. A key goes there.
 */
export function Reminders() {
  const up = work.value?.reminders.up ?? [];
  const place = useRef<HTMLUListElement>(null);
  useKey("reminder", () => place.current?.querySelector("button")?.focus());
  return (
    <>
      <NewlyUp up={up} />
      {up.length > 0 && (
        <section class="reminders" aria-label={say(words.strip)}>
          <ul ref={place}>
            {up.map((one, place) => (
              <li key={one.source_id} class={one.overdue ? "reminder reminder--overdue" : "reminder"}>
                <One one={one} isFirst={place === 0} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function One({ one, isFirst }: { one: Up; isFirst: boolean }) {
  const name = nameOf(one);
  return (
    <>
      <p class="reminder__what">
        <span aria-hidden="true">◷ </span>
        {isFirst && keysOn.value && (
          <span class="key" aria-hidden="true">
            {keyCap("reminder")}
          </span>
        )}{" "}
        {sourceOf(one)} <strong>{timesOf(one)}</strong> · <strong>{name}</strong>
        {aboutOf(one).map((part) => ` · ${part}`)}
        {one.description !== "" && <span class="quiet"> · {one.description}</span>}
      </p>
      <div class="buttons">
        {one.source === "call_back" && (
          <Act
            look="main"
            label={say(words.ring)}
            name={say(words.ringName, { name })}
            why={whyNot("outbound")}
            onDo={() => callBack(one.source_id, one)}
          />
        )}
        {one.source === "application" && (
          <Act
            look="main"
            label={say(words.ring)}
            name={say(words.ringName, { name })}
            why={whyNot("outbound")}
            onDo={() => callApplicant(one.source_id)}
          />
        )}
        {one.source === "informal" && <InformalActs one={one} name={name} />}
        <Snooze one={one} name={name} />
        {one.source !== "application" && <OtherTime source={one.source} id={one.source_id} name={name} />}
        <Act
          look="small"
          label={say(words.dismiss)}
          name={say(words.dismissName, { name })}
          onDo={() => dismiss(one.source_id)}
        />
      </div>
    </>
  );
}

function InformalActs({ one, name }: { one: Up; name: string }) {
  return (
    <>
      {one.record_id !== null && (
        <Act look="small" label={say(words.open)} name={say(words.openName, { name })} onDo={() => openOf(one)} />
      )}
      <Act
        look="small"
        label={say(words.done)}
        name={say(words.doneName, { name })}
        onDo={() => closeInformal(one.source_id)}
      />
    </>
  );
}

/** In steps, as many as the service allows; it comes again then (R-CB-5). */
function Snooze({ one, name }: { one: Up; name: string }) {
  const steps = useSignal(1);
  const rules = work.value?.reminders;
  if (rules === undefined) return null;
  const all = Array.from({ length: rules.snooze_steps }, (_, place) => place + 1);
  return (
    <span class="snooze">
      <select
        class="input input--small"
        aria-label={say(words.snoozeFor, { name })}
        value={steps.value}
        onChange={(event) => {
          steps.value = Number(event.currentTarget.value);
        }}
      >
        {all.map((count) => (
          <option key={count} value={count}>
            {lengthOf(count * rules.snooze_step_s)}
          </option>
        ))}
      </select>
      <Act
        look="small"
        label={say(words.snooze)}
        name={say(words.snoozeName, { name })}
        onDo={() => snooze(one.source_id, steps.value)}
      />
    </span>
  );
}

const MINUTE_S = 60;

function lengthOf(seconds: number): string {
  return seconds % MINUTE_S === 0
    ? say(words.minutes, { count: seconds / MINUTE_S })
    : say(words.seconds, { count: seconds });
}
