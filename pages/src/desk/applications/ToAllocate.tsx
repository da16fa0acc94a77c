import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { Act } from "../parts/Act";
import { since, when } from "../time";
import { label, words } from "./words";

type Waiting = Schemas["ApplicationToAllocate"];
type Agent = Schemas["MayBeGiven"];

/** What waits for the Applications team leader: who is to ring whom (R-CB-10). */
export function ToAllocate({ all, onOpen }: { all: readonly Waiting[]; onOpen: (id: string) => void }) {
  const agents = useAgents(all.length);
  return (
    <details class="room" open={all.length > 0}>
      <summary>
        <h3>{say(words.toAllocate, { count: all.length })}</h3>
      </summary>
      {all.length === 0 && <p class="quiet">{say(words.noneToAllocate)}</p>}
      <ul class="rows">
        {all.map((one) => (
          <li key={one.application_id}>
            <Row one={one} agents={agents} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** To whom, with what they have; asked anew whenever what waits has changed. */
function useAgents(waiting: number): readonly Agent[] {
  const agents = useSignal<readonly Agent[]>([]);
  useEffect(() => {
    if (waiting === 0) return;
    void attempt("allocate", async () => {
      agents.value = (await ask("get", "/api/applications/agents")).agents;
    });
  }, [waiting, agents]);
  return agents.value;
}

function Row({ one, agents, onOpen }: { one: Waiting; agents: readonly Agent[]; onOpen: (id: string) => void }) {
  const to = useSignal("");
  const name = one.name === "" ? say(words.emptied) : one.name;
  return (
    <>
      <p class="row">
        <span>
          <strong>{name}</strong> <span class="tabular">{say(words.waits, { time: since(one.raised_at) })}</span>
        </span>
        <Act
          look="small"
          label={say(words.open)}
          name={say(words.openName, { name })}
          onDo={() => onOpen(one.application_id)}
        />
      </p>
      <p class="quiet">
        {[one.reason, one.about].flatMap((word) => (word === null ? [] : [label(word)])).join(", ")}
        {`, ${one.wanted_at === null ? say(words.anyTime).toLowerCase() : when(one.wanted_at)}`}
      </p>
      <p class="row row--tight">
        <select
          class="input input--small"
          aria-label={say(words.allocateTo, { name })}
          value={to.value}
          onChange={(event) => (to.value = event.currentTarget.value)}
        >
          <option value="">{say(words.chooseAgent)}</option>
          {agents.map((agent) => (
            <option key={agent.staff_number} value={agent.staff_number}>
              {said(agent)}
            </option>
          ))}
        </select>
        <Act
          look="small"
          label={say(words.allocate)}
          name={say(words.allocateName, { name })}
          why={to.value === "" ? say(words.chooseAgent) : null}
          onDo={() => allocate(one, to.value)}
        />
      </p>
    </>
  );
}

function said(agent: Agent): string {
  const gaps = { name: agent.name, staff: agent.staff_number, count: agent.open_ones };
  return say(agent.logged_in ? words.agent : words.absent, gaps);
}

/** Give it to somebody; whether they were told by mail is said. */
async function allocate(one: Waiting, staff: string): Promise<void> {
  const [path, body] = [{ application_id: one.application_id }, { staff_number: staff }];
  await attempt("allocate", async () => {
    const now = await ask("post", "/api/applications/{application_id}/allocate", { path, body });
    const name = now.application.agent?.name ?? staff;
    notice("allocated", () => say(now.mailed === true ? words.allocated : words.allocatedUntold, { name }));
  });
}
