"""Who cannot identify themselves waits for GICH, without the emergency setting (R-SEC-4)."""

from __future__ import annotations

import asyncio

from ivr.domain.activities import Outcome
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId
from ivr.domain.queueing import Reach
from ivr.domain.routes import CallKind
from ivr.domain.talking import ColdTransfer, GiveToGeneral, Impossible, Target
from tests.unit.acd.in_talk import Talking, in_direct_talk, in_talk
from tests.unit.acd.world import GENERALIST, GENERALIST_2, MATE, OWNER
from tests.unit.fake_pbx import Phone


def _scopes(talk: Talking) -> list[tuple[str, bool]]:
    return [(row.key, row.reach is Reach.OPEN) for row in talk.line.store.rows.scopes[talk.call_id]]


def test_to_gich_and_to_nobody_else_with_the_place() -> None:
    """R-SEC-4, R-WAIT-1: neither owner nor team any more; what was known of the call stays."""

    async def story(talk: Talking) -> None:
        talk.emergency()
        place = talk.line.call().first_waiting_at
        talk.line.agent(MATE, Phone())
        await talk.does(ColdTransfer(Target("team", "M1"), "x"))
        await talk.line.until(lambda: talk.line.call().agent_id == MATE, 1)
        await talk.line.until_call(CallState.TALKING, limit_s=5)
        await asyncio.sleep(0.1)
        talk.line.agent(GENERALIST_2, Phone())
        await talk.does(GiveToGeneral(), by=MATE)
        await talk.line.until(lambda: talk.line.call().agent_id == GENERALIST_2, 1)
        assert _scopes(talk) == [("segment:GICH", True)]
        assert (talk.line.call().kind, talk.line.call().first_waiting_at) == (CallKind.GENERAL.value, place)
        assert talk.state(MATE)[0] is AgentState.AFTER_CALL_WORK
        mine = [row for row in talk.line.store.rows.activities.values() if row.agent_id == MATE]
        assert [row.suggested for row in mine] == [Outcome.CALL_TRANSFERRED]
        assert (talk.party.target, talk.party.asked_by) == ("segment:GICH", MATE)

    in_talk(story)


def test_a_call_outside_the_queues_begins_to_wait() -> None:
    """R-WAIT-1: a direct call, or one that an agent has made, is GICH's then."""

    async def story(talk: Talking) -> None:
        await talk.does(GiveToGeneral())
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        assert (talk.line.call().kind, talk.line.call().first_waiting_at) == (CallKind.GENERAL.value, talk.line.wall())
        assert _scopes(talk) == [("segment:GICH", True)]

    in_direct_talk(story)


def test_who_is_of_gich_keeps_it() -> None:
    """R-SEC-4: it is where it belongs."""

    async def story(talk: Talking) -> None:
        refused = await talk.ask(GiveToGeneral())
        assert isinstance(refused, Impossible)
        assert refused.error_id == "security.general_already"
        assert talk.state(GENERALIST)[0] is AgentState.ON_CALL

    in_talk(story)


def test_an_employers_call_stays() -> None:
    """R-EMP-2: with the employer segment throughout."""

    async def story(talk: Talking) -> None:
        talk.line.store.transact(lambda tx: tx.note_call(talk.call_id, employer_id=1))
        refused = await talk.ask(GiveToGeneral())
        assert isinstance(refused, Impossible)
        assert refused.error_id == "security.employer_stays"
        assert talk.hear_each_other("c1", talk.leg)

    in_direct_talk(story)


def test_nobody_else_can_ask_for_it() -> None:
    """R-SEC-4: whose call it is decides."""

    async def story(talk: Talking) -> None:
        assert isinstance(await talk.ask(GiveToGeneral(), by=AgentId(OWNER)), Impossible)
        assert talk.line.call().state is CallState.TALKING

    in_talk(story)
