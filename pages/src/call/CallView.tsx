import { useEffect } from "preact/hooks";
import type { Schemas } from "../api/client";
import { shared } from "../words/shared";
import { language, say, speak } from "../words/words";
import { follow, timeline, trouble } from "./call";
import { moment } from "./clock";
import { Picture } from "./Picture";
import { Recordings } from "./recordings/Recordings";
import { Steps } from "./Steps";
import { words } from "./words";

/** One call from its first ring to the end of After Call Work. */
export function CallView() {
  useEffect(follow, []);
  const told = timeline.value;
  document.title = `${say(words.title)} ${told === null ? "" : moment(told.begin)}`;
  return (
    <div class="call">
      <Top />
      <main id="main">
        <h1 class="call__title">{say(words.title)}</h1>
        {trouble.value !== "" && (
          <p class="govuk-error-message" role="alert">
            {trouble.value}
          </p>
        )}
        {told === null && trouble.value === "" && <p>{say(words.reading)}</p>}
        {told !== null && <Told told={told} />}
      </main>
    </div>
  );
}

function Top() {
  const other = language.value === "en" ? "cy" : "en";
  return (
    <nav class="call__top">
      <a class="govuk-link" href="/monitor">
        {say(words.toMonitor)}
      </a>
      <button type="button" class="link" lang={other} onClick={() => speak(other)}>
        {say(shared.otherLanguage)}
      </button>
    </nav>
  );
}

function Told({ told }: { told: Schemas["CallTimeline"] }) {
  const last = told.steps.at(-1);
  return (
    <>
      <About told={told} />
      {told.end === null && (
        <p class="call__live">{say(told.call.ended_at === null ? words.goesOn : words.workGoesOn)}</p>
      )}
      <Picture />
      <Recordings />
      <Steps told={told} />
      <p class="govuk-visually-hidden" aria-live="polite">
        {told.end === null && last !== undefined ? last.words : ""}
      </p>
    </>
  );
}

function About({ told }: { told: Schemas["CallTimeline"] }) {
  const call = told.call;
  const facts = [
    [words.arrived, moment(told.begin)],
    ...(call.ended_at === null ? [] : [[words.ended, told.ended] as const]),
    [words.line, call.line],
    [words.brand, call.brand.toUpperCase()],
    [words.language, say(call.language === "cy" ? words.welsh : words.english)],
    [words.number, call.caller],
  ] as const;
  return (
    <dl class="call__about">
      {facts.map(([name, value]) => (
        <div key={name.en}>
          <dt>{say(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
