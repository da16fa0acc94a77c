import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../../words/words";

/** What can be done by one key. Each can be given another key, and all can be switched off (WCAG 2.1.4). */
export const DEFAULTS = {
  available: " ",
  codes: "0",
  answer: "a",
  hold: "h",
  mute: "m",
  keypad: "k",
  transfer: "t",
  interpreter: "i",
  end: "e",
  complete: "c",
  conference: "j",
  swap: "w",
  back: "b",
  alert: "l",
  search: "/",
  security: "s",
  outbound: "o",
  outcome: "u",
  notes: "n",
  callBack: "r",
  reminder: "d",
  muteRecording: "v",
  pauseRecording: "p",
  help: "?",
} as const satisfies Record<string, string>;

export type KeyName = keyof typeof DEFAULTS;
export const KEY_NAMES = Object.keys(DEFAULTS) as KeyName[];

const SPACE = { en: "Space", cy: "Bylchwr" };
const OFF_KEPT_AS = "helpline.keys.off";
const CHANGED_KEPT_AS = "helpline.keys";
const bound = new Map<KeyName, () => void>();

export const keysOn = signal(localStorage.getItem(OFF_KEPT_AS) === null);
const changed = signal<Partial<Record<KeyName, string>>>(kept());

function kept(): Partial<Record<KeyName, string>> {
  try {
    return JSON.parse(localStorage.getItem(CHANGED_KEPT_AS) ?? "{}") as Partial<Record<KeyName, string>>;
  } catch {
    return {}; // somebody else wrote it
  }
}

export function keyOf(name: KeyName): string {
  return changed.value[name] ?? DEFAULTS[name];
}

/** As it is written on a key. */
export function keyCap(name: KeyName): string {
  const key = keyOf(name);
  return key === " " ? say(SPACE) : key.toUpperCase();
}

/** As `aria-keyshortcuts` writes it; nothing while keys are off. */
export function keyShortcut(name: KeyName): string | undefined {
  const key = keyOf(name);
  return keysOn.value ? (key === " " ? "Space" : key.toUpperCase()) : undefined;
}

export function switchKeys(on: boolean): void {
  keysOn.value = on;
  if (on) localStorage.removeItem(OFF_KEPT_AS);
  else localStorage.setItem(OFF_KEPT_AS, "1");
}

/** Give a deed another key. False, and nothing changed, when another deed or a state's code has it. */
export function changeKey(name: KeyName, key: string): boolean {
  const wanted = key.toLowerCase();
  const taken = KEY_NAMES.some((other) => other !== name && keyOf(other) === wanted);
  if (taken || wanted.length !== 1 || /[1-9]/.test(wanted)) return false;
  changed.value = { ...changed.value, [name]: wanted };
  localStorage.setItem(CHANGED_KEPT_AS, JSON.stringify(changed.value));
  return true;
}

export function keysAsShipped(): void {
  changed.value = {};
  localStorage.removeItem(CHANGED_KEPT_AS);
}

/** While it is on the page, a component's deed has its key. */
export function useKey(name: KeyName | undefined, deed: () => void): void {
  const latest = useRef(deed);
  latest.current = deed;
  useEffect(() => {
    if (name === undefined) return;
    const mine = () => latest.current();
    bound.set(name, mine);
    return () => {
      if (bound.get(name) === mine) bound.delete(name);
    };
  }, [name]);
}

const digitTaken = new Set<(digit: string) => boolean>();

/** Be asked what a bare digit means; who came last is asked first, and who says true has taken it. */
export function useDigits(take: (digit: string) => boolean): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const mine = (digit: string) => latest.current(digit);
    digitTaken.add(mine);
    return () => {
      digitTaken.delete(mine);
    };
  }, []);
}

/** Listen to the keyboard. Returns how to stop. */
export function listenToKeys(): () => void {
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return;
  if (event.key === "Enter" && event.ctrlKey) does(event, "answer");
  if (!keysOn.value || event.ctrlKey || event.altKey || event.metaKey || inField()) return;
  if (event.key === " " && !onNothing()) return;
  if (/^[0-9]$/.test(event.key) && [...digitTaken].reverse().some((take) => take(event.key))) event.preventDefault();
  else whoHas(event);
}

function whoHas(event: KeyboardEvent): void {
  const name = KEY_NAMES.find((one) => keyOf(one) === event.key.toLowerCase());
  if (name !== undefined) does(event, name);
}

function does(event: KeyboardEvent, name: KeyName): void {
  const deed = bound.get(name);
  if (deed === undefined) return;
  event.preventDefault();
  deed();
}

/** Whether what is typed goes into a text. */
function inField(): boolean {
  const where = document.activeElement;
  if (where instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(where.type);
  return (
    where instanceof HTMLTextAreaElement ||
    where instanceof HTMLSelectElement ||
    (where instanceof HTMLElement && where.isContentEditable)
  );
}

/** Whether no control has the focus: Space presses a control that has it, and scrolls a panel. */
function onNothing(): boolean {
  const where = document.activeElement;
  return where === null || where === document.body || (where instanceof HTMLElement && where.tabIndex < 0);
}
