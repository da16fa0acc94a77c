import { useEffect } from "preact/hooks";
import { say } from "../words/words";
import { answerCall } from "./call/deeds";
import { about, callerName, callerNumber, cameBack, waited } from "./call/who";
import { Act } from "./parts/Act";
import { ringOut } from "./ringing";
import { call, type MyCall, rings, whyNot } from "./state";
import { since } from "./time";
import { call as words } from "./words/call";

/** A call that rings, across the top of everything. It takes no focus: who types goes on typing. */
export function Band() {
  const now = call.value;
  return rings.value && now !== null ? <Ringing now={now} /> : null;
}

function Ringing({ now }: { now: MyCall }) {
  const { pop } = now;
  const who = `${callerName(pop)}, ${about(now)}`;
  useEffect(() => ringOut(who), [who]);
  const back = cameBack(pop);
  return (
    <section class="band" aria-label={say(words.ringing)}>
      <p class="band__what">
        <span class="band__bell" aria-hidden="true">
          ◆
        </span>
        <strong class="large">{callerName(pop)}</strong>
      </p>
      <p class="band__about">
        {callerNumber(pop)} · {about(now)}
        {waited(pop) !== "" && ` · ${say(words.waitedFor, { time: waited(pop) })}`}
        {back !== "" && ` · ${say(words.cameBackShort, { who: back })}`}
      </p>
      <span class="band__time" aria-hidden="true">
        {pop.ringing_since !== null && since(pop.ringing_since)}
      </span>
      <Act keyName="answer" look="main" label={say(words.answer)} why={whyNot("answer")} onDo={answerCall} />
    </section>
  );
}
