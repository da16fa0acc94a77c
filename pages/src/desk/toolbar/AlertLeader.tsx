import { ask } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { alert, inTalk } from "../state";
import { toolbar as words } from "../words/toolbar";

/** One key that tells the team leader of a caller at risk (R-STATE-11). */
export function AlertLeader() {
  const raised = alert.value;
  if (raised === null)
    return (
      <Act
        keyName="alert"
        label={say(words.alert)}
        why={inTalk.value ? null : say(words.alertOnlyInCall)}
        onDo={() => attempt("alert", () => ask("post", "/api/agents/me/alert"))}
      />
    );
  const by = raised.acknowledged_by;
  return (
    <p class="alerted">
      <span aria-hidden="true">▲ </span>
      {by === null ? say(words.alerted) : say(words.alertSeen, { leader: by.name })}
    </p>
  );
}
