import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { logIn } from "../api/session";
import { inWords } from "../words/service";
import { shared } from "../words/shared";
import { language, say, speak } from "../words/words";

/** The log-in form. `more`: what else this page asks; `extra`: what it adds to the request. */
export function LogIn({
  more,
  extra,
}: {
  more?: ComponentChildren;
  extra?: () => Partial<Parameters<typeof logIn>[0]>;
}) {
  const problem = useSignal<unknown>(null);
  const busy = useSignal(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    problem.value = null;
    try {
      await logIn({ staff_number: String(given.get("staff")), password: String(given.get("password")), ...extra?.() });
    } catch (error) {
      problem.value = error;
    } finally {
      busy.value = false;
    }
  }

  return (
    <main class="log-in" id="main">
      <button
        type="button"
        class="link log-in__language"
        lang={language.value === "en" ? "cy" : "en"}
        onClick={() => speak(language.value === "en" ? "cy" : "en")}
      >
        {say(shared.otherLanguage)}
      </button>
      <h1 class="govuk-heading-l">{say(shared.helpline)}</h1>
      <form onSubmit={submit}>
        {problem.value !== null && (
          <p class="govuk-error-message" role="alert">
            {inWords(problem.value)}
          </p>
        )}
        <div class="govuk-form-group">
          <label class="govuk-label" for="staff">
            {say(shared.staffNumber)}
          </label>
          <input class="govuk-input govuk-input--width-10" id="staff" name="staff" required autocomplete="username" />
        </div>
        <div class="govuk-form-group">
          <label class="govuk-label" for="password">
            {say(shared.password)}
          </label>
          <input
            class="govuk-input govuk-input--width-20"
            id="password"
            name="password"
            type="password"
            required
            autocomplete="current-password"
          />
        </div>
        {more}
        <button class="govuk-button" type="submit" disabled={busy.value}>
          {say(shared.logIn)}
        </button>
      </form>
    </main>
  );
}
