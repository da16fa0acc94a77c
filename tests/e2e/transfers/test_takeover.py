"""The service is killed and started again while agents consult: whoever talks talks on, whoever holds hears music."""

from __future__ import annotations

import pytest

from tests.e2e.story import Story
from tests.e2e.takeover.away import service_away
from tests.e2e.transfers.talk import ASKER_HZ, CALLER_HZ, OTHER_HZ, talk_of


async def test_in_a_consultation(story: Story) -> None:
    """R-XFER-2, R-XFER-4: aside before, meanwhile and after; then the new process hands the call over."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.hears(ring, ASKER_HZ)
    async with service_away(story.line):
        await talk.hears(ring, ASKER_HZ)
        await talk.has_music(talk.call.sip)
    await talk.hears(ring, ASKER_HZ)
    await talk.hears(talk.at_asker, OTHER_HZ)
    await talk.has_music(talk.call.sip)
    assert (talk.asker.state, other.state) == ("on_call", "on_call")
    await talk.does("POST", "/consultation/swap")
    await talk.hear_each_other(talk.call.sip, talk.at_asker)
    await talk.has_music(ring)
    await talk.does("POST", "/consultation/complete")
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    await talk.asker.is_in("after_call_work")


async def test_in_a_conference_that_the_asker_leaves_meanwhile(story: Story) -> None:
    """R-XFER-2: all hear each other; the other agent has the call."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.does("POST", "/consultation/conference")
    await talk.hears(talk.call.sip, ASKER_HZ, OTHER_HZ)
    async with service_away(story.line):
        await talk.hears(talk.call.sip, ASKER_HZ, OTHER_HZ)
        await talk.at_asker.hang_up()
    await talk.asker.is_in("after_call_work")
    await talk.hears(talk.call.sip, OTHER_HZ)
    await talk.hears(ring, CALLER_HZ)
    await talk.call.hang_up()
    await other.is_in("after_call_work")


async def test_while_it_rings(story: Story) -> None:
    """R-XFER-2: the ringing stops, it is no RONA, and the asker is with the caller on hold."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    await talk.consult("agent", "7005")
    ring = await other.rung()
    async with service_away(story.line):
        pass
    await ring.ended(5)
    await talk.asker.is_in("on_hold")
    await other.is_in("available")
    await talk.has_music(talk.call.sip)
    await talk.does("DELETE", "/hold")
    await talk.hear_each_other(talk.call.sip, talk.at_asker)


@pytest.mark.parametrize("held", [False, True], ids=["talks", "holds"])
async def test_a_call_that_was_handed_over(story: Story, held: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-2, R-STATE-12: it is the second agent's, and stays theirs."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    ring = await talk.consults(other)
    await talk.does("POST", "/consultation/complete")
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    if held:
        await talk.does("POST", "/hold", agent=other)
        await talk.has_music(talk.call.sip)
    async with service_away(story.line):
        pass
    if held:
        assert other.state == "on_hold"
        await talk.has_music(talk.call.sip)
        await talk.does("DELETE", "/hold", agent=other)
    await talk.hear_each_other(talk.call.sip, ring, OTHER_HZ)
    await ring.hang_up()
    assert (await talk.call.sip.ended(5)).how == "bye"
