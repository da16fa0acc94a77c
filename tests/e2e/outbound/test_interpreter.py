"""An interpreter joins an inbound or outbound call, made by phones alone (R-XFER-5)."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ivr.softphone.agent_phone import Script
from ivr.softphone.call import Call as SipCall
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import audible_share
from tests.e2e.outbound.making import (
    AGENT,
    AGENT_HZ,
    FAR_HZ,
    INTERPRETERS,
    LIMIT_S,
    THIRD_HZ,
    OutboundLab,
    at_desk,
    hears,
    placed,
    talk,
)
from tests.e2e.story import Agent, Story
from tests.e2e.trunks.carriers import rung


def _party(story: Story) -> Any:
    return story.line.rows("SELECT * FROM call_party WHERE role = 'interpreter' ORDER BY made_at DESC LIMIT 1")[0]


async def _all_hear(story: Story, agent: SipCall, far: SipCall, third: SipCall) -> None:
    tones = {AGENT_HZ: agent, FAR_HZ: far, THIRD_HZ: third}
    for tone_hz, who in tones.items():
        for other in tones.values():
            other.say_nothing()
        who.say_tone(tone_hz)
        for other in tones.values():
            if other is not who:
                await story.until(partial(hears, other, tone_hz), f"{tone_hz} Hz is heard", LIMIT_S)


async def _in_talk(story: Story) -> tuple[Agent, SipCall, SipCall]:
    """A caller talks with an agent: agent, their phone, the caller's."""
    agent = await story.agent(AGENT)
    call = await (await story.call("03069990101")).answered()
    ring = await agent.rung()
    ring.answer()
    await call.is_in("talking")
    await talk(story, ring, call.sip)
    return agent, ring, call.sip


async def _comes_in(story: Story, ring: SipCall, far: SipCall, third: IncomingCall) -> None:
    third.answer()
    await story.until(lambda: _party(story).state == "answered", "the interpreter is in", LIMIT_S)
    await _all_hear(story, ring, far, third)


async def test_all_three_hear_each_other_and_the_agent_lets_them_go(dial_story: Story, lab: OutboundLab) -> None:
    """R-XFER-5: ringing for the agent alone, the caller in talk meanwhile; dropped, the talk goes on."""
    async with lab.carrier() as carrier:
        agent, own, caller = await _in_talk(dial_story)
        assert (await agent.does("interpreter", {}))[0] == 200
        third = await rung(carrier)
        assert third.invite.uri.partition("@")[0] == "sip:+44" + INTERPRETERS[1:]
        own.say_nothing()
        caller.say_nothing()
        begun = own.heard.seconds
        await dial_story.until(lambda: own.heard.seconds > begun + 3.5, "the agent listens", LIMIT_S)
        assert audible_share(own.heard, begun + 0.5, begun + 3.5) > 0.1
        assert audible_share(caller.heard, caller.heard.seconds - 2, caller.heard.seconds) < 0.05
        await _comes_in(dial_story, own, caller, third)
        status, _answer = await agent.does(f"parties/{_party(dial_story).party_id}", method="DELETE")
        assert status == 200
        await third.ended(LIMIT_S)
        await talk(dial_story, own, caller)


@pytest.mark.parametrize("script", [Script.reject(486), Script.reject(603), Script.ring(), Script.ignore()])
async def test_an_interpreter_who_is_not_reached(dial_story: Story, lab: OutboundLab, script: Script) -> None:
    """R-XFER-5: busy, rejected, no answer, no sign: the talk is as it was."""
    async with lab.carrier() as carrier:
        carrier.follow(script)
        agent, own, caller = await _in_talk(dial_story)
        assert (await agent.does("interpreter", {"provider": "the-big-word"}))[0] == 200
        await dial_story.until(lambda: _party(dial_story).ended_at is not None, "it is over", LIMIT_S)
        await talk(dial_story, own, caller)


async def test_an_interpreter_who_hangs_up_leaves_the_talk(dial_story: Story, lab: OutboundLab) -> None:
    """R-XFER-5: in a call that the agent has made, too; then whom they called hangs up, and all is over."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, _told):
        carrier.follow(Script.answer(0.1), Script.ring())
        own = await placed(agent)
        own.answer()
        far = await rung(carrier)
        await talk(dial_story, own, far)
        assert (await agent.does("interpreter", {}))[0] == 200
        third = await rung(carrier)
        await _comes_in(dial_story, own, far, third)
        await third.hang_up()
        await dial_story.until(lambda: _party(dial_story).ended_at is not None, "they are gone", LIMIT_S)
        await talk(dial_story, own, far)
        assert (await agent.does("interpreter", {}))[0] == 200
        again = await rung(carrier)
        await _comes_in(dial_story, own, far, again)
        await far.hang_up()
        await again.ended(LIMIT_S)
        await own.ended(LIMIT_S)
        await agent.is_in("after_call_work")


@pytest.mark.parametrize("who", ["agent", "caller"])
async def test_agent_or_caller_hangs_up_and_all_end(dial_story: Story, lab: OutboundLab, who: str) -> None:
    """R-XFER-5: whoever of the two hangs up."""
    async with lab.carrier() as carrier:
        agent, own, caller = await _in_talk(dial_story)
        assert (await agent.does("interpreter", {}))[0] == 200
        third = await rung(carrier)
        await _comes_in(dial_story, own, caller, third)
        await (own if who == "agent" else caller).hang_up()
        await third.ended(LIMIT_S)
        await (caller if who == "agent" else own).ended(LIMIT_S)
        await agent.is_in("after_call_work")
