"""Waiting: who gets which call, and in what order."""

from __future__ import annotations

import asyncio

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import audible_share
from tests.e2e.story import Call, Story

JANE, PETER, NORA = "120000000019", "120000000035", "120000000051"


async def _call_about(story: Story, scin: str) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + scin)
    return call


async def test_everyone_is_busy_then_one_becomes_free(story: Story) -> None:
    """R-WAIT-1, R-RONA-4: the caller waits with music, and is offered the moment the owner is Available."""
    owner = await story.agent("7001", available=False)
    call = await _call_about(story, JANE)
    await call.is_in("waiting")
    start = call.sip.heard.seconds
    await story.until(lambda: call.sip.heard.seconds > start + 5, "five seconds of waiting")
    assert audible_share(call.sip.heard, start + 1, start + 5) > 0.5
    await owner.available()
    await owner.rung(1)
    owner.phone.answer()
    await owner.is_in("on_call")
    await call.hang_up()


async def test_nobody_logged_in_hears_that_nobody_is_free(story: Story) -> None:
    """R-RONA-4: without anybody eligible logged in the announcement says so, and the call keeps waiting."""
    call = await _call_about(story, JANE)
    await call.hears("nobody-free-now")
    assert call.row().state == "waiting"
    await call.hang_up()
    await call.is_in("ended")
    assert call.row().end == "abandoned_queue"


async def test_a_case_without_owner_goes_to_its_team(story: Story) -> None:
    """R-CASE-7: nobody owns it: the next available of the team recorded on the case."""
    colleague = await story.agent("7003")
    call = await _call_about(story, NORA)
    await colleague.rung()
    assert call.offers() == [("7003", "team:Maintenance 2", "ringing")]
    await call.hang_up()


async def test_next_available_is_who_has_been_available_longest(story: Story) -> None:
    """R-CASE-8: of two in the team the one Available longer rings."""
    second = await story.agent("7001", available=False)
    first = await story.agent("7002")
    await second.available()
    call = await _call_about(story, "120000000019")
    await second.rung()  # the owner comes first
    other = await (await story.call()).answered()
    await other.key("1" + PETER)
    await first.rung()
    await call.hang_up()
    await other.hang_up()


async def test_two_calls_for_one_agent_one_rings_the_other_waits(story: Story) -> None:
    """R-RONA-1: one offer at a time; the second is offered when the first is done and the agent Available."""
    owner = await story.agent("7001", Script.answer(0.2))
    one, two = await asyncio.gather(_call_about(story, JANE), _call_about(story, JANE))
    await owner.is_in("on_call")
    assert len(owner.phone.rings) == 1
    talking = next(call for call in (one, two) if call.row().state == "talking")
    waiting = two if talking is one else one
    assert waiting.row().state == "waiting"
    await talking.hang_up()
    await owner.is_in("after_call_work")
    assert len(owner.phone.rings) == 1
    await owner.available()
    await waiting.is_in("talking")
    await waiting.hang_up()


async def test_an_agents_own_case_comes_before_a_longer_wait(story: Story) -> None:
    """R-WAIT-4: own-case calls first, then the longest waiting."""
    agent = await story.agent("7002", available=False)
    longer = await _call_about(story, JANE)
    await longer.is_in("waiting")
    own = await _call_about(story, PETER)
    await own.is_in("waiting")
    await agent.available()
    await agent.rung()
    assert (own.row().state, longer.row().state) == ("ringing", "waiting")
    agent.phone.answer()
    await own.is_in("talking")
    await own.hang_up()
    await agent.is_in("after_call_work")
    await agent.available()
    await longer.is_in("ringing")
    await longer.hang_up()


async def test_overflow_opens_gich(story: Story) -> None:
    """R-WAIT-1: after the overflow time the last column's scope is open too."""
    gich = await story.agent("7008")
    call = await _call_about(story, JANE)
    await call.is_in("waiting")
    assert gich.phone.rings == []
    await gich.rung(8)
    assert call.offers() == [("7008", "segment:GICH", "ringing")]
    query = "SELECT first_waiting_at, overflow_at FROM call WHERE call_id = :call_id"
    (row,) = story.line.rows(query, call_id=call.row().call_id)
    (offer,) = story.line.rows("SELECT made_at FROM offer WHERE call_id = :call_id", call_id=call.row().call_id)
    assert offer.made_at >= row.overflow_at > row.first_waiting_at
    await call.hang_up()
