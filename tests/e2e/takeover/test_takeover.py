"""The service is killed and started again while calls are up: nobody is cut off, and nobody loses their place."""

from __future__ import annotations

import asyncio

import pytest

from ivr.softphone.agent_phone import Script
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import audible_share, tone_heard
from tests.e2e.helpline import UP_LIMIT_S
from tests.e2e.story import Agent, Call, Story
from tests.e2e.takeover.away import service_away, start_beside

JANE, PETER = "120000000019", "120000000035"
CALLER_HZ, AGENT_HZ = 600, 900


async def _call_about(story: Story, scin: str) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + scin)
    return call


async def _talk(story: Story) -> tuple[Agent, Call, IncomingCall]:
    """Jane talks to the owner of her case."""
    owner = await story.agent("7001", Script.answer(0.2, tone_hz=AGENT_HZ))
    call = await _call_about(story, JANE)
    ringing = await owner.rung()
    await owner.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    await _hear_each_other(story, call, ringing)
    return owner, call, ringing


async def _hear_each_other(story: Story, call: Call, ringing: IncomingCall) -> None:
    """Whatever was before: from now on both hear the other, for a second at least."""
    start, agents_start = call.sip.heard.seconds, ringing.heard.seconds
    await story.until(lambda: call.sip.heard.seconds > start + 1 and ringing.heard.seconds > agents_start + 1, "sound")
    await story.until(lambda: tone_heard(call.sip.heard, AGENT_HZ, *_last_second(call)), "the caller hears", 3)
    await story.until(lambda: tone_heard(ringing.heard, CALLER_HZ, *_last_second(ringing)), "the agent hears", 3)


def _last_second(phone: Call | IncomingCall) -> tuple[float, float]:
    end = phone.sip.heard.seconds if isinstance(phone, Call) else phone.heard.seconds
    return end - 1, end


async def _music(story: Story, call: Call) -> None:
    """Whatever was before: from now on the caller hears music."""
    start = call.sip.heard.seconds
    await story.until(lambda: call.sip.heard.seconds > start + 1, "sound")
    await story.until(lambda: audible_share(call.sip.heard, *_last_second(call)) > 0.8, "music", 3)


async def test_a_caller_in_the_menu_is_asked_again_and_goes_on(story: Story) -> None:
    """The menu resumes; what is keyed after that counts (R-MENU-2, R-CASE-2)."""
    owner = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.hears("greeting")
    call_id = call.row().call_id
    async with service_away(story.line):
        pass
    await story.until(lambda: call.journey().count("played") > 1, "the menu is played again")
    await call.key("1" + JANE)
    await owner.rung()
    assert call.row().call_id == call_id
    assert call.offers() == [("7001", "agent:1", "ringing")]
    await call.hang_up()


async def test_a_caller_asked_for_the_scin_is_asked_for_it_again(story: Story) -> None:
    """The menu resumes at its last question: option 1 need not be chosen twice (R-CASE-1)."""
    owner = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.key("1")
    await call.hears("ask-scin")
    await story.until(lambda: call.row().menu_choice == "1", "the choice is written")
    async with service_away(story.line):
        pass
    await story.until(lambda: call.journey().count("played") > 2, "the SCIN is asked for again")
    await call.key(JANE)
    await owner.rung()
    await call.hang_up()


async def test_who_waits_keeps_time_and_place_and_hears_music_again(story: Story) -> None:
    """R-WAIT-1, R-WAIT-4: the longer waiting is offered first, by the time they first began to wait."""
    owner = await story.agent("7001", available=False)
    first = await _call_about(story, JANE)
    await first.is_in("waiting")
    second = await _call_about(story, JANE)
    await second.is_in("waiting")
    since = [call.row().first_waiting_at for call in (first, second)]
    async with service_away(story.line):
        pass
    await _music(story, first)
    assert [call.row().first_waiting_at for call in (first, second)] == since
    await owner.available()
    await owner.rung()
    assert (first.row().state, second.row().state) == ("ringing", "waiting")
    owner.phone.answer()
    await first.is_in("talking")
    await second.hang_up()
    await first.hang_up()


async def test_a_ringing_is_taken_back_and_offered_anew(story: Story) -> None:
    """R-RONA-1: the phone that rang when the service went rings again for the same call, and can be answered."""
    owner = await story.agent("7001")
    call = await _call_about(story, JANE)
    ringing = await owner.rung()
    async with service_away(story.line):
        pass
    await ringing.ended(5)
    await owner.rung()
    owner.phone.answer()
    await call.is_in("talking")
    assert call.offers() == [("7001", "agent:1", "withdrawn"), ("7001", "agent:1", "answered")]
    await call.hang_up()
    await owner.is_in("after_call_work")


