"""What an agent does with their call from the desk: hold with music, digits, mute, end; as caller and phone hear it."""

from __future__ import annotations

import time

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as Sip
from tests.e2e.heard import audible_share, silence, tone_share
from tests.e2e.phones import hear_each_other
from tests.e2e.story import Agent, Call, Story

JANE = "120000000019"
TONE_HZ = 700
STRETCH_S = 1.0


async def _talk(story: Story) -> tuple[Call, Agent, Sip]:
    """Jane talks with the owner of her case."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    ring = agent.phone.rings[-1]
    await hear_each_other(call.sip, ring)
    return call, agent, ring


async def _later(story: Story, who: Sip, seconds: float = STRETCH_S) -> tuple[float, float]:
    """The next ``seconds`` that somebody hears, once they have; a little left out for what is on its way."""
    begin_s = who.heard.at(time.monotonic()) + 0.3
    await story.until(lambda: who.heard.seconds >= begin_s + seconds, f"{seconds} s more are heard")
    return begin_s, begin_s + seconds


async def test_answer_from_the_desk(story: Story) -> None:
    """R-STATE-12: the phone that rings answers by itself; when nothing rings, the desk is told so."""
    agent = await story.agent("7001")
    status, answer = await agent.does("answer")
    assert (status, answer["error_id"]) == (409, "call.not_ringing")
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ring = await agent.rung()
    assert (await agent.does("answer"))[0] == 200
    await agent.is_in("on_call")
    await hear_each_other(call.sip, ring)


async def test_hold_with_music_and_back(story: Story) -> None:
    """R-STATE-12: the caller hears music, the agent nobody; On hold and On call again; a second time is refused."""
    call, agent, ring = await _talk(story)
    assert (await agent.does("hold"))[0] == 200
    assert agent.state == "on_hold"
    call.sip.say_tone(TONE_HZ)
    ring.say_tone(TONE_HZ)
    begin, end = await _later(story, call.sip, 2.0)
    assert audible_share(call.sip.heard, begin, end) > 0.3, "no music"
    assert tone_share(call.sip.heard, TONE_HZ, begin, end) < 0.1, "the agent is heard through the music"
    begin, end = await _later(story, ring)
    assert silence(ring.heard, begin, end), "the agent hears the caller they hold"
    status, answer = await agent.does("hold")
    assert (status, answer["error_id"]) == (409, "agent.not_in_this_state")
    assert (await agent.does("hold", method="DELETE"))[0] == 200
    assert agent.state == "on_call"
    await hear_each_other(call.sip, ring)
    status, answer = await agent.does("hold", method="DELETE")
    assert (status, answer["message"]) == (409, "nobody is on hold")


async def test_what_the_phone_holds_only_the_phone_takes_back(story: Story) -> None:
    """R-STATE-12: both holds show as On hold; the desk says where to take the phone's own back."""
    call, agent, ring = await _talk(story)
    await ring.hold()
    await agent.is_in("on_hold")
    status, answer = await agent.does("hold", method="DELETE")
    assert (status, answer["error_id"]) == (409, "call.held_on_phone")
    await ring.resume()
    await agent.is_in("on_call")
    await hear_each_other(call.sip, ring)


async def test_digits_reach_the_far_end(story: Story) -> None:
    """The far end gets each tone once, in order; what is no tone is refused with what was expected."""
    call, agent, _ring = await _talk(story)
    assert (await agent.does("digits", {"digits": "4711#"}))[0] == 200
    await story.until(lambda: call.sip.digits_heard == "4711#", "the caller's phone has the digits")
    status, answer = await agent.does("digits", {"digits": "12x"})
    assert (status, answer["field"]) == (422, "digits")


async def test_mute_and_unmute(story: Story) -> None:
    """Nobody hears a muted agent, who goes on hearing the caller."""
    call, agent, ring = await _talk(story)
    assert (await agent.does("mute"))[0] == 200
    assert (await agent.request("GET", "/api/agents/me/call"))[1]["muted"] is True
    ring.say_tone(TONE_HZ)
    call.sip.say_tone(2 * TONE_HZ)
    muted_s = call.sip.heard.at(time.monotonic()) + 0.3
    begin, end = await _later(story, ring)
    assert tone_share(ring.heard, 2 * TONE_HZ, begin, end) > 0.5
    assert silence(call.sip.heard, muted_s, call.sip.heard.at(time.monotonic()))
    call.sip.say_nothing()
    assert (await agent.does("mute", method="DELETE"))[0] == 200
    begin, end = await _later(story, call.sip)
    assert tone_share(call.sip.heard, TONE_HZ, begin, end) > 0.5
    ring.say_nothing()


async def test_the_agent_ends_the_call_from_the_desk(story: Story) -> None:
    """R-STATE-4: the caller's line is free, After Call Work; while on hold too; and nothing is left to end."""
    call, agent, _ring = await _talk(story)
    assert (await agent.does("hold"))[0] == 200
    assert (await agent.does("end"))[0] == 200
    assert (await call.sip.ended(5)).how == "bye"
    await agent.is_in("after_call_work")
    assert call.row().end == "answered"
    status, answer = await agent.does("end")
    assert (status, answer["error_id"]) == (409, "agent.not_in_this_state")


async def test_a_caller_who_hangs_up_on_hold_leaves_nobody_stuck(story: Story) -> None:
    """R-STATE-12: other side gone, as On call."""
    call, agent, ring = await _talk(story)
    assert (await agent.does("hold"))[0] == 200
    await call.hang_up()
    await agent.is_in("after_call_work")
    assert (await ring.ended(5)).how == "bye"
