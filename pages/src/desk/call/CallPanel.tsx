import { type PhoneState, phoneState } from "../../phone";
import { say, type Text } from "../../words/words";
import { keyCap } from "../keys/keys";
import { close, opened, toggle } from "../open";
import { Act } from "../parts/Act";
import { Recording } from "../recording/Recording";
import { call, inTalk, type MyCall, me, rings, whyNot } from "../state";
import { NextSteps } from "../steps/NextSteps";
import { Keypad } from "../talk/Keypad";
import { Outbound } from "../talk/Outbound";
import { Transfer } from "../talk/Transfer";
import { call as words } from "../words/call";
import { CallButtons } from "./CallButtons";
import { Consulting } from "./Consulting";
import { Earlier } from "./Earlier";
import { Caller, Facts } from "./Facts";
import { Journey } from "./Journey";
import { Parties } from "./Parties";
import { type OverseeingRole, ownRole } from "./role";

/** The call: who, about what, how it came here, and what can be done with it. */
export function CallPanel() {
  const now = call.value;
  return (
    <section class="column column--call" aria-labelledby="call-title">
      <h2 id="call-title">{say(words.panel)}</h2>
      {now === null ? <NoCall /> : <TheCall now={now} />}
      <Over />
    </section>
  );
}

function TheCall({ now }: { now: MyCall }) {
  return (
    <>
      <Caller now={now} />
      <CallButtons now={now} />
      <Recording now={now} />
      <Standing now={now} />
      <NextSteps now={now} />
      <Consulting now={now} />
      <Parties now={now} />
      <Facts now={now} />
      <Earlier all={now.earlier} />
      <Journey pop={now.pop} />
    </>
  );
}

function NoCall() {
  const free = me.value?.state === "available";
  return (
    <>
      <p>
        <strong>{say(words.none)}.</strong> {say(free ? words.noneAvailable : words.noneOther)}
      </p>
      <Act
        keyName="outbound"
        label={say(words.callSomebody)}
        why={whyNot("outbound")}
        onDo={() => toggle({ what: "outbound", called: null })}
      />
    </>
  );
}

/** The phone of a page that was loaded anew in a talk, until it has been rung into it again. */
const SOUNDLESS: ReadonlySet<PhoneState> = new Set(["connecting", "registered"]);

const ROLES: Record<OverseeingRole, Text> = {
  listening: words.youListen,
  whispering: words.youWhisper,
  joined: words.youJoined,
};

/** What is to be known of the talk now: on hold, muted, a colleague's, over. */
function Standing({ now }: { now: MyCall }) {
  const role = ownRole(now);
  const others = inTalk.value && role === null && now.agent !== null && now.agent !== me.value?.staff_number;
  const soundless = inTalk.value && me.value?.phone === "browser" && SOUNDLESS.has(phoneState.value);
  return (
    <>
      {rings.value && <p class="standing">{say(words.answerHow, { key: keyCap("answer") })}</p>}
      {me.value?.state === "after_call_work" && (
        <p class="standing">{say(now.activity?.closed_at === null ? words.ended : words.endedAndClosed)}</p>
      )}
      {now.far_held && <p class="standing standing--held">‖ {say(words.farHeld)}</p>}
      {now.muted && <p class="standing standing--held">✕ {say(words.muted)}</p>}
      {soundless && <p class="standing">{say(words.soundComesBack)}</p>}
      {inTalk.value && role !== null && <p class="standing">{say(ROLES[role], { who: now.agent ?? "" })}</p>}
      {others && <p class="standing">{say(words.colleagues, { who: now.agent ?? "" })}</p>}
    </>
  );
}

/** The dialog that lies over the call. */
function Over() {
  const open = opened.value;
  if (open?.what === "transfer") return <Transfer key={open.to?.name} to={open.to} onClose={close} />;
  if (open?.what === "outbound") return <Outbound key={open.called?.recordId} {...open} onClose={close} />;
  if (open?.what === "keypad" && inTalk.value) return <Keypad onClose={close} />;
  return null;
}
