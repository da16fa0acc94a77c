import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Act } from "../parts/Act";
import { type MyCall, me } from "../state";
import { since } from "../time";
import { call as words } from "../words/call";
import { named, partyRoles, partyStates } from "../words/values";
import { dropParty } from "./deeds";
import { spaced } from "./who";

export type Party = Schemas["PartyNow"];

export function partyName(party: Party): string {
  if (party.staff_number === null) return spaced(party.number ?? "");
  return party.name === null ? party.staff_number : `${party.name} ${party.staff_number}`;
}

/** Who else takes part, and how: each can be let go by who asked them. */
export function Parties({ now }: { now: MyCall }) {
  const others = now.parties.filter((party) => party.staff_number !== me.value?.staff_number);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="parties-title">
      <h3 id="parties-title">{say(words.parties)}</h3>
      <ul class="rows">
        {others.map((party) => (
          <li key={party.party_id} class="row">
            <span>
              <strong>{partyName(party)}</strong> {named(partyRoles, party.role)}, {named(partyStates, party.state)}{" "}
              <span class="quiet" aria-hidden="true">
                {since(party.since)}
              </span>
            </span>
            {party.asked_by === me.value?.staff_number && (
              <Act
                look="small"
                label={say(words.drop)}
                name={say(words.dropName, { who: partyName(party) })}
                onDo={() => dropParty(party.party_id)}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
