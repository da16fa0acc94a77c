import { say } from "../words/words";
import { acknowledgeBreach, tryTo } from "./asking";
import { type Breach, mayAct, type Queue, queues } from "./board";
import { onTheWall, type QueueKinds, queueKinds } from "./choices";
import { lengthWords, secondsSince, timeOfDay } from "./clock";
import { brokenWords } from "./notices";
import { queueWords, words } from "./words";

const KINDS = ["segment", "team", "all"] as const;

/** Queues as rows. One that is broken is shown whatever was chosen. */
export function Queues() {
  const chosen = queueKinds.value;
  const rows = [...queues.value.values()].filter(
    (queue) => chosen === "all" || queue.kind === chosen || queue.breaches.length > 0,
  );
  return (
    <div class="queues">
      <div class="queues__head">
        <h2 class="heading" id="queues-heading">
          {say(queueWords.heading)}
        </h2>
        {!onTheWall && <Kinds />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <section class="scrolls" tabIndex={0} aria-labelledby="queues-heading">
        <table class="queue-table">
          <Columns />
          {rows.map((queue) => (
            <Row key={queue.key} queue={queue} />
          ))}
        </table>
      </section>
    </div>
  );
}

function Kinds() {
  const names: Record<QueueKinds, string> = {
    segment: say(queueWords.segments),
    team: say(queueWords.teams),
    all: say(queueWords.all),
  };
  return (
    <fieldset class="kinds">
      <legend class="govuk-visually-hidden">{say(queueWords.which)}</legend>
      {KINDS.map((kind) => (
        <button
          type="button"
          key={kind}
          class="key"
          aria-pressed={queueKinds.value === kind}
          onClick={() => {
            queueKinds.value = kind;
          }}
        >
          {names[kind]}
        </button>
      ))}
    </fieldset>
  );
}

function Columns() {
  return (
    <thead>
      <tr>
        <th scope="col">{say(queueWords.queue)}</th>
        <th scope="col" class="number">
          {say(queueWords.waiting)}
        </th>
        <th scope="col">{say(queueWords.longest)}</th>
        <th scope="col" class="number">
          {say(queueWords.available)}
        </th>
        <th scope="col" class="number" abbr={say(queueWords.serviceLevel)}>
          {say(queueWords.level)}
        </th>
        <th scope="col" class="number" abbr={say(queueWords.answeredToday)}>
          {say(queueWords.answered)}
        </th>
      </tr>
    </thead>
  );
}

function Row({ queue }: { queue: Queue }) {
  const open = queue.breaches.some((breach) => breach.acknowledged_at === null);
  const look = queue.breaches.length === 0 ? "queue" : open ? "queue queue--broken" : "queue queue--seen";
  return (
    <tbody class={look} data-queue={queue.key}>
      <tr>
        <th scope="row">{queue.name}</th>
        <td class="number queue__waiting" data-label={say(queueWords.waiting)}>
          {queue.waiting}
        </td>
        <td data-label={say(queueWords.longest)}>
          <LongestWait queue={queue} />
        </td>
        <td class="number queue__available" data-label={say(queueWords.available)}>
          <b>{queue.available}</b> <span class="quiet">{say(queueWords.of, { number: queue.logged_in })}</span>
        </td>
        <td class="number" data-label={say(queueWords.serviceLevel)}>
          {percent(queue.today.service_level_percent)}
        </td>
        <td class="number" data-label={say(queueWords.answeredToday)}>
          {percent(queue.today.answered_percent)}
        </td>
      </tr>
      {queue.breaches.map((breach) => (
        <BreachRow key={breach.breach_id} queue={queue} breach={breach} />
      ))}
    </tbody>
  );
}

/** A bar against the limit; what lies beyond the limit is the service's to say. */
function LongestWait({ queue }: { queue: Queue }) {
  const since = queue.longest_waiting_since;
  const limit = queue.limits.longest_wait_s;
  const seconds = since === null ? 0 : secondsSince(since);
  const share = limit === null ? 0 : Math.min(100, (100 * seconds) / limit);
  return (
    <div class="wait">
      <span class="wait__time">{since === null ? "–" : lengthWords(seconds)}</span>
      {limit !== null && <span class="wait__limit quiet">{say(queueWords.limit, { limit: lengthWords(limit) })}</span>}
      {limit !== null && (
        <svg class="wait__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect class="wait__whole" width="100" height="8" />
          <rect class="wait__share" width={share} height="8" />
        </svg>
      )}
    </div>
  );
}

function BreachRow({ queue, breach }: { queue: Queue; breach: Breach }) {
  return (
    <tr class="queue__breach">
      <td colSpan={6}>
        <span aria-hidden="true">▲</span> <b>{brokenWords(breach)}</b>{" "}
        {breach.acknowledged_by === null ? (
          mayAct.value &&
          !onTheWall && (
            <button
              type="button"
              class="key"
              aria-label={`${say(words.acknowledge)}: ${queue.name}`}
              onClick={() => tryTo(() => acknowledgeBreach(queue.key, breach.what))}
            >
              {say(words.acknowledge)}
            </button>
          )
        ) : (
          <span>
            {say(words.acknowledged, {
              name: breach.acknowledged_by.name,
              time: timeOfDay(breach.acknowledged_at ?? breach.since),
            })}
          </span>
        )}
      </td>
    </tr>
  );
}

function percent(value: number | null): string {
  return value === null ? "–" : say(queueWords.percent, { number: value });
}
