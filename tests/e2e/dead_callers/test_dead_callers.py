"""Callers whose device dies: nobody hangs up, and no BYE will ever come. Source: RFC 4028 (session timers).

90 s is the least interval there is. Asterisk asks at half of it, and gives up 32 s later: so long this story lasts.
"""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.phones import hear_each_other
from tests.e2e.story import Agent, Call, Story

JANE, NORA = "120000000019", "120000000051"
GONE_S = 100.0
"""Half of 90 s, twice the 16 s after which nobody answers any more, and the rest for a busy machine."""
POLL_S = 0.3


async def _call_about(story: Story, scin: str, *, session_timer: bool = True) -> Call:
    call = await story.call(session_timer=session_timer)
    await call.answered()
    await call.key("1" + scin)
    return call


async def _talking(story: Story, staff: str, scin: str, *, session_timer: bool = True) -> tuple[Agent, Call]:
    agent = await story.agent(staff, Script.answer(0.1))
    call = await _call_about(story, scin, session_timer=session_timer)
    await agent.is_in("on_call")
    return agent, call


@pytest.mark.slow
async def test_who_died_is_gone_within_the_interval_and_who_lives_stays(story: Story) -> None:
    """R-WAIT-5, R-STATE-4: waiting or in a talk; the agent is in After Call Work, nobody is offered a dead line.

    Beside them a caller whose phone knows no session timers talks on, and one who waits keeps their place.
    """
    other, plain = await _talking(story, "7003", NORA, session_timer=False)
    agent, dead_in_talk = await _talking(story, "7001", JANE)
    dead_in_queue = await _call_about(story, JANE)
    await dead_in_queue.is_in("waiting")
    alive_in_queue = await _call_about(story, JANE)
    await alive_in_queue.is_in("waiting")
    dead_in_talk.sip.vanish()
    dead_in_queue.sip.vanish()
    assert (_waiting(story), agent.state) == (2, "on_call"), "nobody knows yet"
    await story.until(lambda: _gone(dead_in_talk) and _gone(dead_in_queue), "both gone", GONE_S, POLL_S)
    assert agent.state == "after_call_work"
    assert (dead_in_queue.row().end, dead_in_queue.offers()) == ("abandoned_queue", [])
    assert _waiting(story) == 1, "the queue's row has ended"
    assert plain.sip.marks.first("update") is not None, "Asterisk asked the plain phone, and it answered"
    await hear_each_other(plain.sip, other.phone.rings[-1])
    await agent.available()
    await alive_in_queue.is_in("talking")
    await hear_each_other(alive_in_queue.sip, agent.phone.rings[-1])
    for call in (plain, alive_in_queue):
        await call.hang_up()


def _gone(call: Call) -> bool:
    return str(call.row().state) == "ended"


def _waiting(story: Story) -> int:
    """How many wait in all queues."""
    return len(story.line.rows("SELECT call_id FROM call WHERE state = 'waiting'"))
