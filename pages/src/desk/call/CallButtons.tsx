import { say } from "../../words/words";
import { toggle } from "../open";
import { Act } from "../parts/Act";
import { inTalk, type MyCall, may, whyNot } from "../state";
import { call as words } from "../words/call";
import { callInterpreter, endCall, hold, mute, retrieve, unmute } from "./deeds";
import { ownRole } from "./role";

/** What the service says may be done; what may not says why on focus. */
export function CallButtons({ now }: { now: MyCall }) {
  if (!inTalk.value) return null;
  return (
    <fieldset class="buttons" aria-label={say(words.panel)}>
      {ownRole(now) === null ? (
        <Talking now={now} />
      ) : (
        <Act keyName="end" look="end" label={say(words.leave)} why={whyNot("end")} onDo={endCall} />
      )}
    </fieldset>
  );
}

function Talking({ now }: { now: MyCall }) {
  const held = may("retrieve")?.allowed === true;
  const interpreter = now.parties.some((party) => party.role === "interpreter");
  return (
    <>
      {held ? (
        <Act keyName="hold" look="main" label={say(words.retrieve)} onDo={retrieve} />
      ) : (
        <Act keyName="hold" label={say(words.hold)} why={whyNot("hold")} onDo={hold} />
      )}
      <Act
        keyName="mute"
        label={say(now.muted ? words.unmute : words.mute)}
        pressed={now.muted}
        onDo={now.muted ? unmute : mute}
      />
      <Act keyName="keypad" label={say(words.keypad)} onDo={() => toggle({ what: "keypad" })} />
      <Act
        keyName="transfer"
        label={say(words.transfer)}
        why={whyNot("transfer")}
        onDo={() => toggle({ what: "transfer", to: null })}
      />
      <Act
        keyName="interpreter"
        label={say(words.interpreter)}
        why={interpreter ? say(words.interpreterThere) : null}
        onDo={callInterpreter}
      />
      <Act keyName="end" look="end" label={say(words.end)} why={whyNot("end")} onDo={endCall} />
    </>
  );
}
