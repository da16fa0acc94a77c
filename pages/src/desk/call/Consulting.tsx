import { say, type Text } from "../../words/words";
import { Act } from "../parts/Act";
import { type MyCall, me } from "../state";
import { call as words } from "../words/call";
import { back, complete, conference, swap } from "./deeds";
import { type Party, partyName } from "./Parties";

/** Who hears whom while one asks a colleague (R-XFER-2): the four ways a consultation can stand. */
type Standing = "rings" | "aside" | "swapped" | "together";

const SAYS: Record<Standing, Text> = {
  rings: words.consultRings,
  aside: words.consultAside,
  swapped: words.consultSwapped,
  together: words.consultTogether,
};

function standing(party: Party, farHeld: boolean): Standing {
  if (party.state === "ringing") return "rings";
  if (party.state === "held") return "swapped";
  return farHeld ? "aside" : "together";
}

/** A consultation of one's own: hand over, talk together, change over, or go back. */
export function Consulting({ now }: { now: MyCall }) {
  const party = now.parties.find((one) => one.role === "consulted" && one.asked_by === me.value?.staff_number);
  if (party === undefined) return null;
  const how = standing(party, now.far_held);
  const answered = how !== "rings";
  return (
    <section class="consulting" aria-labelledby="consulting-title">
      <h3 id="consulting-title">{say(words.consulting, { who: partyName(party) })}</h3>
      <p>{say(SAYS[how])}</p>
      <div class="buttons">
        {answered && <Act keyName="complete" look="main" label={say(words.complete)} onDo={complete} />}
        {answered && how !== "together" && (
          <>
            <Act keyName="conference" label={say(words.conference)} onDo={conference} />
            <Act keyName="swap" label={say(words.swap)} onDo={swap} />
          </>
        )}
        <Act keyName="back" label={say(words.back)} onDo={back} />
      </div>
    </section>
  );
}
