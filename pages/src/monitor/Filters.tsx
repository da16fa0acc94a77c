import type { Signal } from "@preact/signals";
import { type State, states, stateWords } from "../words/trade";
import { say } from "../words/words";
import { agents } from "./board";
import { order, type Shown, shown, team, words } from "./choices";
import { teamsOf } from "./order";
import { agentWords } from "./words";

/** Whom to see, and in which order. */
export function Filters() {
  const teams = teamsOf(agents.value?.values() ?? []).map((name) => [name, name] as const);
  const names = (Object.keys(states) as State[]).map((state) => [state, stateWords(state)] as const);
  return (
    <div class="filters">
      <Pick
        id="filter-team"
        name={say(agentWords.team)}
        value={team}
        options={[["", say(agentWords.allTeams)], ...teams]}
      />
      <Pick<Shown>
        id="filter-state"
        name={say(agentWords.state)}
        value={shown}
        options={[["all", say(agentWords.allStates)], ["logged_in", say(agentWords.loggedIn)], ...names]}
      />
      <Pick
        id="filter-order"
        name={say(agentWords.order)}
        value={order}
        options={[
          ["team", say(agentWords.byTeam)],
          ["state", say(agentWords.byState)],
          ["longest", say(agentWords.longestFirst)],
          ["name", say(agentWords.byName)],
        ]}
      />
      <span class="filter filter--find">
        <label for="filter-find">{say(agentWords.find)}</label>
        <input
          id="filter-find"
          type="search"
          value={words.value}
          title={say(agentWords.findHint)}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
      </span>
    </div>
  );
}

function Pick<Value extends string>({
  id,
  name,
  value,
  options,
}: {
  id: string;
  name: string;
  value: Signal<Value>;
  options: readonly (readonly [Value, string])[];
}) {
  return (
    <span class="filter">
      <label for={id}>{name}</label>
      <select
        id={id}
        value={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.value as Value;
        }}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value.value}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}
