"""Ringing one agent, as the caller and the other agents notice it: each ending, and what is left on the PBX."""

from __future__ import annotations

import asyncio

import pytest

from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallEnd, CallState, OfferState
from tests.unit.acd.world import GENERALIST, GENERALIST_2
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import SmallHelpline
from tests.unit.virtual_time import now, run_virtual


async def _rings(line: SmallHelpline, channel_id: str = "c1") -> float:
    """A caller who keys nothing comes to GICH and rings; the moment it does."""
    line.caller_arrives(channel_id)
    await line.until_call(CallState.RINGING, channel_id)
    return now()


@pytest.mark.parametrize(
    ("phone", "ends", "after_s", "reason"),
    [
        (Phone("ring"), OfferState.NO_ANSWER, 15.0, SystemReason.NO_ANSWER),
        (Phone("reject", after_s=0.5), OfferState.REJECTED, 0.5, SystemReason.NO_ANSWER),
        (Phone("silent"), OfferState.UNREACHABLE, 4.0, SystemReason.UNREACHABLE),
        (Phone("unregistered"), OfferState.UNREACHABLE, 0.0, SystemReason.UNREACHABLE),
    ],
)
def test_who_does_not_take_the_call_is_not_ready_and_the_next_one_rings(
    phone: Phone, ends: OfferState, after_s: float, reason: SystemReason
) -> None:
    """R-RONA-2, R-RONA-3: after 15 s ringing, 4 s of silence, or at once; the caller reaches the other agent."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, phone)
        await asyncio.sleep(1)
        line.agent(GENERALIST_2)
        began = await _rings(line)
        await line.until(lambda: line.state(GENERALIST) is AgentState.NOT_READY)
        assert now() - began == pytest.approx(after_s, abs=0.2)
        assert line.row(GENERALIST).code == reason.value
        await line.until_call(CallState.TALKING)
        assert [offer.state for offer in line.offers()] == [ends, OfferState.ANSWERED]
        assert len(line.pbx.legs()) == 1
        await line.over()

    run_virtual(story())


def test_an_answered_offer_connects_the_two() -> None:
    """R-STATE-4: talk until one hangs up, then After Call Work; caller and agent were brought together once."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone(talks_s=30))
        await _rings(line)
        await line.until_call(CallState.ENDED)
        assert line.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        assert line.call().end is CallEnd.ANSWERED
        assert line.pbx.connected == [frozenset({"c1", f"leg-{line.offers()[0].offer_id}"})]
        assert "c1" not in line.pbx.channels
        await line.over()

    run_virtual(story())


def test_a_withdrawn_offer_stops_ringing_and_the_call_goes_on() -> None:
    """R-STATE-5: Not Ready asked for while it rings: the ringing stops at once, and it is no RONA."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        began = await _rings(line)
        await line.until(line.pbx.legs)
        line.ask(GENERALIST, AgentState.NOT_READY, "Break")
        await line.until(lambda: not line.pbx.legs())
        assert now() - began < 1
        assert (line.row(GENERALIST).code, line.call().state) == ("Break", CallState.WAITING)
        assert [offer.state for offer in line.offers()] == [OfferState.WITHDRAWN]
        await line.over()

    run_virtual(story())


def test_an_offer_withdrawn_before_it_rings_rings_nobody() -> None:
    """R-STATE-5: reserved, then Not Ready before the call's task has seen the offer: no phone rings for it."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        line.agent(GENERALIST, Phone("ring"))
        line.ask(GENERALIST, AgentState.NOT_READY, "Break")
        await asyncio.sleep(5)
        assert [offer.state for offer in line.offers()] == [OfferState.WITHDRAWN]
        assert not [asked for asked in line.pbx.asked if asked.path == "channels/create"]
        await line.over()

    run_virtual(story())


def test_an_answer_while_the_ringing_is_being_ended_changes_nothing() -> None:
    """R-WAIT-6: the hang-up was on its way when the phone answered: RONA, the leg is cleared up, nobody is stuck."""

    async def story() -> None:
        line = SmallHelpline()
        line.pbx.hang_up_takes_s = line.pbx.hang_up_tells_s = 0.2
        line.agent(GENERALIST, Phone("silent"))
        await _rings(line)
        await asyncio.sleep(4.05)
        line.pbx.picks_up(f"leg-{line.offers()[0].offer_id}")
        await asyncio.sleep(1)
        assert line.offers()[0].state is OfferState.UNREACHABLE
        assert line.state(GENERALIST) is AgentState.NOT_READY
        assert (line.call().state, line.pbx.legs()) == (CallState.WAITING, [])
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.04, 0.06])
def test_a_caller_who_goes_while_the_leg_is_being_made_leaves_nothing(after_s: float) -> None:
    """R-WAIT-5: the leg comes into being after its caller has gone: it is hung up, the agent Available as before."""

    async def story() -> None:
        line = SmallHelpline()
        line.pbx.create_takes_s = 0.05
        line.agent(GENERALIST, Phone("ring"))
        idle_since = line.row(GENERALIST).idle_since
        await _rings(line)
        await asyncio.sleep(after_s)
        line.pbx.hangs_up("c1")
        await asyncio.sleep(1)
        assert line.pbx.is_empty
        assert line.state(GENERALIST) is AgentState.AVAILABLE
        assert line.row(GENERALIST).idle_since == idle_since
        assert line.offers()[0].state is OfferState.CALLER_GONE
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("first", ["answer", "hang-up"])
def test_answer_and_hang_up_at_once_whichever_comes_first_decides(first: str) -> None:
    """R-WAIT-6: answer first: answered, then After Call Work; hang-up first: abandoned, the agent Available."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        await _rings(line)
        await line.until(line.pbx.legs)
        await asyncio.sleep(1)
        if first == "hang-up":
            line.pbx.hangs_up("c1")
        for leg in line.pbx.legs():
            line.pbx.picks_up(leg)
        line.pbx.hangs_up("c1")
        await line.until_call(CallState.ENDED)
        answered = first == "answer"
        assert line.call().end is (CallEnd.ANSWERED if answered else CallEnd.ABANDONED_QUEUE)
        assert line.state(GENERALIST) is (AgentState.AFTER_CALL_WORK if answered else AgentState.AVAILABLE)
        await line.over()

    run_virtual(story())


def test_a_reconnect_keeps_the_bridge_that_a_ringing_call_has_ready() -> None:
    """The event socket went and came back while a phone rang: the answer still finds its bridge."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone(after_s=3))
        await _rings(line)
        await line.until(lambda: line.pbx.bridges)
        await line.pbx.session.link_up()
        assert line.pbx.bridges
        await line.until_call(CallState.TALKING)
        await line.until(lambda: line.pbx.connected)
        await line.over()

    run_virtual(story())
