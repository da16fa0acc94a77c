"""A talk's recording on a PBX in virtual time: what is asked of Asterisk, when, and what is told (R-REC-1)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ivr.acd.recording import Found
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.recordings import Quiet, RecordingRow, Why, Wishes
from ivr.domain.talking import Command, Done, Hold, Impossible, Retrieve, Silence
from tests.unit.acd.world import GENERALIST
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, LINES, SmallHelpline
from tests.unit.virtual_time import run_virtual


class Kept:
    """Keeps recordings in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, RecordingRow] = {}
        self.wishes = Wishes()
        self.may_record = True
        self.tries = 0
        self.ended: list[tuple[RecordingRow, Why | None]] = []
        self.steps: list[str] = []
        self._watching: list[Callable[[], None]] = []

    def watch(self, news: Callable[[], None]) -> Callable[[], None]:
        """Whom to wake."""
        self._watching.append(news)
        return lambda: self._watching.remove(news)

    def turn(self, *, may_record: bool) -> None:
        """There is room, or there is none."""
        self.may_record = may_record
        for news in self._watching:
            news()

    async def found(self, call_id: CallId) -> Found:
        """What there is."""
        del call_id
        return Found(self.wishes, tuple(self.rows.values()))

    async def wish(self, call_id: CallId, wishes: Wishes) -> None:
        """Kept."""
        del call_id
        self.wishes = wishes

    async def began(self, row: RecordingRow) -> None:
        """A file."""
        self.rows[row.recording_id] = row

    changed = began

    def finish(self, row: RecordingRow, why: Why | None) -> None:
        """Ended."""
        self.rows[row.recording_id] = replace(row, ended_at=row.began_at)
        self.ended.append((row, why))

    def failed(self) -> None:
        """Asterisk would not."""
        self.steps.append("failed")

    def note(self, call_id: CallId, step: str, **data: str) -> None:
        """A step."""
        del call_id, data
        self.steps.append(step)


Told = Callable[[SmallHelpline, Kept], Coroutine[Any, Any, None]]


def _recorded(story: Told, kept: Kept | None = None) -> None:
    """A caller talks with an agent of GICH on a line that is recorded."""

    async def told() -> None:
        line, keeper = SmallHelpline(), kept or Kept()
        general = replace(LINES["03069990100"], record=True)
        line.services = replace(line.services, recordings=keeper, line_of={**LINES, "03069990100": general}.get)
        line.switchboard._services = lambda: line.services
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        await story(line, keeper)
        await line.over()

    run_virtual(told())


async def _ask(line: SmallHelpline, wish: Silence | Hold | Retrieve, by: AgentId = GENERALIST) -> object:
    return await line.switchboard.command(line.call().call_id, Command(wish, by, "agent"))


def _to_asterisk(line: SmallHelpline) -> list[str]:
    """What was asked of recordings, in order."""
    return [
        f"{one.method} {one.path.rpartition('/')[2]}"
        for one in line.pbx.asked
        if one.path.startswith("recordings/live/") or one.path.endswith("/record")
    ]


def test_nothing_is_asked_before_the_two_are_connected() -> None:
    """R-REC-1: recording begins once caller and agent hear each other, and ends with the talk; the rest of the call's
    way is the same, request for request, as without it.
    """

    async def story(line: SmallHelpline, kept: Kept) -> None:
        paths = [one.path for one in line.pbx.asked]
        record = next(n for n, path in enumerate(paths) if path.endswith("/record"))
        assert any(path.endswith("/addChannel") for path in paths[:record])
        assert kept.steps == ["recording_begun"]
        line.pbx.hangs_up("c1")
        await line.until(lambda: kept.ended)
        assert _to_asterisk(line) == ["POST record", "POST stop"]
        assert kept.ended[0][1] is None

    _recorded(story)


def test_a_check_and_the_agents_own_mute_nest() -> None:
    """R-REC-1: neither ends the other's silence; Asterisk is asked once for each."""

    async def story(line: SmallHelpline, kept: Kept) -> None:
        assert await _ask(line, Silence("check", on=True), AgentId(0)) == Done()
        assert await _ask(line, Silence("muted", on=True)) == Done()
        assert await _ask(line, Silence("muted", on=False)) == Done()
        assert kept.rows.popitem()[1].is_quiet is Quiet.CHECK
        assert _to_asterisk(line) == ["POST record", "POST mute"]
        await _ask(line, Silence("check", on=False), AgentId(0))
        assert _to_asterisk(line)[2:] == ["DELETE mute"]

    _recorded(story)


