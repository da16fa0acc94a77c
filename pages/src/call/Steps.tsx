import type { Schemas } from "../api/client";
import { say } from "../words/words";
import { chosen } from "./call";
import { time } from "./clock";
import { PlayButton } from "./PlayButton";
import { words } from "./words";

type Step = Schemas["StepTold"];

/** The steps in words: what the picture shows, for whoever reads, or does not see. */
export function Steps({ told }: { told: Schemas["CallTimeline"] }) {
  const lanes = new Map(told.lanes.map((lane) => [lane.key, lane.words]));
  return (
    <table class="call__steps">
      <caption>{say(words.steps)}</caption>
      <thead>
        <tr>
          <th scope="col">{say(words.step)}</th>
          <th scope="col">{say(words.time)}</th>
          <th scope="col">{say(words.who)}</th>
          <th scope="col">{say(words.what)}</th>
        </tr>
      </thead>
      <tbody>
        {told.steps.map((step) => (
          <Row key={step.number} step={step} who={lanes.get(step.lane) ?? step.lane} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ step, who }: { step: Step; who: string }) {
  const isChosen = chosen.value === step.number;
  const choose = () => {
    chosen.value = step.number;
  };
  return (
    <tr class={isChosen ? "call__step call__step--chosen" : "call__step"} onMouseEnter={choose}>
      <td>
        <button type="button" class="call__number" aria-pressed={isChosen} onFocus={choose} onClick={choose}>
          <span class="govuk-visually-hidden">{say(words.step)} </span>
          {step.number}
        </button>
      </td>
      <td>{time(step.at)}</td>
      <th scope="row">{who}</th>
      <td>
        {step.prompts.length > 0
          ? step.prompts.map((prompt) => <Heard prompt={prompt} key={prompt.name} />)
          : step.words}
      </td>
    </tr>
  );
}

function Heard({ prompt }: { prompt: Schemas["PromptTold"] }) {
  const said = prompt.text === null ? prompt.name : `“${prompt.text}”`;
  return (
    <p class="call__prompt">
      <PlayButton prompt={prompt} />
      <span lang={prompt.text === null ? undefined : prompt.language}>{said}</span>
    </p>
  );
}
