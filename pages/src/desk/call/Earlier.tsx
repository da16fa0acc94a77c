import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { call as words } from "../words/call";

/** What colleagues have written of this call: their notes travel with it (R-XFER-4). */
export function Earlier({ all }: { all: readonly Schemas["Activity"][] }) {
  const written = all.filter((one) => one.description !== "" || one.notes !== "");
  if (written.length === 0) return null;
  return (
    <section aria-labelledby="earlier-title">
      <h3 id="earlier-title">{say(words.earlier)}</h3>
      {written.map((one) => (
        <p key={one.activity_id}>
          <span class="quiet">
            {one.agent.name} {one.agent.staff_number}:
          </span>{" "}
          {one.description} <span class="lined">{one.notes}</span>
        </p>
      ))}
    </section>
  );
}
