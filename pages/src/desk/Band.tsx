import { useEffect } from "preact/hooks";
import { hangUp, phoneState } from "../phone";
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
  if (rings.value && now !== null) return <Ringing now={now} />;
  return phoneState.value === "ringing" ? <PhoneRings now={now} /> : null;
}

/** The browser's own phone rings for what no offer is: a call one makes, a direct number, a talk one is to listen to. */
function PhoneRings({ now }: { now: MyCall | null }) {
  const title = say(words.phoneRings);
  useEffect(() => ringOut(title), [title]);
  return (
    <section class="band" aria-label={title}>
      <p class="band__what">
        <span class="band__bell" aria-hidden="true">
          ◆
        </span>
        <strong class="large">{title}</strong>
      </p>
      <p class="band__about">{now !== null && callerName(now.pop)}</p>
      <Act keyName="answer" look="main" label={say(words.answer)} onDo={answerCall} />
      <Act label={say(words.refuse)} onDo={hangUp} />
    </section>
  );
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
