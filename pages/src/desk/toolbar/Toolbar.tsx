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
      <p class="toolbar__who">
        <strong>{mine.name}</strong> {mine.staff_number}
        <span class="quiet">
          {mine.segment} · {mine.team}
        </span>
      </p>
      <StateChooser mine={mine} />
      <Beside mine={mine} />
      <div class="toolbar__end">
        <Phone mine={mine} />
        <AlertLeader />
        <More mine={mine} />
      </div>
    </header>
  );
}
