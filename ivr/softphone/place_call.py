"""The engine of ``ivr call``: places one call, keys what was asked for, and tells what happens as it happens.

Enters: a number, keys (``keys.py`` says how they are written), agents who answer. Leaves: ``PhoneEvent`` after
``PhoneEvent``, until the call has ended. What the service makes of the call is not seen from here. The keying runs in a
task that belongs to the iteration; leaving the iteration ends it and hangs up.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.call import Call
from ivr.softphone.caller import Caller
from ivr.softphone.digest import Credentials
from ivr.softphone.journal import CallEnded, Ending, Mark
from ivr.softphone.keys import Digits, Step, Wait, parse_keys
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.transaction import Address

LOOK_S = 0.1  # how often it is listened whether something is being said
AUDIBLE_DBFS = -45.0
LISTENED_S = 0.2  # sound in this much of the last audio: something is being said
QUIET_S = 0.8  # nothing for this long: it has been said
SETTLE_S = 0.4  # after a digit: what was being said may still be on its way
SOUND_LIMIT_S = 5.0  # ``,`` waits at most this
QUIET_LIMIT_S = 45.0  # ``;`` waits at most this
ANSWER_LIMIT_S = 120.0
CALLER = "caller"


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """One thing that a phone saw: ``at_s`` after the INVITE went out; ``who`` is ``caller`` or an agent's number.

    ``what``: calling, trying, ringing, early media, answered, keyed, sound, quiet, ended. ``detail``
    is for people; digits are never in it in full (R-DTMF-5). ``ending`` comes with ``ended``.
    """

    at_s: float
    who: str
    what: str
    detail: str = ""
    ending: Ending | None = None

    def __str__(self) -> str:
        return f"{self.at_s:7.2f} s  {self.who}: {self.what}{f' ({self.detail})' if self.detail else ''}"


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What ``ivr call`` was asked for.

    ``pbx``: where SIP is spoken. ``agents``: accounts that answer, ``answer_after_s`` after they ring; each takes the
    registration of that number's own phone; ``talk_s`` after their answer they hang up (None: never).
    ``hang_up_after_s``: after the keys (None: the other side ends it). ``when_registered``: awaited once the agents'
    phones are registered, before the caller dials.
    """

    number: str
    keys: str = ""
    pbx: Address = ("127.0.0.1", 5060)
    cli: str | None = "07700900123"
    agents: tuple[Credentials, ...] = ()
    answer_after_s: float = 1.0
    talk_s: float | None = None
    hang_up_after_s: float | None = None
    when_registered: Callable[[], Awaitable[None]] | None = None


async def place_call(plan: CallPlan) -> AsyncGenerator[PhoneEvent, None]:
    """Place the call, and yield what the phones see until it has ended.

    ``RequestError`` for keys that are none, ``NotLoopback`` for a PBX elsewhere, ``RegistrationRefused`` for an agent's
    account. Close the iterator (``contextlib.aclosing``) to hang up early.
    """
    steps = parse_keys(plan.keys)
    async with contextlib.AsyncExitStack() as phones:
        agents = [await phones.enter_async_context(_agent_phone(who, plan)) for who in plan.agents]
        if plan.when_registered is not None:
            await plan.when_registered()
        caller = await phones.enter_async_context(Caller())
        call = await caller.call(f"sip:{plan.number}@{plan.pbx[0]}:{plan.pbx[1]}", cli=plan.cli)
        keying = asyncio.create_task(_key_all(call, steps, plan.hang_up_after_s), name="ivr call keys")
        try:
            async for event in _watch(call, agents, keying):
                yield event
        finally:
            keying.cancel()
            await asyncio.gather(keying, return_exceptions=True)


def _agent_phone(who: Credentials, plan: CallPlan) -> AgentPhone:
    """A phone that answers."""
    script = Script.answer(plan.answer_after_s, hang_up_after_s=plan.talk_s)
    return AgentPhone(who.username, who.password, plan.pbx, scripts=(script,))


async def _watch(
    call: OutgoingCall, agents: list[AgentPhone], keying: asyncio.Task[None]
) -> AsyncGenerator[PhoneEvent, None]:
    """News of the caller's phone and the agents', until the call has ended and all is told."""
    began_at = call.marks[0].at
    caller = _Teller(CALLER, call, began_at)
    tellers: dict[int, _Teller] = {}
    while True:
        over = call.ending is not None
        for agent in agents:
            for ring in agent.rings:
                tellers.setdefault(id(ring), _Teller(agent.number, ring, began_at))
        news = [event for teller in (caller, *tellers.values()) for event in teller.news()]
        for event in sorted(news, key=lambda event: event.at_s):
            yield event
        if over:
            return
        if keying.done():
            keying.result()
        await _next_look(call)


async def _next_look(call: Call) -> None:
    """Until something happened to the call, or a moment has passed."""
    known = len(call.marks)
    with contextlib.suppress(TimeoutError):
        await call.watch.until(lambda: len(call.marks) > known, LOOK_S, "news")