def test_a_second_silence_is_in_another_file() -> None:
    """Asterisk silences a recording once: then another is begun, which never has what is said."""

    async def story(line: SmallHelpline, kept: Kept) -> None:
        for on in (True, False, True):
            await _ask(line, Silence("muted", on=on))
        asked = ["POST record", "POST mute", "DELETE mute", "POST stop", "POST record", "POST mute"]
        assert _to_asterisk(line) == asked
        assert [row.part for row in kept.rows.values()] == [1, 2]

    _recorded(story)


def test_on_hold_and_paused_nothing_is_recorded() -> None:
    """Neither ends the other's; a check that begins meanwhile is silent when both have ended."""

    async def story(line: SmallHelpline, kept: Kept) -> None:
        await _ask(line, Silence("paused", on=True))
        await _ask(line, Hold())
        await _ask(line, Silence("paused", on=False))
        await _ask(line, Silence("check", on=True), AgentId(0))
        await _ask(line, Retrieve())
        await asyncio.sleep(0.1)
        assert _to_asterisk(line) == ["POST record", "POST pause", "POST mute", "DELETE pause"]
        assert [one.kind for one in kept.rows.popitem()[1].quiet] == [Quiet.CUT, Quiet.HELD, Quiet.CHECK]

    _recorded(story)


def test_whom_the_phone_holds_hears_music_that_is_not_recorded() -> None:
    """Asterisk plays none itself in a bridge that is recorded: it begins once nothing is written, and ends before."""

    async def story(line: SmallHelpline, _kept: Kept) -> None:
        leg, begun = line.pbx.legs()[0], len(line.pbx.asked)
        line.pbx.holds(leg)
        await asyncio.sleep(0.1)
        line.pbx.retrieves(leg)
        await asyncio.sleep(0.1)
        asked = [f"{one.method} {one.path.rpartition('/')[2]}" for one in line.pbx.asked[begun:]]
        wanted = [one for one in asked if one.endswith(("pause", "moh"))]
        assert wanted == ["POST pause", "POST moh", "DELETE moh", "DELETE pause"]

    _recorded(story)


def test_what_is_asked_before_counts_from_the_first_sound() -> None:
    """A recording that begins while a check is open is silent from its beginning."""

    async def story(line: SmallHelpline, kept: Kept) -> None:
        assert _to_asterisk(line) == ["POST record", "POST mute"]
        assert [one.at_ms for one in kept.rows.popitem()[1].quiet] == [0]

    kept = Kept()
    kept.wishes = Wishes(check=True)
    _recorded(story, kept)


def test_without_room_the_call_goes_on_and_with_room_it_is_recorded_again() -> None:
    """R-REC-2: the file ends and says why; another begins."""

    async def story(line: SmallHelpline, kept: Kept) -> None:
        kept.turn(may_record=False)
        await line.until(lambda: kept.ended)
        assert kept.ended[0][1] is Why.NO_ROOM
        assert line.call().state is CallState.TALKING
        kept.turn(may_record=True)
        await line.until(lambda: len(kept.rows) == 2)

    _recorded(story)


def test_a_fault_ends_the_recording_and_never_the_call() -> None:
    """R-REC-2: what Asterisk does not do is tried again once there is reason to, not in a loop; and what cannot be
    silenced is ended at once.
    """

    async def story(line: SmallHelpline, kept: Kept) -> None:
        line.pbx.broken = lambda asked: asked.path.endswith(("/mute", "/record"))
        await _ask(line, Silence("check", on=True), AgentId(0))
        assert kept.ended[0][1] is Why.FAULT
        asked = len(_to_asterisk(line))
        await asyncio.sleep(5)
        assert len(_to_asterisk(line)) == asked
        assert (line.call().state, kept.steps[-1]) == (CallState.TALKING, "failed")
        line.pbx.broken = lambda _asked: False
        kept.tries += 1
        kept.turn(may_record=True)
        await line.until(lambda: len(kept.rows) == 2)
        assert list(kept.rows.values())[1].is_quiet is Quiet.CHECK

    _recorded(story)


def test_a_direct_line_is_never_recorded() -> None:
    """R-REC-1: whatever is asked of it."""

    async def told() -> None:
        line, kept = SmallHelpline(), Kept()
        line.services = replace(line.services, recordings=kept)
        line.switchboard._services = lambda: line.services
        line.agent(AgentId(1), Phone())
        line.caller_arrives(dnis=DIRECT)
        await line.until_call(CallState.TALKING)
        refused = await _ask(line, Silence("muted", on=True), line.call().agent_id or AgentId(0))
        assert isinstance(refused, Impossible)
        assert refused.error_id == "recording.none"
        assert not kept.rows
        await line.over()

    run_virtual(told())
