import { useEffect } from "preact/hooks";
import { logOut } from "../api/session";
import { startPhone, stopPhone } from "../phone";
import { shared } from "../words/shared";
import { say } from "../words/words";
import { Announcer } from "./Announcer";
import { Band } from "./Band";
import { Context } from "./Context";
import { CallPanel } from "./call/CallPanel";
import { DocumentDialog } from "./documents/DocumentDialog";
import { Help } from "./keys/Help";
import { listenToKeys } from "./keys/keys";
import { Notices } from "./Notices";
import { attempt } from "./notices";
import { RecordPanel } from "./record/RecordPanel";
import { Reminders } from "./reminders/Reminders";
import { type Me, me } from "./state";
import { Toolbar } from "./toolbar/Toolbar";
import { toolbar as words } from "./words/toolbar";
import { named, states } from "./words/values";
import { WorkPanel } from "./work/WorkPanel";

/** The desk: everything on one screen, everything by keyboard. */
export function Desk() {
  useEffect(listenToKeys, []);
  const mine = me.value;
  if (mine === null) return <p class="connecting">{say(shared.connecting)}</p>;
  return <Sitting mine={mine} />;
}

/** One place after the other as it is worked: state, what is waiting, the call, the record, what is written. */
function Sitting({ mine }: { mine: Me }) {
  const browserPhone = mine.phone === "browser";
  useEffect(() => {
    if (browserPhone) startPhone();
    else void stopPhone();
  }, [browserPhone]);
  return (
    <div class="desk">
      <Announcer />
      <Toolbar mine={mine} />
      <div class="under">
        <Band />
        <Context />
      </div>
      <Notices />
      {mine.state === "logged_out" ? <LoggedOut /> : <Columns />}
      <Reminders />
      <Help />
      <DocumentDialog />
    </div>
  );
}

function Columns() {
  return (
    <main id="main" class="columns">
      <CallPanel />
      <RecordPanel />
      <WorkPanel />
    </main>
  );
}

function LoggedOut() {
  return (
    <main id="main" class="logged-out">
      <p class="large">{named(states, "logged_out")}</p>
      <button type="button" class="button button--main" onClick={() => void attempt("state", logOut)}>
        {say(words.logBackIn)}
      </button>
    </main>
  );
}
