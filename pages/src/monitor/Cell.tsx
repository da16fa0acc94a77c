import { codeWords, shortStateWords, stateWords } from "../words/trade";
import { say } from "../words/words";
import { type Agent, calls, isPhoneLost } from "./board";
import { Mark, Since } from "./State";
import { agentWords } from "./words";

/** One agent. The second argument of `onOpen` is where the menu belongs. */
export function Cell({
  agent,
  isStop,
  onOpen,
}: {
  agent: Agent;
  isStop: boolean;
  onOpen: (staff: string, at: HTMLElement) => void;
}) {
  const staff = agent.staff_number;

  function key(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onOpen(staff, event.currentTarget);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a grid that wraps cannot be a table
    <div
      class={`cell cell--${agent.state}`}
      role="gridcell"
      tabIndex={isStop ? 0 : -1}
      aria-haspopup="menu"
      data-staff={staff}
      data-state={agent.state}
      title={`${agent.name} ${staff}`}
      onClick={(event) => onOpen(staff, event.currentTarget)}
      onKeyDown={key}
    >
      <span class="cell__name">
        {agent.name}
        <span class="govuk-visually-hidden"> {staff}</span>
      </span>
      <span class="cell__state">
        <Mark state={agent.state} />
        <abbr class="cell__word" title={stateWords(agent.state)}>
          {shortStateWords(agent.state)}
        </abbr>
        <Since at={agent.since} />
      </span>
      <Third agent={agent} />
    </div>
  );
}

/** What belongs to the state: the phone that is gone, the code, the call and how long it lasts, what comes next. */
function Third({ agent }: { agent: Agent }) {
  const call = agent.call_id === null ? undefined : calls.value.get(agent.call_id);
  const since = call?.answered_at ?? null;
  return (
    <span class="cell__more">
      {isPhoneLost(agent) && <b class="cell__lost">{say(agentWords.phoneLost)} </b>}
      {agent.code !== null && codeWords(agent.code)}
      {agent.pending !== null && (
        <>{say(agentWords.pending, { state: pendingWords(agent.pending.state, agent.pending.code) })} </>
      )}
      {call?.line}
      {since !== null && call?.state !== "ended" && (
        <>
          {" "}
          <Since at={since} />
        </>
      )}
    </span>
  );
}

function pendingWords(state: Agent["state"], code: string | null): string {
  return code === null ? stateWords(state) : codeWords(code);
}
