import { say } from "../words/words";
import { acknowledgeAlert, oversee, tryTo } from "./asking";
import { type Alert, alerts, mayAct } from "./board";
import { onTheWall } from "./choices";
import { timeOfDay } from "./clock";
import { alertSaid } from "./notices";
import { Mark, Since } from "./State";
import { alertWords, menuWords, words } from "./words";

/** Agents who call for a team leader; a caller may be at risk. */
export function AlertBand() {
  if (alerts.value.length === 0) return null;
  return (
    <ul class="plain-list" aria-label={say(alertWords.heading)}>
      {alerts.value.map((alert) => (
        <li key={alert.alert_id} class={`band ${alert.acknowledged_at === null ? "band--alert" : "band--seen"}`}>
          <Mark state="reserved" /> <strong class="band__large">{alertSaid(alert)}</strong>{" "}
          <Since at={alert.raised_at} /> <Keys alert={alert} />
        </li>
      ))}
    </ul>
  );
}

function Keys({ alert }: { alert: Alert }) {
  const seenBy = alert.acknowledged_by?.name;
  return (
    <>
      {seenBy !== undefined && (
        <span>
          {say(words.acknowledged, { name: seenBy, time: timeOfDay(alert.acknowledged_at ?? alert.raised_at) })}
        </span>
      )}
      {mayAct.value && !onTheWall && (
        <span class="band__keys">
          {seenBy === undefined && (
            <Key text={say(words.acknowledge)} name={alert.agent.name} run={() => acknowledgeAlert(alert.alert_id)} />
          )}
          <Key text={say(menuWords.listen)} name={alert.agent.name} run={() => oversee(alert.call_id, "listen")} />
          <Key text={say(menuWords.join)} name={alert.agent.name} run={() => oversee(alert.call_id, "join")} />
        </span>
      )}
    </>
  );
}

function Key({ text, name, run }: { text: string; name: string; run: () => Promise<unknown> }) {
  return (
    <button type="button" class="key" aria-label={`${text}: ${name}`} onClick={() => tryTo(run)}>
      {text}
    </button>
  );
}
