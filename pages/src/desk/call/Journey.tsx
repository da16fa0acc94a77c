import { say, type Text } from "../../words/words";
import { clock } from "../time";
import { call as words } from "../words/call";
import { named, offers } from "../words/values";
import type { Pop } from "./who";

type Step = readonly [at: string, what: string];

/** The way the call has come, in words, with London's clock. */
export function Journey({ pop }: { pop: Pop }) {
  const steps = [...plain(pop), ...rung(pop), ...handed(pop)].sort(([one], [other]) => one.localeCompare(other));
  return (
    <section class="journey" aria-labelledby="journey-title">
      <h3 id="journey-title">{say(words.journey)}</h3>
      <ol>
        {steps.map(([at, what]) => (
          <li key={`${at}${what}`}>
            <time dateTime={at}>{clock(at)}</time> {what}
          </li>
        ))}
      </ol>
    </section>
  );
}

function plain(pop: Pop): Step[] {
  const known: [string | null, Text][] = [
    [pop.arrived_at, words.arrived],
    [pop.waiting_since, words.began],
    [pop.ringing_since, words.rang],
    [pop.answered_at, words.answered],
  ];
  return known.flatMap(([at, what]) => (at === null ? [] : [[at, say(what)] as const]));
}

function rung(pop: Pop): Step[] {
  return pop.redirected.map((one) => [
    one.at,
    `${one.colleague.name} ${one.colleague.staff_number}: ${named(offers, one.outcome)}`,
  ]);
}

function handed(pop: Pop): Step[] {
  return pop.asked.map((one) => {
    const who = one.by === null ? "?" : `${one.by.name} ${one.by.staff_number}`;
    const to = one.to === "outside" ? say(words.outside) : one.to.replace(/^(team|segment):/, "");
    return [one.at, say(words.askedTo, { who, to, how: named(offers, one.outcome) })];
  });
}
