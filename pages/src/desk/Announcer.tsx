import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say } from "../words/words";
import { about, callerName, waited } from "./call/who";
import { ringingTitle } from "./ringing";
import { call, me, rings } from "./state";
import { call as words } from "./words/call";
import { codes, named, states } from "./words/values";

const said = signal("");

/** The one place a screen reader listens to: who calls, about what, how long they waited; each state, once. */
export function Announcer() {
  const now = announcement();
  const title = ringingTitle.value ?? `${stateWords()} – ${say(words.title)}`;
  useEffect(() => {
    said.value = now;
  }, [now]);
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <p class="govuk-visually-hidden" role="status" aria-live="polite" aria-atomic="true">
      {said.value}
    </p>
  );
}

function announcement(): string {
  const now = call.value;
  if (!rings.value || now === null) return stateWords();
  const { pop } = now;
  const wait = waited(pop) === "" ? [] : [say(words.waitedFor, { time: waited(pop) })];
  return `${say(words.ringing)}: ${[callerName(pop), about(now), ...wait].join(", ")}`;
}

function stateWords(): string {
  const mine = me.value;
  if (mine === null) return "";
  return mine.code === null ? say(states[mine.state]) : `${say(states[mine.state])}: ${named(codes, mine.code)}`;
}
