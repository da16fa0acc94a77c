import { signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { useAnew } from "../record/anew";
import { call } from "../state";
import { clock } from "../time";
import { employer as words } from "./words";

type Confirmed = Schemas["LinkConfirmed"];

/** What was confirmed in which call: it is asked anew for each. */
const known = signal<{ callId: string; links: readonly Confirmed[] } | null>(null);

/** Learn what was confirmed with the caller so far (R-EMP-3). */
export function useLinks(employerAgentId: number): void {
  const callId = call.value?.pop.call_id ?? null;
  useAnew("employer_agent", employerAgentId, () => callId !== null && learn(callId));
}

/** One employer that the caller acts for: confirmed with them before any query is answered. */
export function Link({ employerAgentId, one }: { employerAgentId: number; one: Schemas["ActsFor"] }) {
  const callId = call.value?.pop.call_id ?? null;
  if (callId === null) return null;
  const links = known.value?.callId === callId ? known.value.links : [];
  const link = links.find((each) => each.employer_agent_id === employerAgentId && each.employer_id === one.record_id);
  if (link === undefined)
    return (
      <Act
        look="small"
        label={say(words.confirm)}
        name={say(words.confirmName, { name: one.name })}
        onDo={() => confirm(callId, employerAgentId, one.record_id)}
      />
    );
  const who = `${link.confirmed_by.name} ${link.confirmed_by.staff_number}`;
  return <span>✓ {say(words.confirmed, { who, time: clock(link.confirmed_at) })}</span>;
}

async function learn(callId: string): Promise<void> {
  await attempt("link", async () => {
    const path = { call_id: callId };
    known.value = { callId, links: (await ask("get", "/api/calls/{call_id}/employer-links", { path })).links };
  });
}

async function confirm(callId: string, employerAgentId: number, employerId: number): Promise<void> {
  await attempt("link", async () => {
    const path = { call_id: callId, employer_agent_id: employerAgentId, employer_id: employerId };
    const address = "/api/calls/{call_id}/employer-links/{employer_agent_id}/{employer_id}" as const;
    known.value = { callId, links: (await ask("put", address, { path })).links };
  });
}
