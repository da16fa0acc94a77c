// biome-ignore-all lint/a11y/useSemanticElements: a grid whose rows wrap cannot be a table
// biome-ignore-all lint/a11y/useFocusableInteractive: of a grid only the cells have the focus
import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { say } from "../words/words";
import { agents } from "./board";
import { Cell } from "./Cell";
import { menuOf } from "./CellMenu";
import { onTheWall, order, showEverybody, shown, team, words } from "./choices";
import { Filters } from "./Filters";
import { target } from "./moving";
import { type Group, grouped } from "./order";
import { agentWords } from "./words";

/** The one cell that Tab reaches; arrow keys move it. */
const current = signal("");

/** Agents as a dense grid, a row for each team. */
export function Agents() {
  const choice = { team: team.value, shown: shown.value, words: words.value, order: order.value };
  const groups = grouped(agents.value?.values() ?? [], choice, say(agentWords.everybody));
  return (
    <section class="agents" aria-labelledby="agents-heading">
      <div class="agents__head">
        <h2 class="heading" id="agents-heading">
          {say(agentWords.heading)}
        </h2>
        {!onTheWall && <Filters />}
      </div>
      <div class="scrolls">{groups.length === 0 ? <Nobody /> : <Grid groups={groups} />}</div>
      <p class="govuk-visually-hidden" id="agents-help">
        {say(agentWords.help)}
      </p>
    </section>
  );
}

function Nobody() {
  return (
    <p class="nobody">
      {say(agentWords.nobody)}{" "}
      <button type="button" class="link" onClick={showEverybody}>
        {say(agentWords.showAll)}
      </button>
    </p>
  );
}

function Grid({ groups }: { groups: readonly Group[] }) {
  const grid = useRef<HTMLDivElement>(null);
  const focused = useFocusThatStays(grid);
  const everybody = groups.flatMap((group) => group.members);
  const stop = everybody.find((agent) => agent.staff_number === current.value) ?? everybody[0];

  function move(event: KeyboardEvent): void {
    const to = grid.current === null ? null : target(grid.current, event.key, event.ctrlKey);
    if (to === null) return;
    event.preventDefault();
    to.focus();
  }

  function reached(event: FocusEvent): void {
    const staff = staffOf(event.target);
    if (staff === null) return;
    current.value = staff;
    focused.current = staff;
  }

  return (
    <div
      class="grid"
      role="grid"
      aria-labelledby="agents-heading"
      aria-describedby="agents-help"
      aria-readonly="true"
      ref={grid}
      onKeyDown={move}
      onFocusIn={reached}
      onFocusOut={(event) => {
        if (event.relatedTarget !== null) focused.current = null;
      }}
    >
      {groups.map((group) => (
        <Row key={group.key} group={group} stop={stop?.staff_number ?? ""} />
      ))}
    </div>
  );
}

function Row({ group, stop }: { group: Group; stop: string }) {
  return (
    <div class="grid__row" role="row">
      <div class="grid__name" role="rowheader">
        {group.name}
      </div>
      <div class="grid__cells">
        {group.members.map((agent) => (
          <Cell key={agent.staff_number} agent={agent} isStop={agent.staff_number === stop} onOpen={menuOf} />
        ))}
      </div>
    </div>
  );
}

/** A cell that changes its place loses the focus in some browsers: give it back, unless somebody went elsewhere. */
function useFocusThatStays(grid: { current: HTMLDivElement | null }): { current: string | null } {
  const focused = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return;
    grid.current?.querySelector<HTMLElement>(`[data-staff="${focused.current}"]`)?.focus();
  });
  useLayoutEffect(() => {
    const elsewhere = (event: PointerEvent) => {
      if (!grid.current?.contains(event.target as Node)) focused.current = null;
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [grid]);
  return focused;
}

function staffOf(target: EventTarget | null): string | null {
  return target instanceof HTMLElement ? (target.dataset.staff ?? null) : null;
}
