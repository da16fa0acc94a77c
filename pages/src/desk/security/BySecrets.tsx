import { useSignal } from "@preact/signals";
import type { TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { language, say } from "../../words/words";
import { Act } from "../parts/Act";
import { Field } from "../parts/Field";
import { type Asked, Head, Ways } from "./Check";
import { judge } from "./deeds";
import { place, security as words } from "./words";

/** A client or representative: two digits, the password, two answers (R-SEC-1). Enter in the last has them judged. */
export function BySecrets({ callId, check }: Asked) {
  const where = useRef<HTMLDivElement>(null);
  const digits = useSignal<readonly string[]>(check.positions.map(() => ""));
  const password = useSignal("");
  const answers = useSignal<readonly string[]>(check.questions.map(() => ""));
  useEffect(() => where.current?.querySelector("input")?.focus(), []);

  function send(): Promise<unknown> {
    const questions = check.questions.map((one) => one.question);
    const [pin, said] = [[...digits.value], [...answers.value]];
    return judge(callId, { questions, pin, password: password.value, answers: said });
  }
  function digit(at: number, value: string): void {
    digits.value = changed(digits.value, at, value);
    if (value !== "") next(where.current, at);
  }
  return (
    <div class="check-form" ref={where}>
      <Head check={check} />
      <div class="check-form__digits">
        {check.positions.map((position, at) => (
          <Digit
            key={position}
            label={say(place(position))}
            value={digits.value[at] ?? ""}
            onDigit={(value) => digit(at, value)}
          />
        ))}
        <Said
          label={say(words.password)}
          value={password.value}
          hidden
          onInput={(value) => {
            password.value = value;
          }}
        />
      </div>
      {check.questions.map((one, at) => (
        <Said
          key={one.question}
          label={inLanguage(one)}
          value={answers.value[at] ?? ""}
          onInput={(value) => {
            answers.value = changed(answers.value, at, value);
          }}
          {...(at === check.questions.length - 1 ? { onEnter: () => void send() } : {})}
        />
      ))}
      <div class="buttons">
        <Act look="main" label={say(words.judge)} onDo={send} />
        <Ways callId={callId} />
      </div>
    </div>
  );
}

function inLanguage(one: Schemas["AskedQuestion"]): string {
  return language.value === "cy" ? one.cy : one.en;
}

function changed(values: readonly string[], at: number, value: string): readonly string[] {
  return values.map((one, place) => (place === at ? value : one));
}

/** A digit is one key: the next field has the focus then. */
function next(form: HTMLElement | null, at: number): void {
  form?.querySelectorAll("input")[at + 1]?.focus();
}

/** One digit; anything else that is typed is not there. */
function Digit(asked: { label: string; value: string; onDigit: (value: string) => void }) {
  return (
    <Field label={asked.label}>
      {(id) => (
        <input
          id={id}
          class="input"
          value={asked.value}
          inputMode="numeric"
          autocomplete="off"
          onInput={(event) => {
            const value = event.currentTarget.value.replace(/\D/g, "").slice(-1);
            event.currentTarget.value = value;
            asked.onDigit(value);
          }}
        />
      )}
    </Field>
  );
}

/** What the caller says. A password is not shown (R-SEC-3). */
export function Said(asked: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  onEnter?: () => void;
  hidden?: boolean;
  mode?: "numeric";
}) {
  const typing = {
    class: "input",
    value: asked.value,
    inputMode: asked.mode ?? "text",
    onInput: (event: TargetedEvent<HTMLInputElement>) => asked.onInput(event.currentTarget.value),
    onKeyDown: (event: TargetedKeyboardEvent<HTMLInputElement>) => {
      if (event.key === "Enter" && !event.ctrlKey) asked.onEnter?.();
    },
  } as const;
  return (
    <Field label={asked.label}>
      {(id) =>
        asked.hidden === true ? (
          <input id={id} type="password" autocomplete="new-password" {...typing} />
        ) : (
          <input id={id} autocomplete="off" {...typing} />
        )
      }
    </Field>
  );
}
