import type { Me } from "../state";
import { AlertLeader } from "./AlertLeader";
import { Beside } from "./Beside";
import { More } from "./More";
import { Phone } from "./Phone";
import { StateChooser } from "./StateChooser";

/** Always here, never moves: who sits here, their state, their phone, their leader. */
export function Toolbar({ mine }: { mine: Me }) {
  return (
    <header class="toolbar">
      <h1 class="toolbar__who">
        {mine.name} {mine.staff_number}
        <span class="quiet">
          {mine.segment} · {mine.team}
        </span>
      </h1>
      <StateChooser mine={mine} />
      <Beside mine={mine} />
      <div class="toolbar__end">
        <div class="toolbar__row">
          <Phone mine={mine} />
          <AlertLeader />
        </div>
        <More mine={mine} />
      </div>
    </header>
  );
}
