"""Closed: turned away in both languages; who waits when the line closes is still served while anybody is there."""

from __future__ import annotations

from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState
from ivr.domain.opening import Doors
from tests.unit.acd.world import GENERALIST
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import run_virtual


def _turned_away(doors: Doors) -> list[str]:
    heard: list[str] = []

    async def story() -> None:
        line = SmallHelpline()
        line.doors = doors
        line.caller_arrives()
        await line.until(lambda: not line.switchboard.calls_up)
        assert line.call().end is CallEnd.CLOSED
        assert line.call().first_waiting_at is None
        heard.extend(line.heard())
        await line.over()

    run_virtual(story())
    return heard


def test_outside_opening_hours_the_message_is_heard_in_both_languages() -> None:
    """R-LINE-5: answered, told, ended; counted as closed."""
    assert _turned_away(Doors.CLOSED) == ["en/closed", "cy/closed"]


def test_on_a_public_holiday_the_message_says_so() -> None:
    """R-LINE-5."""
    assert _turned_away(Doors.HOLIDAY) == ["en/closed-holiday", "cy/closed-holiday"]


def test_who_waits_at_closing_time_is_served_while_anybody_eligible_is_logged_in() -> None:
    """R-LINE-5: still waiting long after closing, and put through."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, available=False)
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        line.doors = Doors.CLOSED
        line.store.position = 1

        await line.until(lambda: line.heard().count("en/waiting-next") > 2)
        line.ask(GENERALIST, AgentState.AVAILABLE)
        await line.until_call(CallState.TALKING)
        await line.over()
        assert line.call().end is CallEnd.ANSWERED

    run_virtual(story())


def test_once_nobody_is_left_the_closed_message_ends_the_wait() -> None:
    """R-LINE-5: nobody eligible is logged in any more: told in both languages, counted as closed."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        line.doors = Doors.CLOSED
        line.store.position = None
        await line.until(lambda: not line.switchboard.calls_up)
        assert line.heard()[-2:] == ["en/closed-while-waiting", "cy/closed-while-waiting"]
        assert line.call().end is CallEnd.CLOSED
        await line.over()

    run_virtual(story())
