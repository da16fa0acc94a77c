import type { Schemas } from "../../api/client";
import { say, texts } from "../../words/words";
import { Choice } from "../parts/Field";
import { when } from "../time";
import { callBackResults, named } from "../words/values";

const words = texts({
  callBack: {
    en: "This call is the call back for {from} to {to}.",
    cy: "Yr alwad hon yw'r alwad yn ôl ar gyfer {from} i {to}.",
  },
  inTime: { en: "Called at {time}, in time.", cy: "Ffoniwyd am {time}, mewn pryd." },
  late: { en: "Called at {time}, behind its end.", cy: "Ffoniwyd am {time}, ar ôl ei diwedd." },
  result: { en: "Result of the call back", cy: "Canlyniad yr alwad yn ôl" },
  choose: { en: "Choose its result", cy: "Dewiswch ei chanlyniad" },
  staysOpen: { en: "It stays open: to be called again", cy: "Mae'n aros ar agor: i'w ffonio eto" },
  closed: { en: "The call back is closed: {result}.", cy: "Mae'r alwad yn ôl wedi'i chau: {result}." },
});
export const STAYS_OPEN = "stays_open";
const RESULTS = Object.keys(callBackResults) as Schemas["Result"][];
type CallBack = NonNullable<Schemas["Activity"]["call_back"]>;

/** Which call back a call was, whether in time, and what it is closed with (R-CB-6). */
export function ResultOf(asked: { told: CallBack; value: string; onChoose: (value: string) => void }) {
  const { told } = asked;
  const called = say(told.in_time ? words.inTime : words.late, { time: when(told.called_at) });
  return (
    <>
      <p>
        {say(words.callBack, { from: when(told.starts_at), to: when(told.ends_at) })} <strong>{called}</strong>{" "}
        <span class="quiet">{told.description}</span>
      </p>
      {told.result === null ? (
        <Choice
          label={say(words.result)}
          none={say(words.choose)}
          value={asked.value}
          of={[
            ...RESULTS.map((one) => [one, named(callBackResults, one)] as const),
            [STAYS_OPEN, say(words.staysOpen)] as const,
          ]}
          onChoose={asked.onChoose}
        />
      ) : (
        <p>✓ {say(words.closed, { result: named(callBackResults, told.result) })}</p>
      )}
    </>
  );
}
