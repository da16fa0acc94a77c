"""A warm transfer with real phones: who hears whom, by tones; who has the call; what the desks see."""

from __future__ import annotations

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import audible_share
from tests.e2e.states.desk import watching
from tests.e2e.story import Agent, Story
from tests.e2e.transfers.talk import ASKER_HZ, CALLER_HZ, OTHER_HZ, Lab, Talk, talk_of


async def _refused(agent: Agent) -> set[str]:
    """What the desk says that its agent may not do with the call now."""
    may = {one["action"]: one["allowed"] for one in (await agent.me())["may"]}
    return {action for action in ("hold", "transfer", "end") if not may[action]}


async def test_consult_swap_confer_complete(story: Story) -> None:
    """R-XFER-2, R-XFER-4: music for whoever is not talked to; the call, its pop and the asker's words go along."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    caller = talk.call.sip
    await talk.consult("agent", "7005")
    ring = await other.rung()
    from_s = talk.at_asker.heard.seconds
    await talk.has_music(caller)
    await story.until(lambda: talk.at_asker.heard.seconds > from_s + 3, "three seconds")
    assert audible_share(talk.at_asker.heard, from_s, from_s + 3) > 0.2
    assert (talk.asker.state, other.state) == ("on_call", "reserved")
    assert await _refused(talk.asker) == {"hold", "transfer", "end"}
    pop = await other.call()
    assert pop is not None
    assert pop["client"]["scin"] == "120000000019"
    asked = pop["asked"][-1]
    assert (asked["by"]["staff_number"], asked["reason"], asked["notes"], asked["for_you"]) == (
        "7001",
        "about the arrears",
        "has the letter here",
        True,
    )
    ring.answer()
    ring.say_tone(OTHER_HZ)
    await other.is_in("on_call")
    await talk.hears(ring, ASKER_HZ)
    await talk.hears(talk.at_asker, OTHER_HZ)
    await talk.has_music(caller)
    assert (await _refused(talk.asker), await _refused(other)) == (set(), {"hold", "transfer"})
    _, seen = await talk.desk(talk.asker, "GET")
    (party,) = seen["parties"]
    assert (seen["agent"], seen["far_held"], party["staff_number"], party["state"]) == ("7001", True, "7005", "talking")
    await talk.does("POST", "/consultation/swap")
    await talk.hear_each_other(caller, talk.at_asker)
    await talk.has_music(ring)
    await talk.does("POST", "/consultation/conference")
    await talk.hears(caller, ASKER_HZ, OTHER_HZ)
    await talk.hears(talk.at_asker, CALLER_HZ, OTHER_HZ)
    await talk.hears(ring, CALLER_HZ, ASKER_HZ)
    await talk.does("POST", "/consultation/complete")
    await talk.at_asker.ended(5)
    await talk.asker.is_in("after_call_work")
    await talk.hear_each_other(caller, ring, OTHER_HZ)
    await talk.call.hang_up()
    await other.is_in("after_call_work")
    assert {"asked", "came_in", "swapped", "conferred", "handed_over"} <= set(talk.call.journey())


async def test_back_to_the_caller(story: Story) -> None:
    """R-XFER-2, R-STATE-4: the consulted is Available again, the caller has the agent."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.does("DELETE", "/consultation")
    await ring.ended(5)
    await talk.hear_each_other(talk.call.sip, talk.at_asker)
    await other.is_in("available")


async def test_the_longest_idle_of_a_team_is_told_and_asks_for_the_call(story: Story) -> None:
    """R-XFER-2, R-CASE-8: both desks are told of each step."""
    first = await story.agent("7004")
    second = await story.agent("7005")
    talk = await talk_of(story)
    async with watching(story, "7001") as at_asker, watching(story, first.staff) as at_other:
        await talk.consult("segment", "Enforcement")
        ring = await first.rung()
        ring.answer()
        await first.is_in("on_call")
        await talk.does("POST", "/consultation/complete")
        for desk in (at_asker, at_other):
            await story.until(lambda: desk.of("party_changed") and desk.of("party_changed")[-1]["over"], "told")  # noqa: B023
            assert [told["state"] for told in desk.of("party_changed")] == ["ringing", "answered", "answered"]
    assert second.state == "available"


async def test_a_number_outside_has_the_call(story: Story, lab: Lab) -> None:
    """R-XFER-2, R-OUT-4: rung over the carrier; handed over, caller and number are alone; either end ends it."""
    talk = await talk_of(story)
    status, answer = await talk.desk(
        talk.asker, "POST", "/consultation", {"to": {"kind": "number", "name": "0909 8790000"}, "reason": "x"}
    )
    assert (status, answer["error_id"]) == (409, "dialling.premium")
    async with lab.outside(Script.answer(0.5, tone_hz=OTHER_HZ)) as carrier:
        await talk.consult("number", "03069 990500")
        ring = await carrier.rung(5)
        await talk.hears(talk.at_asker, OTHER_HZ)
        await talk.has_music(talk.call.sip)
        await talk.does("POST", "/consultation/complete")
        await talk.asker.is_in("after_call_work")
        await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
        await ring.hang_up()
        assert (await talk.call.sip.ended(5)).how == "bye"
    assert talk.call.row().end == "answered"


async def test_a_direct_call_handed_over(story: Story) -> None:
    """R-WAIT-1, R-STATE-4: the leader is as before; the colleague has After Call Work."""
    other = await story.agent("7005")
    leader = await story.agent("7101", Script.answer(0.1, tone_hz=ASKER_HZ), available=False)
    call = await story.call("03069990301")
    ring = await leader.rung()
    await leader.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    talk = Talk(story, call, leader, ring)
    await talk.hear_each_other(call.sip, ring)
    at_other = await talk.consults(other)
    await talk.does("POST", "/consultation/complete")
    await leader.is_in("not_ready")
    await talk.hear_each_other(call.sip, at_other, OTHER_HZ)
    await call.hang_up()
    await other.is_in("after_call_work")
    assert (call.row().kind, call.row().end) == ("general", "answered")
