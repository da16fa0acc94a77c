import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { when } from "../time";
import { work as words } from "../words/work";
import { type Activity, chosen } from "./WorkPanel";

/** Activities of earlier calls that still want their outcome (R-ACT-3). */
export function StillOpen({ activities }: { activities: readonly Activity[] }) {
  if (activities.length === 0) return null;
  return (
    <section aria-labelledby="open-title">
      <h3 id="open-title">{say(words.stillOpen, { count: activities.length })}</h3>
      <ul class="rows">
        {activities.map((one) => (
          <li key={one.activity_id} class="row">
            <span>
              <strong>{one.name ?? say(words.noName)}</strong>{" "}
              <span class="quiet">
                {say(one.direction === "outbound" ? words.outbound : words.inbound)} {when(one.began_at)}
              </span>
            </span>
            <Act
              look="small"
              label={say(words.write)}
              name={say(words.writeOf, { what: `${one.name ?? say(words.noName)} ${when(one.began_at)}` })}
              onDo={() => {
                chosen.value = one.activity_id;
                // it leaves the list: whatever had the focus here is not there any more
                if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
              }}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
