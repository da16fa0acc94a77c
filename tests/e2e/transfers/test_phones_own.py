"""A real phone asks for a transfer by itself (SIP REFER): declined, or a cold transfer in an emergency."""

from __future__ import annotations

from tests.e2e.story import Story
from tests.e2e.transfers.talk import OTHER_HZ, emergency, talk_of

TO_7005 = "sip:7005@127.0.0.1"


async def test_declined_the_agent_stays_with_the_caller(story: Story) -> None:
    """R-XFER-3, R-XFER-4: the phone reads 603."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    referral = await talk.at_asker.refer(TO_7005)
    await talk.at_asker.until(lambda: referral.is_over, 5, "the answer")
    assert referral.outcome == 603
    await talk.hear_each_other(talk.call.sip, talk.at_asker)
    assert (talk.asker.state, other.state) == ("on_call", "available")


async def test_in_an_emergency_the_colleague_has_the_call(story: Story) -> None:
    """R-XFER-3: the phone reads 200, and its agent is in After Call Work."""
    leader = await story.agent("7101", available=False)
    other = await story.agent("7005")
    talk = await talk_of(story)
    async with emergency(leader):
        referral = await talk.at_asker.refer(TO_7005)
        ring = await other.rung()
        ring.answer()
        await other.is_in("on_call")
        ring.say_tone(OTHER_HZ)
        await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
        assert referral.outcome == 200
        await talk.asker.is_in("after_call_work")


async def test_to_whom_one_consults_it_hands_over(story: Story) -> None:
    """R-XFER-2: what the desk calls complete."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.at_asker.refer(TO_7005)
    await talk.asker.is_in("after_call_work")
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
