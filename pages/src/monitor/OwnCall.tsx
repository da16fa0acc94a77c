import { say } from "../words/words";
import { answerOwn, leaveOwn, type OnCall, oversee, tryTo } from "./asking";
import { type Agent, calls, me, nameOf } from "./board";
import { onTheWall } from "./choices";
import { Mark, Since } from "./State";
import { menuWords, ownCallWords } from "./words";

const ROLES: readonly OnCall[] = ["listen", "whisper", "join", "take"];

/** The leader's own phone: it rings for a call that was asked for here, or they are on one. */
export function OwnCall() {
  const who = me.value;
  if (who === null || onTheWall || !["reserved", "on_call", "on_hold"].includes(who.state)) return null;
  return (
    <div class="band band--own">
      <Mark state={who.state} /> {who.state === "reserved" ? <Rings who={who} /> : <Talks who={who} />}
    </div>
  );
}

function Rings({ who }: { who: Agent }) {
  return (
    <>
      <strong>{say(ownCallWords.rings)}</strong>
      {isAllowed(who, "answer") && <Key text={say(ownCallWords.answer)} run={answerOwn} />}
    </>
  );
}

function Talks({ who }: { who: Agent }) {
  const callId = who.call_id;
  const theirs = callId === null ? null : (calls.value.get(callId)?.agent ?? null);
  const isGuest = theirs !== null && theirs !== who.staff_number;
  return (
    <>
      <strong>{isGuest ? say(ownCallWords.onCallOf, { name: nameOf(theirs) }) : say(ownCallWords.ownCall)}</strong>{" "}
      <Since at={who.since} />
      {isGuest &&
        callId !== null &&
        ROLES.map((how) => <Key key={how} text={say(menuWords[how])} run={() => oversee(callId, how)} />)}
      {isAllowed(who, "end") && <Key text={say(isGuest ? ownCallWords.leave : ownCallWords.end)} run={leaveOwn} />}
    </>
  );
}

function Key({ text, run }: { text: string; run: () => Promise<unknown> }) {
  return (
    <button type="button" class="key" onClick={() => tryTo(run)}>
      {text}
    </button>
  );
}

function isAllowed(who: Agent, action: Agent["may"][number]["action"]): boolean {
  return who.may.some((one) => one.action === action && one.allowed);
}
