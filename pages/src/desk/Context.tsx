import { say } from "../words/words";
import { type Queue, queues, switches, work } from "./state";
import { since, when } from "./time";
import { context as words } from "./words/toolbar";

/** One line: the queues one serves, one's own cases' callers, what is due, and what a leader has switched on. */
export function Context() {
  const all = [...queues.value.values()];
  const own = all.filter((queue) => queue.kind === "agent").reduce((sum, queue) => sum + queue.waiting, 0);
  return (
    <section class="context" aria-label={say(words.line)}>
      {all
        .filter((queue) => queue.kind !== "agent")
        .map((queue) => (
          <QueueWords key={queue.key} queue={queue} />
        ))}
      <span>{say(words.ownCases, { count: own })}</span>
      <Due />
      {switches.value.get("emergency") === true && <strong class="context__on">▲ {say(words.emergency)}</strong>}
      {switches.value.get("downtime") === true && <strong class="context__on">▲ {say(words.downtime)}</strong>}
    </section>
  );
}

function QueueWords({ queue }: { queue: Queue }) {
  return (
    <span>
      <strong>{queue.name}</strong> {say(words.waiting, { count: queue.waiting })}
      {queue.longest_waiting_since !== null && `, ${say(words.longest, { time: since(queue.longest_waiting_since) })}`}
      {`, ${say(words.free, { count: queue.available })}`}
    </span>
  );
}

function Due() {
  const all = work.value?.call_backs ?? [];
  const due = all.filter((one) => one.state !== "later");
  const next = all.find((one) => one.state === "later");
  return (
    <span>
      {say(words.due, { count: due.length })}
      {next !== undefined && `, ${say(words.nextDue, { time: when(next.starts_at) })}`}
    </span>
  );
}