async def test_an_answer_while_the_service_is_away_is_a_talk_when_it_is_back(story: Story) -> None:
    """R-WAIT-6: the agent answered; the two are connected as soon as somebody can."""
    owner = await story.agent("7001", Script.answer(1.0, tone_hz=AGENT_HZ))
    call = await _call_about(story, JANE)
    ringing = await owner.rung()
    async with service_away(story.line):
        await ringing.answered(5)
    await call.is_in("talking")
    await owner.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    await _hear_each_other(story, call, ringing)
    assert call.offers() == [("7001", "agent:1", "answered")]
    await call.hang_up()
    await owner.is_in("after_call_work")


async def test_a_talk_goes_on_and_ends_as_usual(story: Story) -> None:
    """R-STATE-4: while the service is away and after it, both hear each other; then After Call Work."""
    owner, call, ringing = await _talk(story)
    async with service_away(story.line):
        await _hear_each_other(story, call, ringing)
    await _hear_each_other(story, call, ringing)
    assert owner.state == "on_call"
    await call.hang_up()
    await ringing.ended(5)
    await owner.is_in("after_call_work")
    assert call.row().end == "answered"


async def _in_menu(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.hears("greeting")
    return call


async def _waiting(story: Story) -> Call:
    call = await _call_about(story, JANE)
    await call.is_in("waiting")
    return call


@pytest.mark.parametrize(("step", "end"), [(_in_menu, "abandoned_menu"), (_waiting, "abandoned_queue")])
async def test_a_caller_hangs_up_while_the_service_is_away(story: Story, step: object, end: str) -> None:
    """R-WAIT-5: the call's row ends when the service is back, counted where the caller gave up."""
    call = await step(story)  # type: ignore[operator]
    async with service_away(story.line):
        await call.hang_up()
    await call.is_in("ended")
    assert call.row().end == end


async def test_a_caller_hangs_up_while_an_agent_rings_and_the_service_is_away(story: Story) -> None:
    """R-WAIT-5: the ringing stops, and the agent is Available with the idle time they had."""
    owner = await story.agent("7001")
    idle = "SELECT idle_since FROM agent_live WHERE staff_number = '7001'"
    before = story.line.rows(idle)[0].idle_since
    call = await _call_about(story, JANE)
    ringing = await owner.rung()
    async with service_away(story.line):
        await call.hang_up()
    await call.is_in("ended")
    await owner.is_in("available")
    await ringing.ended(5)
    assert story.line.rows(idle)[0].idle_since == before
    assert call.row().end == "abandoned_queue"


async def test_a_caller_hangs_up_in_talk_while_the_service_is_away(story: Story) -> None:
    """R-STATE-4: the agent's phone is released and After Call Work begins when the service is back."""
    owner, call, ringing = await _talk(story)
    async with service_away(story.line):
        await call.hang_up()
    await owner.is_in("after_call_work")
    await ringing.ended(5)
    await call.is_in("ended")
    assert call.row().end == "answered"


async def test_an_agent_hangs_up_while_the_service_is_away(story: Story) -> None:
    """R-STATE-4: the caller's call ends and After Call Work begins when the service is back."""
    owner, call, ringing = await _talk(story)
    async with service_away(story.line):
        await ringing.hang_up()
    await owner.is_in("after_call_work")
    await call.sip.ended(5)
    assert call.row().end == "answered"


async def test_deadlines_that_came_meanwhile_are_kept(story: Story) -> None:
    """R-STATE-4, R-WAIT-1: After Call Work that ran out and an overflow that came due take effect on the return."""
    owner, done, _ = await _talk(story)
    gich = await story.agent("7008")
    await done.hang_up()
    await owner.is_in("after_call_work")
    await owner.ask("not_ready", "Lunch")
    waiting = await _call_about(story, PETER)
    await waiting.is_in("waiting")
    async with service_away(story.line):
        await asyncio.sleep(3)
    await gich.rung(3)
    await waiting.hang_up()


async def test_a_second_process_takes_over_and_the_first_ends(story: Story) -> None:
    """A new version starts beside the old one: the old one exits, and no talk and no wait notices."""
    owner, talking, ringing = await _talk(story)
    waiting = await _call_about(story, JANE)
    await waiting.is_in("waiting")
    since = waiting.row().first_waiting_at
    first = start_beside(story.line)
    await story.until(lambda: first.poll() is not None, "the first process ends", UP_LIMIT_S)
    assert first.returncode == 0
    await _hear_each_other(story, talking, ringing)
    await _music(story, waiting)
    assert (talking.row().state, waiting.row().state) == ("talking", "waiting")
    assert waiting.row().first_waiting_at == since
    await talking.hang_up()
    await owner.is_in("after_call_work")
    await waiting.is_in("ringing")
    await waiting.hang_up()
    await waiting.is_in("ended")
