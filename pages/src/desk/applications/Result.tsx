import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { Choice } from "../parts/Field";
import { label, words } from "./words";

type Asked = Pick<Schemas["ApplicationToDo"], "application_id" | "attempt" | "results" | "suggested" | "contacts">;

/** How the attempt ended, asked once its call is over (R-CB-10). Of one raised in downtime with the fee (R-CB-11). */
export function Result({ of }: { of: Asked }) {
  const result = useSignal<string>(of.suggested ?? "");
  const fee = useSignal<boolean | null>(null);
  const number = of.attempt;
  const withFee = of.contacts.some((one) => one === result.value);
  const unsaid = withFee && fee.value === null ? say(words.feeFirst) : null;
  const suggested = of.results.find((one) => one.value === of.suggested);
  return (
    <div class="stack">
      <Choice
        label={say(words.resultOf, { number })}
        none={say(words.chooseResult)}
        value={result.value}
        of={of.results.map((one) => [one.value, label(one)] as const)}
        hint={suggested === undefined ? undefined : say(words.suggested, { result: label(suggested) })}
        onChoose={(value) => (result.value = value)}
      />
      {withFee && <Fee value={fee.value} onChoose={(value) => (fee.value = value)} />}
      <div class="buttons">
        <Act
          look="main"
          label={say(words.saveResult)}
          why={result.value === "" ? say(words.resultFirst) : unsaid}
          onDo={() => save(of, result.value, withFee ? fee.value : null)}
        />
        <Act look="small" label={say(words.withdraw)} onDo={() => withdraw(of)} />
      </div>
    </div>
  );
}

function Fee({ value, onChoose }: { value: boolean | null; onChoose: (value: boolean) => void }) {
  const of = [
    [true, words.feeYes],
    [false, words.feeNo],
  ] as const;
  return (
    <fieldset class="whose">
      <legend>{say(words.fee)}</legend>
      {of.map(([collected, text]) => (
        <label key={String(collected)}>
          <input type="radio" name="fee" checked={value === collected} onChange={() => onChoose(collected)} />{" "}
          {say(text)}
        </label>
      ))}
    </fieldset>
  );
}

async function save(of: Asked, result: string, fee: boolean | null): Promise<void> {
  const path = { application_id: of.application_id, number: of.attempt };
  const body = { result: result as Schemas["AttemptResult"], fee_collected: fee };
  await attempt("application", async () => {
    const now = await ask("put", "/api/applications/{application_id}/attempts/{number}", { path, body });
    if (now.application.ending === "third_failure") notice("ended", () => say(words.ended));
  });
}

async function withdraw(of: Asked): Promise<void> {
  const path = { application_id: of.application_id, number: of.attempt };
  await attempt("application", () => ask("delete", "/api/applications/{application_id}/attempts/{number}", { path }));
}
