"""What fails while an agent consults, made by the phone that fails: the caller is with somebody, or waits."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.story import Story
from tests.e2e.transfers.talk import CALLER_HZ, OTHER_HZ, Lab, Talk, emergency, talk_of

LOST_S = 16.0
"""Asterisk asks every 5 s and waits 2 s; the rest is for a busy machine."""
NO_ANSWER = ("not_ready", "Redirect on no answer")
UNREACHABLE = ("not_ready", "Phone unreachable")


async def _on_hold(talk: Talk, limit_s: float = 20.0) -> None:
    """The asker is with the caller on hold, and may choose again."""
    await talk.asker.is_in("on_hold", limit_s)
    await talk.has_music(talk.call.sip)
    assert talk.parties == []


@pytest.mark.parametrize(
    ("script", "after"),
    [
        (Script.ring(), NO_ANSWER),
        (Script.reject(486), NO_ANSWER),
        (Script.reject(603, 0.5), NO_ANSWER),
        (Script.ignore(), UNREACHABLE),
    ],
    ids=["no answer", "busy", "rejected", "silent"],
)
async def test_rung_in_vain(story: Story, script: Script, after: tuple[str, str]) -> None:
    """R-XFER-2, R-RONA-2, R-RONA-3: their agent as after any RONA; the asker chooses again, and hands over."""
    first, second = await story.agent("7005", script), await story.agent("7004")
    talk = await talk_of(story)
    await talk.consult("agent", "7005")
    await first.is_in("not_ready")
    assert (first.state, first.code) == after
    await _on_hold(talk)
    ring = await talk.consults(second)
    await talk.does("POST", "/consultation/complete")
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)


async def test_nobody_there_the_talk_goes_on(story: Story) -> None:
    """R-XFER-2: refused in words."""
    talk = await talk_of(story)
    body = {"to": {"kind": "team", "name": "Enforcement 1"}, "reason": "x"}
    status, answer = await talk.desk(talk.asker, "POST", "/consultation", body)
    assert (status, answer["error_id"]) == (409, "transfer.nobody_available")
    await talk.hear_each_other(talk.call.sip, talk.at_asker)


async def test_not_ready_asked_while_it_rings(story: Story) -> None:
    """R-STATE-5: the phone stops, and it is no RONA."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    await talk.consult("agent", "7005")
    ring = await other.rung()
    await other.ask("not_ready", "Lunch")
    await ring.ended(5)
    await _on_hold(talk)
    assert (other.state, other.code) == ("not_ready", "Lunch")


async def test_the_consulted_hangs_up(story: Story) -> None:
    """R-XFER-4, R-STATE-4: they are Available again; the asker takes the caller back."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await ring.hang_up()
    await _on_hold(talk)
    await other.is_in("available")
    await talk.does("DELETE", "/hold")
    await talk.hear_each_other(talk.call.sip, talk.at_asker)


async def test_the_consulteds_phone_dies(story: Story) -> None:
    """R-STATE-8: Not Ready, Phone unreachable; the asker is with the caller on hold."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    await talk.consults(other)
    other.phone.vanish()
    await _on_hold(talk, LOST_S)
    assert (other.state, other.code) == UNREACHABLE


async def test_the_consulteds_phone_dies_while_it_rings(story: Story) -> None:
    """R-RONA-3, R-STATE-8."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    await talk.consult("agent", "7005")
    await other.rung()
    other.phone.vanish()
    await _on_hold(talk, LOST_S)
    assert other.state == "not_ready"


async def test_the_asker_hangs_up_while_they_talk(story: Story) -> None:
    """R-XFER-2: that hands the call over."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.at_asker.hang_up()
    await talk.asker.is_in("after_call_work")
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    await ring.hang_up()
    assert (await talk.call.sip.ended(5)).how == "bye"


async def test_the_askers_phone_dies_while_they_talk(story: Story) -> None:
    """R-STATE-8: the call is the consulted's, who never loses sight of the caller."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    talk.asker.phone.vanish()
    await talk.asker.is_in("not_ready", LOST_S)
    assert talk.asker.code == "Phone unreachable"
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    assert "requeued" not in talk.call.journey()


@pytest.mark.parametrize("dies", [False, True], ids=["hangs up", "dies"])
async def test_the_asker_is_gone_while_it_rings(story: Story, dies: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-2, R-WAIT-1: the call waits where it rang, with its place, and rings there as that agent's own."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    place = talk.call.row().first_waiting_at
    await talk.consult("agent", "7005")
    await other.rung()
    if dies:
        await talk.asker.phone.unregister()
        talk.asker.phone.vanish()
    else:
        await talk.at_asker.hang_up()
    ring = await other.rung(LOST_S)
    await story.until(lambda: talk.call.offers()[-1][::2] == ("7005", "ringing"), "an offer of its own", LOST_S)
    ring.answer()
    await other.is_in("on_call")
    ring.say_tone(OTHER_HZ)
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    assert talk.asker.state == ("not_ready" if dies else "after_call_work")
    assert talk.call.row().first_waiting_at == place


@pytest.mark.parametrize("answered", [False, True], ids=["rings", "talks"])
async def test_the_caller_hangs_up(story: Story, answered: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-2, R-STATE-4: everything ends; After Call Work, and as before."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    if answered:
        ring = await talk.consults(other)
    else:
        await talk.consult("agent", "7005")
        ring = await other.rung()
    await talk.call.hang_up()
    await ring.ended(5)
    await talk.at_asker.ended(5)
    await other.is_in("available")
    await talk.asker.is_in("after_call_work")


@pytest.mark.parametrize("status", [486, 404])
async def test_a_number_outside_refuses(story: Story, lab: Lab, status: int) -> None:
    """R-XFER-4: the asker is with the caller on hold."""
    talk = await talk_of(story)
    async with lab.outside(Script.reject(status)):
        await talk.consult("number", "03069 990500")
        await _on_hold(talk)


async def test_cold_only_in_an_emergency(story: Story) -> None:
    """R-XFER-3, R-WAIT-1: refused with the rule; then queued at once, the words travel, and the target has the call."""
    leader = await story.agent("7101", available=False)
    other = await story.agent("7005")
    talk = await talk_of(story)
    body = {"to": {"kind": "team", "name": "Enforcement 1"}, "reason": "arrears", "notes": "has the letter here"}
    status, answer = await talk.desk(talk.asker, "POST", "/transfer", body)
    assert (status, answer["error_id"]) == (409, "transfer.only_warm")
    await talk.hear_each_other(talk.call.sip, talk.at_asker)
    async with emergency(leader):
        await talk.does("POST", "/transfer", body)
        await talk.asker.is_in("after_call_work")
        ring = await other.rung()
        await talk.call.hears("transferring")
        pop = await other.call()
        assert pop is not None
        asked = pop["asked"][-1]
        assert (asked["by"]["staff_number"], asked["outcome"], asked["notes"]) == ("7001", "queued", body["notes"])
        ring.answer()
        await other.is_in("on_call")
        ring.say_tone(OTHER_HZ)
        await talk.hears(ring, CALLER_HZ)
        await talk.hears(talk.call.sip, OTHER_HZ)
    assert talk.call.offers()[-1] == ("7005", "team:Enforcement 1", "answered")
