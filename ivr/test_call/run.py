"""`ivr call`: one call from dialling to its end, its phones and its desks, and what is said of it meanwhile.

Enters: what was asked for on the command line, and a running installation. Leaves: `Line` after `Line` to ``show``, and
a `Verdict`. Whatever happens, the phones hang up and whom we logged in is logged out again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import aiohttp

from ivr.errors import RequestError
from ivr.settings import Settings
from ivr.softphone.digest import Credentials
from ivr.softphone.keys import parse_keys
from ivr.softphone.place_call import CallPlan, place_call
from ivr.test_call.desk import Desk, connection_to, log_in
from ivr.test_call.timeline import HOLD_S, Line, Timeline
from ivr.test_call.words import ENDS, Words
from ivr.voice.prompts import Prompts
from ivr.web.event_models import LiveEvent, Snapshot

LEADER: Final = "7101"
"""The sample team leader as whom the journey is followed."""
LOOK_S: Final = 0.1
END_LIMIT_S: Final = 3.0
"""So long after the caller's end the service may take to note it."""
LEFT_ALONE_S: Final = 30.0
"""So long after an agent's phone has hung up, and no other rings, the caller hangs up too."""
_NUMBER: Final = re.compile(r"\+?[0-9]{1,15}")

Show = Callable[[Line], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. ``answer``: staff numbers; ``talk_s``: after so long whoever answered hangs up.

    ``hang_up_after_s``: the caller hangs up so long after the last key; None: never.
    """

    number: str
    keys: str = ""
    cli: str = "07700900123"
    answer: tuple[str, ...] = ()
    answer_after_s: float = 1.0
    talk_s: float = 5.0
    hang_up_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How it went: ``well`` when whoever was to answer did, or, with nobody named, when the service served the call."""

    well: bool
    words: str


async def run(ours: Settings, wanted: Wanted, show: Show) -> Verdict:
    """Place the call and tell it.

    ``RequestError``: wrong keys, numbers or staff numbers; ``PrerequisiteError``: the service is not there.
    """
    wanted = _checked(wanted)
    if not ours.pbx.has_test_line:
        raise RequestError(f"SIP is at {ours.sip_address}: the test line exists only while it is on loopback alone.")
    words = Words(Prompts.load(ours.prompts_dir))
    timeline = Timeline(words, wanted.cli, wanted.answer)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(connection_to(ours.web_url))
        leader = await _sit_down(stack, http, LEADER, ours.sample_password)
        events = await stack.enter_async_context(aclosing(leader.follow()))
        words.names = _staff(await anext(events))
        desks = await _answering(stack, http, wanted.answer, words, ours.sample_password)
        if leader.ours and LEADER not in wanted.answer:
            await leader.ask("logged_out")  # who only looks is no agent that a caller may hope for
        clock = _Clock()
        async with _telling(timeline, events, clock, show):
            await _call(_plan(ours, wanted, desks), timeline, clock)
        return _verdict(wanted, timeline, words)


def _checked(wanted: Wanted) -> Wanted:
    """Refuse what cannot be dialled, before anybody is logged in."""
    parse_keys(wanted.keys)
    for what, number in (("NUMBER", wanted.number), ("--cli", wanted.cli)):
        if _NUMBER.fullmatch(number) is None:
            raise RequestError(f"{what}: found {number!r}, expected digits, e.g. 03069990100")
    return wanted


def _staff(event: LiveEvent) -> dict[str, str]:
    """Everybody's name by staff number, from the first message."""
    first = event.root
    agents = first.agents if isinstance(first, Snapshot) else None
    return {agent.staff_number: agent.name for agent in agents or ()}


async def _sit_down(stack: AsyncExitStack, http: aiohttp.ClientSession, staff: str, password: str) -> Desk:
    """Log in until the end of the call."""
    desk = await log_in(http, staff, password)
    stack.push_async_callback(desk.leave)
    return desk


async def _answering(
    stack: AsyncExitStack, http: aiohttp.ClientSession, answer: tuple[str, ...], words: Words, password: str
) -> list[Desk]:
    """A desk for each who is to answer."""
    unknown = [staff for staff in answer if staff not in words.names]
    if unknown:
        raise RequestError(
            f"--answer: nobody has the staff number {unknown[0]}. There are: {', '.join(sorted(words.names))}"
        )
    return [await _sit_down(stack, http, staff, password) for staff in answer]


def _plan(ours: Settings, wanted: Wanted, desks: list[Desk]) -> CallPlan:
    """What the phones do; the agents become Available when their phones are there, before the caller dials."""

    async def make_available() -> None:
        for desk in desks:
            await desk.ask("available")

    return CallPlan(
        wanted.number,
        wanted.keys,
        pbx=(ours.sip_address, ours.sip_port),
        cli=wanted.cli,
        agents=tuple(Credentials(staff, ours.sample_password) for staff in wanted.answer),
        answer_after_s=wanted.answer_after_s,
        talk_s=wanted.talk_s if wanted.hang_up_after_s is None else None,
        hang_up_after_s=wanted.hang_up_after_s,
        when_registered=make_available,
    )


class _Clock:
    """Seconds since the caller dialled; 0 before."""

    def __init__(self) -> None:
        self._began: float | None = None

    def start(self) -> None:
        self._began = time.monotonic()

    def now_s(self) -> float:
        return 0.0 if self._began is None else time.monotonic() - self._began


async def _call(plan: CallPlan, timeline: Timeline, clock: _Clock) -> None:
    """The phones' part, and a moment for the service to note the end."""
    answering = {who.username for who in plan.agents}
    async with _hanging_up() as limit, aclosing(place_call(plan)) as phones:
        async for event in phones:
            if event.who in answering:
                limit.reschedule(asyncio.get_running_loop().time() + LEFT_ALONE_S if event.what == "ended" else None)
            if event.what == "calling":
                clock.start()
                timeline.dialled(datetime.now(UTC))
                timeline.say(0.0, event.who, f"dials {plan.number} as {plan.cli}")
                for who in plan.agents:
                    timeline.say(0.0, who.username, "is Available, with a phone that will answer")
            timeline.phone(event)
    give_up_at = time.monotonic() + END_LIMIT_S
    while timeline.end is None and time.monotonic() < give_up_at:  # noqa: ASYNC110 - the time line is pure: no events
        await asyncio.sleep(LOOK_S)
    await asyncio.sleep(HOLD_S)


@asynccontextmanager
async def _hanging_up() -> AsyncIterator[asyncio.Timeout]:
    """A limit for the caller, who hangs up when it has come; none at first."""
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as limit:
            yield limit


@asynccontextmanager
async def _telling(
    timeline: Timeline, events: AsyncIterator[LiveEvent], clock: _Clock, show: Show
) -> AsyncIterator[None]:
    """Meanwhile, put what the service tells on the time line, and show what is due; the rest at the end."""

    async def listen() -> None:
        async for event in events:
            timeline.service(event)

    async def tell() -> None:
        while True:
            _show_all(timeline.ready(clock.now_s()), show)
            await asyncio.sleep(LOOK_S)

    tasks = [asyncio.create_task(listen(), name="events"), asyncio.create_task(tell(), name="teller")]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        _show_all(timeline.rest(), show)
        for end in ends:
            if isinstance(end, Exception):
                raise end


def _show_all(lines: list[Line], show: Show) -> None:
    for line in lines:
        show(line)


def _verdict(wanted: Wanted, timeline: Timeline, words: Words) -> Verdict:
    """Did the call get where it was to get?"""
    if timeline.call_id is None:
        return Verdict(well=False, words="The service had no such call; its log and Asterisk's may say why.")
    if wanted.answer:
        who = " or ".join(words.agent(staff) for staff in wanted.answer)
        answered_by = timeline.talked_with
        if answered_by in wanted.answer:
            return Verdict(well=True, words=f"The call reached {words.agent(answered_by)}.")
        return Verdict(well=False, words=f"The call did not reach {who}.")
    if timeline.end in {"unknown_number", "fault", None}:
        return Verdict(well=False, words=f"Not served: {ENDS.get(timeline.end or '', 'the service notes no end')}.")
    return Verdict(well=True, words=f"The call has ended: {ENDS.get(timeline.end or '', timeline.end)}.")
