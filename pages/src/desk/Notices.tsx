import { PhoneTrouble } from "../phone";
import { say } from "../words/words";
import { forget, type Notice, notices } from "./notices";
import { notices as words } from "./words/notices";

/** What happened, what is safe, what to do: until it is dismissed, or no longer so. */
export function Notices() {
  const grave = notices.value.filter((one) => one.grave);
  const calm = notices.value.filter((one) => !one.grave);
  return (
    <div class="notices">
      <PhoneTrouble />
      <div role="alert">{grave.map(one)}</div>
      <div role="status">{calm.map(one)}</div>
    </div>
  );
}

function one(told: Notice) {
  return (
    <p key={told.about} class={`notice ${told.grave ? "notice--grave" : ""}`}>
      <span>{told.text()}</span>
      <button type="button" class="link" onClick={() => forget(told.about)}>
        {say(words.dismiss)}
      </button>
    </p>
  );
}
