import { say } from "../words/words";
import { type Today as Figures, today } from "./board";
import { Chart } from "./Chart";
import { onTheWall } from "./choices";
import { lengthWords, timeOfDay } from "./clock";
import { queueWords, todayWords } from "./words";

/** Today by quarters of an hour, and its totals. */
export function Today() {
  const figures = today.value;
  if (figures === null) return null;
  return (
    <section class="today" aria-labelledby="today-heading">
      <h2 class="heading today__heading" id="today-heading">
        {say(todayWords.heading)}
      </h2>
      <Totals totals={figures.totals} />
      {!onTheWall && (
        <div class="today__chart">
          {figures.slices.length === 0 ? (
            <p class="quiet">{say(todayWords.noCalls)}</p>
          ) : (
            <>
              <Legend />
              <Chart slices={figures.slices} />
              <Table slices={figures.slices} />
            </>
          )}
        </div>
      )}
    </section>
  );
}

function Totals({ totals }: { totals: Figures["totals"] }) {
  return (
    <dl class="totals">
      <Total name={say(todayWords.offered)} value={totals.offered} />
      <Total name={say(todayWords.answered)} value={totals.answered} />
      <Total name={say(todayWords.abandoned)} value={totals.abandoned} />
      <Total name={say(todayWords.redirected)} value={totals.redirected} />
      <Total name={say(todayWords.inProgress)} value={totals.in_progress} />
      <Total name={say(todayWords.serviceLevel)} value={percent(totals.service_level_percent)} />
      <Total name={say(todayWords.answerSpeed)} value={length(totals.average_speed_of_answer_s)} />
      <Total name={say(todayWords.longestWait)} value={length(totals.longest_wait_s)} />
    </dl>
  );
}

function Total({ name, value }: { name: string; value: string | number }) {
  return (
    <div class="total">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Legend() {
  return (
    <p class="legend" aria-hidden="true">
      <span class="legend__offered">{say(todayWords.offered)}</span>
      <span class="legend__answered">{say(todayWords.answered)}</span>
      <span class="legend__abandoned">{say(todayWords.abandoned)}</span>
    </p>
  );
}

function Table({ slices }: { slices: Figures["slices"] }) {
  return (
    <table class="govuk-visually-hidden">
      <caption>{say(todayWords.chart)}</caption>
      <thead>
        <tr>
          <th scope="col">{say(todayWords.time)}</th>
          <th scope="col">{say(todayWords.offered)}</th>
          <th scope="col">{say(todayWords.answered)}</th>
          <th scope="col">{say(todayWords.abandoned)}</th>
        </tr>
      </thead>
      <tbody>
        {slices.map((slice) => (
          <tr key={slice.begin}>
            <th scope="row">{timeOfDay(slice.begin)}</th>
            <td>{slice.offered}</td>
            <td>{slice.answered}</td>
            <td>{slice.abandoned}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function percent(value: number | null): string {
  return value === null ? "–" : say(queueWords.percent, { number: value });
}

function length(value: number | null): string {
  return value === null ? "–" : lengthWords(value);
}
