import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { openApplication } from "../applications/open";
import { toggle } from "../open";
import { Act } from "../parts/Act";
import { inTalk, type MyCall, me, whyNot } from "../state";
import { callBackForm, whyNoCallBack } from "../work/form";
import { steps as words } from "./words";

type NextStep = Schemas["NextStep"];

/** What GICH does next with a call that reached it, in the order of the rule; the service says which, and who is there. */
export function NextSteps({ now }: { now: MyCall }) {
  const mine = now.agent === me.value?.staff_number;
  if (now.next_steps.length === 0 || !inTalk.value || !mine) return null;
  return (
    <section class="steps" aria-labelledby="steps-title">
      <h3 id="steps-title">{say(words.title)}</h3>
      <ol class="steps__list">
        {now.next_steps.map((one) => (
          <li key={one.step} class={one.best ? "row steps__one steps__one--best" : "row steps__one"}>
            <span>
              {one.best && <span class="tag">{say(words.now)}</span>} {inWords(one)}
            </span>
            <Do one={one} now={now} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function inWords(one: NextStep): string {
  switch (one.step) {
    case "resolve":
      return say(words.resolve);
    case "transfer":
      return transferWords(one.to);
    case "call_back":
      return say(words.callBack);
    case "application":
      return say(words.application);
    default:
      return say(words.request);
  }
}

function transferWords(to: NextStep["to"]): string {
  if (to == null) return say(words.transfer);
  return `${say(words.transferTo, { to: to.shown })} ${say(to.available ? words.available : words.nobody)}`;
}

function Do({ one, now }: { one: NextStep; now: MyCall }) {
  const { to } = one;
  if (one.step === "transfer")
    return (
      <Act
        look="small"
        label={say(words.doTransfer)}
        why={whyNot("transfer")}
        onDo={() =>
          toggle({ what: "transfer", to: to == null ? null : { kind: to.kind, name: to.name, shown: to.shown } })
        }
      />
    );
  if (one.step === "call_back")
    return (
      <Act look="small" label={say(words.doCallBack)} why={whyNoCallBack()} onDo={() => (callBackForm.value = true)} />
    );
  if (one.step === "application")
    return <Act look="small" label={say(words.doApplication)} onDo={() => openApplication(prefill(one, now.pop))} />;
  return null;
}

/** What is known of a caller without a record (R-CB-12). */
function prefill(one: NextStep, { caller_number: contactNumber, brand }: MyCall["pop"]) {
  const reason = one.reason ?? "other";
  return contactNumber === "" ? { reason, brand } : { reason, brand, contactNumber };
}
