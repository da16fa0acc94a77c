"""A cold transfer on a PBX in virtual time: only in an emergency, queued at the target, with the call's place."""

from __future__ import annotations

import asyncio

import pytest

from ivr.acd.transfers import NO_COLD_NUMBER, ONLY_IN_AN_EMERGENCY
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.domain.queueing import Reach
from ivr.domain.routes import CallKind
from ivr.domain.talking import ColdTransfer, Hold, Impossible, Target
from tests.unit.acd.in_talk import Talking, in_direct_talk, in_talk
from tests.unit.acd.world import GENERALIST, GENERALIST_2, MATE, OWNER
from tests.unit.fake_pbx import Phone

TRANSFERRING = "en/transferring"
TO_TEAM = ColdTransfer(Target("team", "M1"), "about the arrears", "seen the letter")


def _scopes(talk: Talking) -> list[tuple[str, bool]]:
    """The call's scopes by position, each with whether it is open."""
    return [(row.key, row.reach is Reach.OPEN) for row in talk.line.store.rows.scopes[talk.call_id]]


def test_refused_without_the_emergency_setting() -> None:
    """R-XFER-3: the rule is named, and the talk goes on."""

    async def story(talk: Talking) -> None:
        assert await talk.ask(TO_TEAM) == ONLY_IN_AN_EMERGENCY
        assert talk.hear_each_other("c1", talk.leg)
        assert talk.state(GENERALIST)[0] is AgentState.ON_CALL

    in_talk(story)


@pytest.mark.parametrize("held", [True, False])
def test_queued_at_a_team(held: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-3, R-WAIT-1: first the target, then as before; the place is kept; After Call Work at once."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        if held:
            await talk.does(Hold())
        place = talk.line.call().first_waiting_at
        await talk.does(TO_TEAM)
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        assert talk.state(GENERALIST)[0] is AgentState.AFTER_CALL_WORK
        assert _scopes(talk) == [("team:M1", True), ("segment:GICH", True)]
        await asyncio.sleep(6)
        assert talk.line.heard()[-3:] == [TRANSFERRING, "en/waiting-busy", "music"]
        talk.line.agent(GENERALIST_2, Phone("ring"))
        await talk.line.until(lambda: talk.line.call().agent_id == GENERALIST_2, 1)
        assert talk.line.call().first_waiting_at == place

    in_talk(story)


def test_the_target_comes_before_the_queue_it_came_from() -> None:
    """R-WAIT-1: a free agent of the target is offered it, and talks with the caller."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.agent(GENERALIST_2, Phone())
        talk.line.agent(MATE, Phone())
        await talk.does(TO_TEAM)
        await talk.line.until(lambda: talk.line.call().agent_id == MATE, 1)
        await talk.line.until_call(CallState.TALKING, limit_s=5)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])
        assert not talk.line.pbx.channels["c1"].music
        assert (talk.party.reason, talk.party.notes, talk.party.asked_by) == (
            "about the arrears",
            "seen the letter",
            GENERALIST,
        )

    in_talk(story)


def test_by_name_it_is_their_own() -> None:
    """R-WAIT-4: who becomes Available is offered the call transferred to them before one that waits longer."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        talk.line.agent(OWNER, Phone("ring"), available=False)
        await talk.does(ColdTransfer(Target("agent", "7001"), "x"))
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        talk.line.ask(OWNER, AgentState.AVAILABLE)
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 1)
        assert talk.line.offers()[-1].own

    in_talk(story)


def test_a_direct_call_is_gichs_then() -> None:
    """R-WAIT-1: its wait begins now; the leader is as before it."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        await talk.does(ColdTransfer(Target("team", "E1"), "x"))
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        assert (talk.line.call().kind, talk.line.call().first_waiting_at) == (CallKind.GENERAL.value, talk.line.wall())
        assert _scopes(talk) == [("team:E1", True), ("segment:GICH", True)]
        assert talk.state(OWNER)[0] is AgentState.AVAILABLE
        talk.line.agent(GENERALIST, Phone())
        await talk.line.until_call(CallState.TALKING, limit_s=10)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])

    in_direct_talk(story)


def test_never_to_a_number_outside() -> None:
    """R-XFER-3: there is no queue."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        assert await talk.ask(ColdTransfer(Target("number", "03069990500"), "x")) == NO_COLD_NUMBER
        unknown = await talk.ask(ColdTransfer(Target("agent", "9999"), "x"))
        assert isinstance(unknown, Impossible)
        assert talk.hear_each_other("c1", talk.leg)

    in_talk(story)


def test_the_caller_hangs_up_in_the_moment_of_the_transfer() -> None:
    """R-WAIT-5: it counts as answered, and nobody is rung for it."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        await talk.does(TO_TEAM)
        talk.line.pbx.hangs_up("c1")
        await talk.line.until_call(CallState.ENDED, limit_s=2)

    in_talk(story)
