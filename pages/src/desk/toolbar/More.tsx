import { useSignal } from "@preact/signals";
import { ask } from "../../api/client";
import { logOut } from "../../api/session";
import { stopPhone } from "../../phone";
import { shared } from "../../words/shared";
import { language, say, speak } from "../../words/words";
import { helpOpen } from "../keys/Help";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { type Me, may } from "../state";
import { toolbar as words } from "../words/toolbar";

/** What is seldom needed: the keys, the language, notifications, and the way out. */
export function More({ mine }: { mine: Me }) {
  const other = language.value === "en" ? "cy" : "en";
  const leaves = may("log_out");
  return (
    <div class="more">
      <button type="button" class="link" lang={other} onClick={() => speak(other)}>
        {say(shared.otherLanguage)}
      </button>
      <Act
        keyName="help"
        look="link"
        label={say(words.keys)}
        onDo={() => {
          helpOpen.value = !helpOpen.value;
        }}
      />
      <Notify />
      {mine.state !== "logged_out" && (
        <Act
          look="link"
          label={say(leaves?.pending ? words.logOutPending : shared.logOut)}
          onDo={() => attempt("state", leaves?.pending ? leaveAfterThis : leave)}
        />
      )}
    </div>
  );
}

export async function leave(): Promise<void> {
  await logOut();
  await stopPhone();
}

/** The session ends with the state, not before: the call that is up still has its desk. */
function leaveAfterThis(): Promise<unknown> {
  return ask("put", "/api/agents/me/state", { body: { state: "logged_out" } });
}

/** Whether calls are told outside the page too; the browser asks the person. */
function Notify() {
  const allowed = useSignal("Notification" in window ? Notification.permission : "denied");
  if (allowed.value !== "default") return null;
  return (
    <button
      type="button"
      class="link"
      onClick={async () => {
        allowed.value = await Notification.requestPermission();
      }}
    >
      {say(words.notify)}
    </button>
  );
}
