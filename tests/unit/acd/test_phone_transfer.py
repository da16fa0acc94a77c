"""A transfer that an agent's phone asks for by itself: carried out as the desk's would be, or declined."""

from __future__ import annotations

import asyncio

import pytest

from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from tests.unit.acd.in_talk import OUTSIDE, Talking, in_direct_talk, in_talk
from tests.unit.acd.world import GENERALIST, MATE, OWNER
from tests.unit.fake_pbx import Phone

PROGRESS, ANSWERED, DECLINED = "channel_progress", "channel_answered", "channel_declined"


@pytest.mark.parametrize("destination", ["7001", "9999", OUTSIDE, ""])
def test_declined_without_the_emergency_setting(destination: str) -> None:
    """R-XFER-3, R-XFER-4: the phone is told 603, and the agent stays with the caller."""

    async def story(talk: Talking) -> None:
        talk.line.agent(OWNER, Phone())
        talk.line.pbx.refers(talk.leg, destination)
        await talk.line.until(lambda: len(talk.line.pbx.referred) == 2, 2)
        assert talk.line.pbx.referred == [PROGRESS, DECLINED]
        assert talk.hear_each_other("c1", talk.leg)
        assert talk.state(GENERALIST)[0] is AgentState.ON_CALL

    in_talk(story)


def test_cold_to_a_colleague_in_an_emergency() -> None:
    """R-XFER-3: queued at the colleague as their own; the phone is told 200."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.agent(OWNER, Phone())
        talk.line.pbx.refers(talk.leg, "7001")
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 2)
        await talk.line.until_call(CallState.TALKING, limit_s=5)
        await asyncio.sleep(0.1)
        assert talk.line.pbx.referred == [PROGRESS, ANSWERED]
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])
        assert talk.state(GENERALIST)[0] is AgentState.AFTER_CALL_WORK

    in_talk(story)


@pytest.mark.parametrize("destination", [OUTSIDE, "9999"])
def test_never_cold_to_a_number_outside(destination: str) -> None:
    """R-XFER-3: declined in an emergency too."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.pbx.refers(talk.leg, destination)
        await talk.line.until(lambda: talk.line.pbx.referred == [PROGRESS, DECLINED], 2)
        assert talk.hear_each_other("c1", talk.leg)

    in_talk(story)


def test_to_whom_one_consults_it_completes() -> None:
    """R-XFER-2: what the desk calls complete."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        talk.line.pbx.refers(talk.leg, "7001")
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 2)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)

    in_talk(story)


def test_attended_is_declined() -> None:
    """R-XFER-2: the phone's second call is none that the service made."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.agent(OWNER, Phone())
        talk.line.pbx.refers(talk.leg, "7001", replaces="another call")
        await talk.line.until(lambda: talk.line.pbx.referred == [PROGRESS, DECLINED], 2)
        assert talk.hear_each_other("c1", talk.leg)

    in_talk(story)


def test_the_consulteds_phone_may_not() -> None:
    """R-XFER-2: it is not their call."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        talk.emergency()
        talk.line.pbx.refers(other, "7002")
        await talk.line.until(lambda: talk.line.pbx.referred == [PROGRESS, DECLINED], 2)
        assert talk.hear_each_other(talk.leg, other)

    in_talk(story)


@pytest.mark.parametrize("emergency", [True, False])
def test_a_phone_that_hangs_up_behind_its_request(emergency: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-4: done in an emergency; else the caller waits again, and is never dropped."""

    async def story(talk: Talking) -> None:
        place = talk.line.call().first_waiting_at
        if emergency:
            talk.emergency()
        talk.line.agent(MATE, Phone())
        talk.line.pbx.refers(talk.leg, "7002")
        talk.line.pbx.hangs_up(talk.leg)
        if emergency:
            await talk.line.until(lambda: talk.line.call().agent_id == MATE, 2)
            await talk.line.until_call(CallState.TALKING, limit_s=5)
        else:
            await talk.line.until_call(CallState.WAITING, limit_s=2)
            assert [row.key for row in talk.line.store.rows.scopes[talk.call_id]] == ["segment:GICH"]
        assert talk.line.call().first_waiting_at == place
        assert talk.state(GENERALIST)[0] is AgentState.AFTER_CALL_WORK

    in_talk(story)


def test_of_a_direct_call() -> None:
    """R-WAIT-1: it is GICH's then; the leader is as before."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.agent(MATE, Phone())
        talk.line.pbx.refers(talk.leg, "7002")
        await talk.line.until(lambda: talk.line.call().agent_id == MATE, 2)
        assert talk.state(OWNER)[0] is AgentState.AVAILABLE

    in_direct_talk(story)
