import { useSignal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { spaced } from "../call/who";
import { attempt } from "../notices";
import { Act } from "../parts/Act";
import { Line } from "../parts/Field";
import { Panel } from "../parts/Panel";
import { WhenDue, Whom } from "../work/CallBacks";
import { words } from "./words";

type Leading = NonNullable<Schemas["Work"]["leading"]>;
type TeamCallBack = Leading["call_backs"][number];
type Moved = Leading["moved_cases"][number];
type Wish = (staff: string, why: string) => Promise<unknown>;

/** For a leader: what is overdue, or of somebody absent, or was passed on; and cases that are to go back (R-CB-7). */
export function Teams({ leading }: { leading: Leading }) {
  return (
    <>
      <section aria-labelledby="teams-title">
        <h3 id="teams-title">{say(words.teams, { count: leading.call_backs.length })}</h3>
        <ul class="rows">
          {leading.call_backs.map((one) => (
            <li key={one.call_back_id} class={`call-back call-back--${one.state}`}>
              <One one={one} />
            </li>
          ))}
        </ul>
      </section>
      {leading.moved_cases.length > 0 && (
        <section aria-labelledby="moved-title">
          <h3 id="moved-title">{say(words.moved, { count: leading.moved_cases.length })}</h3>
          <ul class="rows">
            {leading.moved_cases.map((one) => (
              <li key={one.number} class="row">
                <MovedCase one={one} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function One({ one }: { one: TeamCallBack }) {
  const name = one.name ?? spaced(one.contact_number);
  const number = one.case_number;
  return (
    <>
      <p>
        <WhenDue one={one} />
        <span class="tag tag--plain">{whoseWords(one)}</span>
      </p>
      <Whom one={one} />
      <div class="buttons">
        {one.passed_on && (
          <Act
            look="small"
            label={say(words.passBack)}
            name={say(words.passBackOf, { name })}
            onDo={() => pass(one.call_back_id, null, say(words.back))}
          />
        )}
        <To
          label={say(words.passTo)}
          title={say(words.passOf, { name })}
          hint={say(words.passHint)}
          onDo={(staff, why) => pass(one.call_back_id, staff, why)}
        />
        {number !== null && (
          <To
            label={say(words.moveCase)}
            title={say(words.moveOf, { name })}
            hint={say(words.moveHint)}
            onDo={(staff, why) => move(number, staff, why)}
          />
        )}
      </div>
    </>
  );
}

function whoseWords(one: TeamCallBack): string {
  if (one.holder === null) return say(words.ofQueue, { queue: one.queue?.replace(/^\w+:/, "") ?? "" });
  const who = `${one.holder.name} ${one.holder.staff_number}`;
  if (one.holder_absent) return say(words.absent, { who });
  return one.passed_on ? say(words.passedOn, { who }) : who;
}

function MovedCase({ one }: { one: Moved }) {
  const { number } = one;
  const [who, before] = [one.owner, one.goes_back_to].map((person) => `${person.name} ${person.staff_number}`);
  return (
    <>
      <span>
        <strong>{number}</strong> {say(words.movedTo, { who: who ?? "", before: before ?? "" })}
      </span>
      <Act
        look="small"
        label={say(words.moveBack)}
        name={say(words.moveBackOf, { number, who: before ?? "" })}
        onDo={() => move(number, one.goes_back_to.staff_number, say(words.back))}
      />
    </>
  );
}

/** To whom, and why: both are audited. */
function To(asked: { label: string; title: string; hint: string; onDo: Wish }) {
  const open = useSignal(false);
  return (
    <>
      <Act
        look="small"
        label={asked.label}
        name={asked.title}
        expanded={open.value}
        onDo={() => (open.value = !open.value)}
      />
      {open.value && <Form {...asked} onClose={() => (open.value = false)} />}
    </>
  );
}

function Form({ label, title, hint, onDo, onClose }: Parameters<typeof To>[0] & { onClose: () => void }) {
  const staff = useSignal("");
  const why = useSignal("");
  const missing = staff.value.trim() === "" || why.value.trim() === "" ? say(words.toFirst) : null;
  return (
    <Panel title={title} onClose={onClose}>
      <p class="quiet">{hint}</p>
      <Line label={say(words.to)} mode="numeric" value={staff.value} onInput={(value) => (staff.value = value)} />
      <Line label={say(words.why)} value={why.value} onInput={(value) => (why.value = value)} />
      <Act
        look="main"
        label={label}
        why={missing}
        onDo={async () => {
          if (await onDo(staff.value.trim(), why.value.trim())) onClose();
        }}
      />
    </Panel>
  );
}

function pass(callBackId: string, staff: string | null, why: string): Promise<boolean> {
  const asked = { path: { call_back_id: callBackId }, body: { staff_number: staff, why } };
  return attempt("pass", () => ask("post", "/api/call-backs/{call_back_id}/pass", asked));
}

function move(number: string, staff: string, why: string): Promise<boolean> {
  const asked = { path: { number }, body: { staff_number: staff, why } };
  return attempt("pass", () => ask("put", "/api/cases/{number}/owner", asked));
}
