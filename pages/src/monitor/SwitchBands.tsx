import { say } from "../words/words";
import { actorName, mayAct, type Switch, switches } from "./board";
import { onTheWall } from "./choices";
import { timeOfDay } from "./clock";
import { switchAsked } from "./SwitchDialog";
import { switchWords } from "./words";

/** Downtime and the emergency setting, large while they are on. */
export function SwitchBands() {
  return switches.value.filter((one) => one.on).map((one) => <Band key={one.name} it={one} />);
}

function Band({ it }: { it: Switch }) {
  const isEmergency = it.name === "emergency";
  return (
    <div class="band band--switch">
      <strong class="band__large">{say(isEmergency ? switchWords.emergencyOn : switchWords.downtimeOn)}</strong>{" "}
      <span>{say(isEmergency ? switchWords.emergencyMeans : switchWords.downtimeMeans)}</span>{" "}
      {it.since !== null && (
        <span>{say(switchWords.since, { time: timeOfDay(it.since), name: actorName(it.by ?? "") })}</span>
      )}
      {mayAct.value && !onTheWall && (
        <button
          type="button"
          class="key"
          aria-label={say(switchWords.askOff, { name: say(switchWords[it.name]) })}
          onClick={() => switchAsked(it)}
        >
          {say(switchWords.turnOff)}
        </button>
      )}
    </div>
  );
}
