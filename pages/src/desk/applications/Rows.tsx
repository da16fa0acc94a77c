import type { Schemas } from "../../api/client";
import { said } from "../../words/service";
import { say } from "../../words/words";
import { spaced } from "../call/who";
import { Act } from "../parts/Act";
import { whyNot } from "../state";
import { when } from "../time";
import { callApplicant } from "./deeds";
import { Result } from "./Result";
import { label, words } from "./words";

type ToDo = Schemas["ApplicationToDo"];
const CALM: readonly ToDo["wants"][] = ["later", "nothing"];

/** Whom one is to ring, who have no record: what each wants next, and one press to call. */
export function Rows({ all, onOpen }: { all: readonly ToDo[]; onOpen: (id: string) => void }) {
  return (
    <ul class="rows">
      {all.map((one) => (
        <li key={one.application_id} class={`call-back call-back--${one.wants}`}>
          <Row one={one} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

function Row({ one, onOpen }: { one: ToDo; onOpen: (id: string) => void }) {
  const name = one.name === "" ? say(words.emptied) : one.name;
  return (
    <>
      <p class="row">
        <span>
          <span class={CALM.includes(one.wants) ? "tag tag--plain" : "tag"}>{say(words[one.wants])}</span>{" "}
          {one.next_at !== null && (
            <strong>{say(words.attempt, { number: one.attempt + 1, time: when(one.next_at) })}</strong>
          )}
        </span>
        <span class="row__acts">
          <Call one={one} name={name} />
          <Act
            look="small"
            label={say(words.open)}
            name={say(words.openName, { name })}
            onDo={() => onOpen(one.application_id)}
          />
        </span>
      </p>
      <p>
        {name}, {spaced(one.contact_number)}
      </p>
      <p class="quiet">
        {[one.reason, one.about].flatMap((word) => (word === null ? [] : [label(word)])).join(", ")}
        {one.tried_at.length > 0 && `. ${say(words.tried, { times: one.tried_at.join(", ") })}`}
      </p>
      {one.wants === "result" && <Result of={one} />}
    </>
  );
}

/** Dials the number of the form; the attempt begins with it (R-CB-10). */
function Call({ one, name }: { one: ToDo; name: string }) {
  const why = one.why_no_attempt === null ? whyNot("outbound") : said(one.why_no_attempt);
  return (
    <Act
      look="small"
      label={say(words.call)}
      name={say(words.callName, { name })}
      why={why}
      onDo={() => callApplicant(one.application_id)}
    />
  );
}