class _Teller:
    """Puts one call's marks and audio into events; each once."""

    def __init__(self, who: str, call: Call, began_at: float) -> None:
        """``began_at``: the moment from which events count."""
        self._who = who
        self._call = call
        self._began_at = began_at
        self._told = 0
        self._speaking_since: float | None = None

    def news(self) -> Iterator[PhoneEvent]:
        """What has happened since the last time."""
        marks = self._call.marks
        while self._told < len(marks):
            mark = marks[self._told]
            self._told += 1
            yield from self._event_of(mark)
        if self._call.ending is None:
            yield from self._audio()

    def _event_of(self, mark: Mark) -> Iterator[PhoneEvent]:
        """The event of one mark; some marks are for machines only."""
        if mark.name == "ended" and self._call.ending is not None:
            yield self._event(mark.at, "ended", _in_words(self._call.ending), self._call.ending)
        elif mark.name == "invite":
            yield self._event(mark.at, "calling" if self._who == CALLER else "is called")
        elif mark.name in _WHAT:
            yield self._event(mark.at, _WHAT[mark.name])
        elif mark.name == "keyed":
            yield self._event(mark.at, "keyed", mark.detail)

    def _audio(self) -> Iterator[PhoneEvent]:
        """Did something begin or cease to be heard?"""
        now = time.monotonic()
        if self._speaking_since is None and _is_sounding(self._call, LISTENED_S):
            self._speaking_since = now
            yield self._event(now, "sound")
        elif self._speaking_since is not None and not _is_sounding(self._call, QUIET_S):
            yield self._event(now, "quiet", f"after {now - QUIET_S - self._speaking_since:.1f} s")
            self._speaking_since = None

    def _event(self, at: float, what: str, detail: str = "", ending: Ending | None = None) -> PhoneEvent:
        """An event of this phone."""
        return PhoneEvent(at - self._began_at, self._who, what, detail, ending)


_WHAT = {
    "100": "trying",
    "180": "ringing",
    "183": "early media",
    "200": "answered",
    "held": "holds",
    "resumed": "resumes",
}


def _in_words(ending: Ending) -> str:
    """How a call ended, for people."""
    whose = "by us" if ending.by == "us" else "by the other side"
    words = {"bye": "hung up", "cancel": "given up", "refused": f"refused with {ending.status}", "failed": "no answer"}
    words["expired"] = "given up: the session timer ran out,"
    cause = f", cause {ending.cause}" if ending.cause else ""
    return f"{words[ending.how]} {whose}{cause}"


def _is_sounding(call: Call, within_s: float) -> bool:
    """Was there something to be heard in the last ``within_s``?"""
    now_s = call.heard.at(time.monotonic())
    return call.heard.level_dbfs(now_s - within_s, now_s) > AUDIBLE_DBFS


async def _key_all(call: OutgoingCall, steps: tuple[Step, ...], hang_up_after_s: float | None) -> None:
    """Do each step once the call is answered; its end ends this too."""
    with contextlib.suppress(CallEnded):
        if not await _is_answered(call):
            return
        for step in steps:
            if isinstance(step, Digits):
                await call.key(step.digits)
                call.marks.note("keyed", step.shown)
            else:
                await _wait(call, step)
        if hang_up_after_s is not None:
            await _pass(call, hang_up_after_s)
            await call.hang_up()


async def _is_answered(call: OutgoingCall) -> bool:
    """Wait for the answer; whoever is never answered gives up."""
    try:
        await call.answered(ANSWER_LIMIT_S)
    except TimeoutError:
        await call.hang_up()
        return False
    return True


async def _wait(call: Call, step: Wait) -> None:
    """One wait; when its limit comes first, that is all right too."""
    if step is Wait.SECOND:
        await _pass(call, 1.0)
    elif step is Wait.SOUND:
        await _pass(call, SETTLE_S)
        await _look_until(call, sounding=True, within_s=LISTENED_S, limit_s=SOUND_LIMIT_S)
    else:
        await _look_until(call, sounding=True, within_s=LISTENED_S, limit_s=SOUND_LIMIT_S)
        await _look_until(call, sounding=False, within_s=QUIET_S, limit_s=QUIET_LIMIT_S)


async def _look_until(call: Call, *, sounding: bool, within_s: float, limit_s: float) -> None:
    """Listen again and again until it is as wanted, or the limit has come."""
    give_up_at = time.monotonic() + limit_s
    while _is_sounding(call, within_s) != sounding and time.monotonic() < give_up_at:
        await _pass(call, LOOK_S)


async def _pass(call: Call, seconds: float) -> None:
    """Let time pass; ``CallEnded`` if the call ends meanwhile."""
    with contextlib.suppress(TimeoutError):
        await call.until(lambda: False, seconds, "time passing")
