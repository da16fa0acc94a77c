import { say } from "../words/words";
import { words } from "./words";

const KEPT_AS = "helpline.phone.which";
const NAME = "phone";

type Which = "browser" | "own";

/** What the log-in form asks beside the password: which phone rings. It goes along by `phoneChosen()`. */
export function PhoneChoice() {
  return (
    <fieldset class="govuk-fieldset govuk-form-group">
      <legend class="govuk-fieldset__legend">{say(words.whichPhone)}</legend>
      <div class="govuk-radios govuk-radios--small">
        <Choice which="browser" label={say(words.thisBrowser)} hint={say(words.thisBrowserHint)} />
        <Choice which="own" label={say(words.ownPhone)} hint={say(words.ownPhoneHint)} />
      </div>
    </fieldset>
  );
}

/** The phone chosen, kept by the browser: for `POST /api/sessions` as `phone`. */
export function phoneChosen(): Which {
  return localStorage.getItem(KEPT_AS) === "own" ? "own" : "browser";
}

function Choice({ which, label, hint }: { which: Which; label: string; hint: string }) {
  const id = `phone-${which}`;
  return (
    <div class="govuk-radios__item">
      <input
        class="govuk-radios__input"
        id={id}
        name={NAME}
        type="radio"
        value={which}
        defaultChecked={phoneChosen() === which}
        aria-describedby={`${id}-hint`}
        onChange={() => localStorage.setItem(KEPT_AS, which)}
      />
      <label class="govuk-label govuk-radios__label" for={id}>
        {label}
      </label>
      <div class="govuk-hint govuk-radios__hint" id={`${id}-hint`}>
        {hint}
      </div>
    </div>
  );
}
