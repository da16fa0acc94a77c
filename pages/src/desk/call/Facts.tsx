import type { ComponentChildren } from "preact";
import { say } from "../../words/words";
import { inTalk, type MyCall, me } from "../state";
import { since } from "../time";
import { call as words } from "../words/call";
import { choices, keyedHow, keyedWhat, kinds, languages, named, offers } from "../words/values";
import { callerName, callerNumber, cameBack, lineName, type Pop, spaced, waited } from "./who";

/** Whom one speaks with: by number, and by name where it is known. */
export function Caller({ now }: { now: MyCall }) {
  const { pop, answered_at } = now;
  const [number, name] = [callerNumber(pop), callerName(pop)];
  return (
    <p class="caller">
      <strong class="large">{number}</strong> {name !== number && name}
      {inTalk.value && answered_at !== null && (
        <span class="quiet caller__length">{say(words.talkLength, { time: since(answered_at) })}</span>
      )}
    </p>
  );
}

/** What the call brought with it (R-POP-2). */
export function Facts({ now }: { now: MyCall }) {
  const { pop } = now;
  const back = cameBack(pop);
  return (
    <>
      {pop.outbound !== null && <Making pop={pop} />}
      {pop.call_back !== null && <CallBackTaken pop={pop} />}
      <Asked pop={pop} />
      <dl class="facts">
        <Fact name={say(words.line)}>{lineName(pop, now.line_name)}</Fact>
        <Fact name={say(words.language)}>{named(languages, pop.language)}</Fact>
        {pop.menu_choice !== null && <Fact name={say(words.choice)}>{named(choices, pop.menu_choice)}</Fact>}
        {pop.kind !== null && <Fact name={say(words.kind)}>{named(kinds, pop.kind)}</Fact>}
        {pop.attempts.length > 0 && (
          <Fact name={say(words.keyed)}>
            {pop.attempts.map((one) => (
              <span class="lined" key={`${one.what}${one.number}`}>
                {attemptWords(one)}
              </span>
            ))}
          </Fact>
        )}
        {now.through !== null && (
          <Fact name={say(words.queue)}>{now.through.kind === "agent" ? say(words.yourOwn) : now.through.name}</Fact>
        )}
        {waited(pop) !== "" && <Fact name={say(words.waited)}>{waited(pop)}</Fact>}
        {back !== "" && <Fact name={say(words.cameBack)}>{back}</Fact>}
      </dl>
    </>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="facts__one">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function attemptWords(one: Pop["attempts"][number]): string {
  const gaps = {
    what: named(keyedWhat, one.what),
    keyed: one.keyed,
    number: one.number,
    how: named(keyedHow, one.outcome),
  };
  return say(one.keyed === "" ? words.attempt : words.attemptKeyed, gaps);
}

/** How far the call has come that one makes oneself. */
function Making({ pop }: { pop: Pop }) {
  const outbound = pop.outbound;
  if (outbound === null) return null;
  const progress = {
    calling_agent: words.calling_agent,
    dialling: words.dialling,
    ringing: words.outboundRinging,
    answered: words.outboundAnswered,
  }[outbound.progress as "calling_agent" | "dialling" | "ringing" | "answered"];
  return (
    <>
      <p class="standing">
        {say(words.outboundTo, { number: callerNumber(pop) })}. {progress === undefined ? "" : say(progress)}
      </p>
      {outbound.purpose_expected === false && <p class="standing standing--warn">▲ {say(words.unexpected)}</p>}
    </>
  );
}

function CallBackTaken({ pop }: { pop: Pop }) {
  const taken = pop.call_back;
  if (taken === null) return null;
  const number = spaced(taken.number);
  return (
    <p class="standing">
      <strong>{say(words.callBack)}.</strong>{" "}
      {taken.outcome === null
        ? say(words.callBackRings, { number })
        : say(words.callBackEnded, { number, how: named(offers, taken.outcome) })}
    </p>
  );
}

function asker({ by }: Pop["asked"][number]): string {
  return by === null ? "?" : `${by.name} ${by.staff_number}`;
}

/** Why colleagues asked about this call or handed it over, whoever has it now; one's own words one knows (R-XFER-4). */
function Asked({ pop }: { pop: Pop }) {
  const told = pop.asked.filter((one) => one.by?.staff_number !== me.value?.staff_number);
  return (
    <>
      {told.map((one) => (
        <p class="standing standing--asked" key={one.at}>
          <strong>{say(one.for_you ? words.asks : words.told, { who: asker(one) })}:</strong> {one.reason}{" "}
          {one.notes !== null && <span class="lined">{one.notes}</span>}
        </p>
      ))}
    </>
  );
}
