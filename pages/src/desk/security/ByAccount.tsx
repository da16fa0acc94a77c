import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { language, say } from "../../words/words";
import { Act } from "../parts/Act";
import { type Asked, Head, Ways } from "./Check";
import { judge } from "./deeds";
import { security as words } from "./words";

type Question = Schemas["AskedQuestion"];

/** An employer: the agent compares what they say with the account, and marks it (R-SEC-2). */
export function ByAccount({ callId, check }: Asked) {
  const where = useRef<HTMLDivElement>(null);
  const marks = useSignal<readonly (boolean | null)[]>(check.questions.map(() => null));
  useEffect(() => where.current?.querySelector("input")?.focus(), []);
  const missing = marks.value.includes(null) ? say(words.markAll) : null;

  function send(): Promise<unknown> {
    const questions = check.questions.map((one) => one.question);
    return judge(callId, { questions, right: marks.value.map((one) => one === true) });
  }
  return (
    <div class="check-form" ref={where}>
      <Head check={check} />
      {check.second && <p class="standing standing--warn">▲ {say(words.twoMore)}</p>}
      {check.questions.map((one, at) => (
        <Marked
          key={one.question}
          question={one}
          mark={marks.value[at] ?? null}
          onMark={(right) => {
            marks.value = marks.value.map((mark, place) => (place === at ? right : mark));
          }}
        />
      ))}
      <div class="buttons">
        <Act look="main" label={say(words.judge)} why={missing} onDo={send} />
        <Ways callId={callId} employer />
      </div>
    </div>
  );
}

function Marked(asked: { question: Question; mark: boolean | null; onMark: (right: boolean) => void }) {
  const name = useId();
  const { en, cy, account } = asked.question;
  const choice = (right: boolean) => (
    <label>
      <input type="radio" name={name} checked={asked.mark === right} onChange={() => asked.onMark(right)} />{" "}
      {say(right ? words.right : words.wrong)}
    </label>
  );
  return (
    <fieldset class="check-form__mark">
      <legend>
        {language.value === "cy" ? cy : en} <span class="quiet">{say(words.account, { value: account ?? "" })}</span>
      </legend>
      {choice(true)} {choice(false)}
    </fieldset>
  );
}
