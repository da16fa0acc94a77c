import { say } from "../../words/words";
import { Room } from "../parts/Room";
import { work } from "../state";
import { One, type Request } from "./One";
import { requests as words } from "./words";

/** Service requests that one has, and those that one's team has to take (R-CB-1, R-EMP-4). */
export function WorkRequests() {
  const queue = work.value?.service_requests;
  if (queue === undefined) return null;
  return (
    <Room title={say(words.mine, { mine: queue.mine_count, team: queue.team_count })}>
      <Some title={say(words.myOwn)} all={queue.mine} count={queue.mine_count} />
      <Some title={say(words.myTeam)} all={queue.team} count={queue.team_count} />
    </Room>
  );
}

function Some({ title, all, count }: { title: string; all: readonly Request[]; count: number }) {
  return (
    <>
      <h3>{title}</h3>
      {all.length === 0 && <p class="quiet">{say(words.none)}</p>}
      <ul class="rows">
        {all.map((one) => (
          <One key={one.service_request_id} one={one} withName={true} />
        ))}
      </ul>
      {count > all.length && <p class="quiet">{say(words.more, { count: count - all.length })}</p>}
    </>
  );
}
