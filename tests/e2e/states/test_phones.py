"""A phone that is lost, made by the phone itself: its sockets are gone, and nobody was told goodbye."""

from __future__ import annotations

from ivr.softphone.agent_phone import AgentPhone, Script
from tests.e2e.helpline import PASSWORD
from tests.e2e.phones import hear_each_other
from tests.e2e.states.desk import watching
from tests.e2e.story import Call, Story

JANE = "120000000019"
DIRECT = "03069990301"
LOST_S = 14.0
"""Asterisk asks every 5 s and waits 2 s; 3 s later the phone is lost; the rest is for a busy machine."""


async def _call_for_jane(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    return call


def _cause(story: Story, staff: str) -> str:
    query = """SELECT e.cause FROM agent_event e JOIN agent a ON a.agent_id = e.agent_id
        WHERE a.staff_number = :staff ORDER BY e.event_id DESC LIMIT 1"""
    return str(story.line.rows(query, staff=staff)[0].cause)


async def test_lost_while_available_not_ready_within_seconds(story: Story) -> None:
    """R-STATE-8, R-STATE-9: Not Ready, Phone unreachable; a phone that is back changes no state, the desk is told."""
    agent = await story.agent("7001")
    async with watching(story, "7001") as desk:
        agent.phone.vanish()
        await agent.is_in("not_ready", LOST_S)
        assert (agent.code, _cause(story, "7001")) == ("Phone unreachable", "phone lost")
        await story.until(lambda: desk.of("phone_changed"), "the desk is told")
        assert desk.states()[-1] == ("not_ready", "Phone unreachable")
        assert (await agent.me())["phone_reachable"] is False
        registrar = (story.line.settings.host, story.line.settings.sip_port)
        async with AgentPhone("7001", PASSWORD, registrar):
            await story.until(lambda: len(desk.of("phone_changed")) == 2, "the desk is told again")
            assert [told["reachable"] for told in desk.of("phone_changed")] == [False, True]
            assert (await agent.me())["phone_reachable"] is True
            assert (agent.state, agent.code) == ("not_ready", "Phone unreachable")


async def test_lost_while_ringing_the_call_goes_on_as_from_an_unreachable_phone(story: Story) -> None:
    """R-STATE-8, R-RONA-3: long before the 15 s; the reason is the phone's, not the agent's."""
    owner = await story.agent("7001")
    call = await _call_for_jane(story)
    await owner.rung()
    colleague = await story.agent("7002")
    owner.phone.vanish()
    await colleague.rung(LOST_S)
    assert call.offers() == [("7001", "agent:1", "unreachable"), ("7002", "team:Maintenance 1", "ringing")]
    assert (owner.state, owner.code) == ("not_ready", "Phone unreachable")
    await call.hang_up()


async def test_lost_in_a_talk_the_caller_hears_an_apology_and_waits_with_their_place(story: Story) -> None:
    """R-STATE-8: no hang-up of the agent's; matched again as on arrival; nobody is in silence, nothing is left."""
    owner = await story.agent("7001", Script.answer(0.1))
    call = await _call_for_jane(story)
    await owner.is_in("on_call")
    place = call.row().first_waiting_at
    owner.phone.vanish()
    await call.is_in("waiting", LOST_S + 4)
    assert (owner.state, owner.code) == ("not_ready", "Phone unreachable")
    assert _cause(story, "7001") == "phone lost during a call"
    await call.hears("apology-lost-line")
    colleague = await story.agent("7002", Script.answer(0.1))
    await call.is_in("talking")
    await colleague.is_in("on_call")
    await hear_each_other(call.sip, colleague.phone.rings[-1])
    assert call.row().first_waiting_at == place
    assert call.journey().count("requeued") == 1
    assert call.offers() == [("7001", "agent:1", "answered"), ("7002", "team:Maintenance 1", "answered")]
    await call.hang_up()
    await colleague.is_in("after_call_work")


async def test_restarted_in_a_talk_the_caller_is_not_left_with_a_dead_phone(story: Story) -> None:
    """R-STATE-8: it registers anew at once, so Asterisk reaches it all the time; its talk is lost all the same."""
    owner = await story.agent("7001", Script.answer(0.1))
    call = await _call_for_jane(story)
    await owner.is_in("on_call")
    await hear_each_other(call.sip, owner.phone.rings[-1])
    owner.phone.vanish()
    registrar = (story.line.settings.host, story.line.settings.sip_port)
    async with AgentPhone("7001", PASSWORD, registrar):
        await call.is_in("waiting", LOST_S)
        assert (owner.state, owner.code) == ("not_ready", "Phone unreachable")
        await call.hears("apology-lost-line")
        colleague = await story.agent("7002", Script.answer(0.1))
        await colleague.is_in("on_call")
        await hear_each_other(call.sip, colleague.phone.rings[-1])
        await call.hang_up()
        await colleague.is_in("after_call_work")


async def test_a_talk_goes_on_while_sound_comes_though_asterisk_cannot_reach_the_phone(story: Story) -> None:
    """R-STATE-8: no false alarm: OPTIONS are lost, the two go on talking, and it ends as any talk."""
    owner = await story.agent("7001", Script.answer(0.1))
    async with watching(story, "7001") as desk:
        call = await _call_for_jane(story)
        await owner.is_in("on_call")
        owner.phone.endpoint.deaf = True
        await story.until(lambda: desk.of("phone_changed"), "Asterisk cannot reach it", LOST_S)
        heard_s = call.sip.heard.seconds
        await story.until(lambda: call.sip.heard.seconds > heard_s + 3, "three more seconds")
        assert owner.state == "on_call"
        await hear_each_other(call.sip, owner.phone.rings[-1])
        owner.phone.endpoint.deaf = False
        await story.until(lambda: desk.of("phone_changed")[-1]["reachable"], "it can be reached again", LOST_S)
    assert owner.state == "on_call"
    await owner.phone.rings[-1].hang_up()
    await owner.is_in("after_call_work")
    assert "requeued" not in call.journey()
    assert (await call.sip.ended(5)).how == "bye"


async def test_lost_in_a_direct_talk_the_leaders_ring_again(story: Story) -> None:
    """R-STATE-8, R-LINE-4: an apology and music, then leader and deputy once more; the deputy has the caller."""
    leader = await story.agent("7101", Script.answer(0.1), available=False)
    call = await story.call(DIRECT)
    await leader.is_in("on_call")
    deputy = await story.agent("7102", Script.answer(0.1), available=False)
    leader.phone.vanish()
    await call.hears("apology-lost-line")
    assert (leader.state, leader.code) == ("not_ready", "Phone unreachable")
    await deputy.is_in("on_call", LOST_S)
    await hear_each_other(call.sip, deputy.phone.rings[-1])
    await call.hang_up()
    await deputy.is_in("not_ready")
    assert call.row().end == "answered"
