import { effect } from "@preact/signals";
import { whoami } from "../api/session";
import { say } from "../words/words";
import { Agents } from "./Agents";
import { AlertBand } from "./AlertBand";
import { agents, staleSince } from "./board";
import { CellMenu } from "./CellMenu";
import { onTheWall } from "./choices";
import { timeOfDay } from "./clock";
import { Deeds } from "./Deeds";
import { Header } from "./Header";
import { announcement } from "./notices";
import { OwnCall } from "./OwnCall";
import { Queues } from "./Queues";
import { RecordingBand } from "./RecordingBand";
import { SwitchBands } from "./SwitchBands";
import { SwitchDialog } from "./SwitchDialog";
import { Today } from "./Today";
import { words } from "./words";

document.documentElement.classList.toggle("wall", onTheWall);
effect(() => {
  document.title = say(words.title);
});

/** The whole page: what is wrong on top, queues left, agents right, today at the bottom. */
export function Monitor() {
  if (agents.value === undefined) return null;
  if (agents.value === null) return <NotForYou />;
  const stale = staleSince.value;
  const isStale = stale !== null;
  return (
    <>
      <p class="govuk-visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
      <div class={isStale ? "monitor monitor--stale" : "monitor"}>
        <Header isStale={isStale} />
        <main class="monitor__main" id="main">
          {isStale && <p class="stale-since">{say(words.stale, { time: timeOfDay(stale, true) })}</p>}
          <div class="monitor__inside" inert={isStale}>
            <div class="monitor__bands">
              <SwitchBands />
              <RecordingBand />
              <AlertBand />
              <OwnCall />
            </div>
            <Queues />
            <Agents />
            <Today />
            <Deeds />
          </div>
        </main>
      </div>
      <CellMenu />
      <SwitchDialog />
    </>
  );
}

function NotForYou() {
  const me = whoami.value;
  const name = me === null || me === "unknown" ? "" : me.name;
  return (
    <main class="not-for-you" id="main">
      <h1 class="govuk-heading-l">{say(words.title)}</h1>
      <p class="govuk-body">{say(words.notALeader, { name })}</p>
      <p class="govuk-body">
        <a class="govuk-link" href="/">
          {say(words.toTheDesk)}
        </a>
      </p>
    </main>
  );
}
