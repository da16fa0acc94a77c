"""A team leader on somebody else's call: the same rows, states and refusals in every store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from ivr.acd import ledger, overseeing, parties, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import CallEnd, OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.routes import Segments, general
from ivr.domain.talking import Impossible, PartyRole
from ivr.store.engine import open_store
from ivr.store.memory import MemoryStore
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from tests.integration.store.staffed import wipe_and_staff
from tests.unit.acd.world import GENERALIST, IDLE_LOGOUT_S, MATE, NINE, OWNER, call_row, staff_rows

CALL = CallId("call0001")
LATER = NINE + timedelta(seconds=9)
LIMITS, NAMES = Limits(), Segments()


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is after a step: states of agent and leaders, whose call, who takes part."""

    states: tuple[tuple[AgentState, AgentState | None], ...]
    agent: AgentId | None
    parties: tuple[tuple[AgentId | None, PartyRole, OfferState], ...]


def _seen(tx: Tx) -> Seen:
    people = [tx.agent(one) for one in (GENERALIST, OWNER, MATE)]
    call = tx.call(CALL)
    return Seen(
        tuple((one.state, one.back_state) for one in people if one is not None),
        None if call is None else call.agent_id,
        tuple((one.agent_id, one.role, one.state) for one in tx.parties(CALL)),
    )


def _talk(tx: Tx) -> None:
    for agent_id in (GENERALIST, OWNER, MATE):
        toolbar.log_in(tx, agent_id, f"PJSIP/{7000 + agent_id}", NINE)
    for agent_id in (GENERALIST, OWNER):
        toolbar.ask(tx, agent_id, StateRequest(AgentState.AVAILABLE), "agent", NINE, IDLE_LOGOUT_S)
    ledger.arrive(tx, call_row(CALL, NINE))
    ledger.enqueue(tx, CALL, general(NAMES), NINE, LIMITS)
    call = tx.call(CALL)
    assert call is not None
    assert call.offer_id is not None
    assert ledger.answer_offer(tx, call.offer_id, NINE)


def _whole_life(tx: Tx) -> list[Seen]:
    """One listens, whispers and takes the call; another is rung in vain, then follows until the call is over."""
    _talk(tx)
    seen = [_seen(tx)]
    first = overseeing.begin(tx, CALL, PartyRole.LISTENING, OWNER, NINE)
    second = overseeing.begin(tx, CALL, PartyRole.JOINED, MATE, NINE + timedelta(seconds=1))
    assert not isinstance(first, Impossible)
    assert not isinstance(second, Impossible)
    seen.append(_seen(tx))
    assert overseeing.answered(tx, first.party_id, PartyRole.LISTENING, "agent 7001", NINE)
    assert parties.end(tx, second.party_id, OfferState.NO_ANSWER, NINE, LIMITS)
    assert isinstance(overseeing.begin(tx, CALL, PartyRole.JOINED, OWNER, NINE), Impossible)
    seen.append(_seen(tx))
    assert overseeing.change(tx, first.party_id, PartyRole.WHISPERING, "agent 7001", NINE)
    seen.append(_seen(tx))
    assert overseeing.take(tx, first.party_id, NAMES, "agent 7001", NINE, LIMITS) is None
    assert not overseeing.change(tx, first.party_id, PartyRole.JOINED, "agent 7001", NINE)
    seen.append(_seen(tx))
    third = overseeing.begin(tx, CALL, PartyRole.JOINED, MATE, LATER)
    assert not isinstance(third, Impossible)
    assert overseeing.answered(tx, third.party_id, PartyRole.JOINED, "agent 7002", LATER)
    assert overseeing.inherit(tx, third.party_id, NAMES, LATER, LIMITS, lost=True)
    seen.append(_seen(tx))
    ledger.end_call(tx, CALL, CallEnd.ANSWERED, LATER, LIMITS)
    return [*seen, _seen(tx)]


@pytest.mark.postgres
async def test_leaders_are_the_same_everywhere(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """docs/acd.md, R-MON-2: never RONA, back to what they were, and the call is whoever's took it."""
    memory = MemoryStore()
    memory.rows.agents = {row.agent_id: row for row in staff_rows()}
    expected = memory.transact(_whole_life)
    on_call, work, not_ready = AgentState.ON_CALL, AgentState.AFTER_CALL_WORK, AgentState.NOT_READY
    assert [seen.agent for seen in expected] == [*[GENERALIST] * 4, OWNER, MATE, MATE]
    assert [seen.states[1] for seen in expected[:4]] == [
        (AgentState.AVAILABLE, None),
        (AgentState.RESERVED, None),
        (on_call, AgentState.AVAILABLE),
        (on_call, AgentState.AVAILABLE),
    ]
    assert [seen.states for seen in expected[4:]] == [
        ((work, None), (on_call, None), (not_ready, None)),
        ((work, None), (not_ready, None), (on_call, None)),
        ((work, None), (not_ready, None), (work, None)),
    ]
    for url in (f"sqlite:///{tmp_path_factory.mktemp('overseeing') / 'helpline.db'}", postgres_url):
        await asyncio.to_thread(upgrade, url)
        store = open_store(url)
        try:
            await store.write(wipe_and_staff)
            assert await store.run(_whole_life) == expected
        finally:
            await store.close()
