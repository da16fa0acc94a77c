import { logOut } from "../api/session";
import { shared } from "../words/shared";
import { language, say, speak } from "../words/words";
import { tryTo } from "./asking";
import { mayAct, me, type Switch, switches } from "./board";
import { muted, onTheWall } from "./choices";
import { now, timeOfDay } from "./clock";
import { State } from "./State";
import { switchAsked } from "./SwitchDialog";
import { allow, isBlocked } from "./sound";
import { sounds, switchWords, words } from "./words";

/** Who looks on, and what concerns the page as a whole. */
export function Header({ isStale }: { isStale: boolean }) {
  return (
    <header class="top">
      <h1 class="top__title">{say(words.title)}</h1>
      <div class="top__rest" inert={isStale}>
        <Whoever />
        <span class="top__gap" />
        {mayAct.value && !onTheWall && switches.value.map((one) => <SwitchKey key={one.name} it={one} />)}
        {!onTheWall && <SoundKey />}
        {!onTheWall && <Ways />}
      </div>
      {onTheWall && <time class="top__clock">{timeOfDay(now.value)}</time>}
    </header>
  );
}

function Whoever() {
  const who = me.value;
  if (who === null || onTheWall) return null;
  return (
    <span class="top__who">
      {who.name} {who.staff_number}
      {who.role === "team_leader" && <State state={who.state} code={who.code} since={who.since} />}
    </span>
  );
}

function SwitchKey({ it }: { it: Switch }) {
  const name = say(switchWords[it.name]);
  return (
    <button type="button" class="key" aria-pressed={it.on} onClick={() => switchAsked(it)}>
      {say(it.on ? switchWords.isOn : switchWords.isOff, { name })}
    </button>
  );
}

function SoundKey() {
  const isOn = muted.value === "no";
  if (isOn && isBlocked.value) {
    return (
      <button type="button" class="key key--warning" onClick={allow}>
        {say(sounds.blocked)}
      </button>
    );
  }
  return (
    <button
      type="button"
      class="key"
      onClick={() => {
        muted.value = isOn ? "yes" : "no";
      }}
    >
      {say(isOn ? sounds.on : sounds.off)}
    </button>
  );
}

function Ways() {
  const other = language.value === "en" ? "cy" : "en";
  return (
    <nav class="top__ways">
      <a class="link" href="/">
        {say(words.desk)}
      </a>
      <a class="link" href="/monitor?wall">
        {say(words.wall)}
      </a>
      <button type="button" class="link" lang={other} onClick={() => speak(other)}>
        {say(shared.otherLanguage)}
      </button>
      <button type="button" class="link" onClick={() => tryTo(logOut)}>
        {say(shared.logOut)}
      </button>
    </nav>
  );
}
