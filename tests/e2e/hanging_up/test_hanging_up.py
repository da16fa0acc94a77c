"""The caller hangs up: at every step, while it rings, and just as the agent answers."""

from __future__ import annotations

import asyncio

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.story import Call, Story

JANE = "120000000019"


async def _at_once(story: Story) -> Call:
    return await story.call()


async def _in_the_greeting(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.hears("greeting")
    return call


async def _at_the_scin(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.key("1")
    await call.hears("ask-scin")
    return call


async def _halfway_through_the_scin(story: Story) -> Call:
    call = await _at_the_scin(story)
    await call.key("12000")
    return call


async def _while_waiting(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await call.is_in("waiting")
    return call


@pytest.mark.parametrize(
    ("step", "end"),
    [
        (_at_once, "abandoned_menu"),
        (_in_the_greeting, "abandoned_menu"),
        (_at_the_scin, "abandoned_menu"),
        (_halfway_through_the_scin, "abandoned_menu"),
        (_while_waiting, "abandoned_queue"),
    ],
)
async def test_at_every_step(story: Story, step: object, end: str) -> None:
    """R-WAIT-5: the call ends, once, and counts where it was abandoned."""
    call = await step(story)  # type: ignore[operator]
    await call.hang_up()
    if call.row() is not None or step is not _at_once:
        await call.is_in("ended")
        assert call.row().end == end


async def test_while_it_rings_the_ringing_stops_and_idle_time_is_kept(story: Story) -> None:
    """R-WAIT-5: the agent is Available again with the idle time they had."""
    owner = await story.agent("7001")
    idle = "SELECT idle_since FROM agent_live WHERE staff_number = '7001'"
    before = story.line.rows(idle)[0].idle_since
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ringing = await owner.rung()
    await call.hang_up()
    assert (await ringing.ended(3)).how == "cancel"
    await owner.is_in("available")
    assert story.line.rows(idle)[0].idle_since == before
    assert call.offers() == [("7001", "agent:1", "caller_gone")]
    await call.is_in("ended")
    assert call.row().end == "abandoned_queue"


async def test_in_talk(story: Story) -> None:
    """R-STATE-4: the agent's phone is released, and the agent is in After Call Work."""
    owner = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ringing = await owner.rung()
    await owner.is_in("on_call")
    await call.hang_up()
    assert (await ringing.ended(3)).by == "them"
    await owner.is_in("after_call_work")


@pytest.mark.parametrize("late_ms", [0, 2, 5, 10, 20, 40])
async def test_hanging_up_as_the_agent_answers_leaves_nobody_stuck(story: Story, late_ms: int) -> None:
    """R-WAIT-6: whichever the PBX delivers first decides: answered and After Call Work, or abandoned and Available."""
    owner = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ringing = await owner.rung()
    owner.phone.answer()
    await asyncio.sleep(late_ms / 1000)
    await call.hang_up()
    await call.is_in("ended")
    await ringing.ended(5)
    outcome = (call.row().end, call.offers()[0][2])
    assert outcome in {("answered", "answered"), ("abandoned_queue", "caller_gone")}
    await owner.is_in("after_call_work" if outcome[0] == "answered" else "available")
