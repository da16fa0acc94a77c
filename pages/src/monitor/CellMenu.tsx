import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { codeWords } from "../words/trade";
import { say } from "../words/words";
import { isBusy, problem, tryTo } from "./asking";
import { type Agent, agents, calls, mayAct } from "./board";
import { onTheWall } from "./choices";
import { type Choice, codeChoices, firstChoices } from "./menuChoices";
import { State } from "./State";
import { agentWords, menuWords, words } from "./words";

type Open = { readonly staff: string; readonly at: HTMLElement; readonly level: "first" | "codes" };

const open = signal<Open | null>(null);
const GAP_PX = 4;

/** Open the menu of an agent's cell. */
export function menuOf(staff: string, at: HTMLElement): void {
  if (onTheWall) return;
  problem.value = null;
  open.value = { staff, at, level: "first" };
}

function close(): void {
  const staff = open.value?.staff;
  open.value = null;
  problem.value = null;
  document.querySelector<HTMLElement>(`[data-staff="${staff}"]`)?.focus();
}

/** What can be done with an agent and their call. */
export function CellMenu() {
  const shown = open.value;
  const agent = shown === null ? undefined : agents.value?.get(shown.staff);
  if (shown === null || agent === undefined) return null;
  return <Menu key={shown.staff} shown={shown} agent={agent} />;
}

function Menu({ shown, agent }: { shown: Open; agent: Agent }) {
  const box = useRef<HTMLDivElement>(null);
  usePlace(box, shown);
  useElsewhere(box);
  const choices = shown.level === "codes" ? codeChoices(agent) : firstChoices(agent, mayAct.value);

  async function choose(choice: Choice): Promise<void> {
    if (choice.does === "codes" || choice.does === "back") {
      open.value = { ...shown, level: choice.does === "codes" ? "codes" : "first" };
      return;
    }
    if (await tryTo(choice.does)) close();
  }

  return (
    <div class="cell-menu" role="dialog" aria-label={agent.name} ref={box} onKeyDown={(event) => keyed(event, box)}>
      <p class="cell-menu__who">
        <b>{agent.name}</b> {agent.staff_number}, {agent.team}
        <br />
        <State state={agent.state} code={agent.code === null ? null : codeWords(agent.code)} since={agent.since} />
        <CallWords agent={agent} />
      </p>
      <div role="menu" aria-label={say(menuWords.label)}>
        {choices.map((choice) => (
          <Item key={choice.key} choice={choice} onChoose={() => choose(choice)} />
        ))}
        <button type="button" role="menuitem" class="cell-menu__item" tabIndex={-1} onClick={close}>
          {say(words.close)}
        </button>
      </div>
      {!mayAct.value && <p class="cell-menu__note">{say(menuWords.onlyLeaders)}</p>}
      <div role="alert">{problem.value !== null && <p class="cell-menu__problem">{problem.value}</p>}</div>
    </div>
  );
}

function CallWords({ agent }: { agent: Agent }) {
  const call = agent.call_id === null ? undefined : calls.value.get(agent.call_id);
  if (call === undefined) return null;
  return (
    <span class="cell-menu__call">
      {call.line} {say(agentWords.callFrom, { digits: call.caller.slice(-3) })}
    </span>
  );
}

function Item({ choice, onChoose }: { choice: Choice; onChoose: () => void }) {
  const inside = (
    <>
      {choice.text}
      {choice.note !== undefined && <span class="quiet"> {choice.note}</span>}
    </>
  );
  if (choice.href !== undefined) {
    return (
      <a class="cell-menu__item" role="menuitem" tabIndex={-1} href={choice.href} target="_blank" rel="noopener">
        {inside}
      </a>
    );
  }
  return (
    <button
      type="button"
      class="cell-menu__item"
      role="menuitem"
      tabIndex={-1}
      aria-haspopup={choice.does === "codes" ? "menu" : undefined}
      aria-disabled={isBusy.value}
      onClick={onChoose}
    >
      {inside}
    </button>
  );
}

/** Beside its cell, and whole on the screen; the focus on its first item whenever its items are others. */
function usePlace(box: { current: HTMLDivElement | null }, shown: Open): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed when it opens, and when its level changes
  useLayoutEffect(() => {
    const menu = box.current;
    if (menu === null) return;
    const cell = shown.at.getBoundingClientRect();
    const below = cell.bottom + GAP_PX;
    const top = below + menu.offsetHeight <= innerHeight ? below : innerHeight - menu.offsetHeight - GAP_PX;
    menu.style.top = `${Math.max(GAP_PX, top)}px`;
    menu.style.left = `${Math.max(GAP_PX, Math.min(cell.left, innerWidth - menu.offsetWidth - GAP_PX))}px`;
    itemsOf(menu)[0]?.focus();
  }, [shown.level, shown.staff]);
}

function useElsewhere(box: { current: HTMLDivElement | null }): void {
  useLayoutEffect(() => {
    const elsewhere = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) open.value = null;
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [box]);
}

function keyed(event: KeyboardEvent, box: { current: HTMLDivElement | null }): void {
  const items = box.current === null ? [] : itemsOf(box.current);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key === "ArrowLeft" && open.value !== null) open.value = { ...open.value, level: "first" };
  else if (to !== undefined) items.at(to % items.length)?.focus();
  else return;
  event.preventDefault();
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>("[role=menuitem]")];
}
