"""One agent's row from state to state: what is kept, the fact appended, who is told (R-STATE-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.agents import ON_THE_PHONE, AgentState
from ivr.domain.events import AgentChanged, CallState, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import AgentRow
from ivr.domain.talking import PartyRole, PartyRow
from ivr.domain.toolbar import Part
from ivr.errors import StoreError
from ivr.store.ports import Tx

PASSING: Final = frozenset({AgentState.AVAILABLE, AgentState.AFTER_CALL_WORK})
"""States that end by themselves at ``deadline_at``. In Reserved it is only kept, for an agent who comes back."""


def present(tx: Tx, agent_id: AgentId) -> AgentRow:
    """The row of an agent whom another row names. Raises StoreError when there is none."""
    agent = tx.agent(agent_id)
    if agent is None:
        raise StoreError(f"agent {agent_id} is named and is not there")
    return agent


def in_state(agent: AgentRow, state: AgentState, now: datetime) -> AgentRow:
    """The agent from ``now`` on in ``state``; of the old one nothing is kept but who they are and their phone."""
    return AgentRow(agent.agent_id, agent.staff_number, agent.team, agent.segment, state, now, endpoint=agent.endpoint)


def available(agent: AgentRow, now: datetime, idle_logout_s: float) -> AgentRow:
    """The agent newly Available: last in the order of R-CASE-8, with the whole idle time before them (R-STATE-6)."""
    deadline_at = now + timedelta(seconds=idle_logout_s)
    return replace(in_state(agent, AgentState.AVAILABLE, now), idle_since=now, deadline_at=deadline_at)


def available_again(agent: AgentRow, now: datetime) -> AgentRow:
    """The agent whose ringing came to nothing through no doing of theirs: with the idle time they had (R-WAIT-5)."""
    back = in_state(agent, AgentState.AVAILABLE, now)
    return replace(back, idle_since=agent.idle_since, deadline_at=agent.deadline_at)


def reserved_by(agent: AgentRow, call_id: CallId, now: datetime, offer_id: OfferId | None = None) -> AgentRow:
    """The agent rung for a call, with the idle time and its end kept: the ringing may come to nothing (R-STATE-6).

    ``offer_id``: the queue's offer; None for a direct call.
    """
    rung = replace(in_state(agent, AgentState.RESERVED, now), call_id=call_id, offer_id=offer_id)
    return replace(rung, idle_since=agent.idle_since, deadline_at=agent.deadline_at)


def become(tx: Tx, before: AgentRow, after: AgentRow, cause: str, now: datetime) -> None:
    """Write an agent's new state, the fact of it and who or what caused it, and tell. Raises StoreError when the row
    is not as ``before`` has it. Nobody stays Available while a direct call rings them (R-LINE-4).
    """
    moved = tx.move_agent(
        before.agent_id,
        before.state,
        state=after.state,
        since=after.since,
        code=after.code,
        idle_since=after.idle_since,
        pending=after.pending,
        pending_code=after.pending_code,
        pending_by=after.pending_by,
        call_id=after.call_id,
        offer_id=after.offer_id,
        endpoint=after.endpoint,
        deadline_at=after.deadline_at,
        **_back(before, after),
    )
    if not moved:
        raise StoreError(f"agent {before.agent_id} changed under the matching lock")
    tx.agent_fact(before, after, cause, now)
    tx.emit(told(tx, after, now))
    if after.state is AgentState.AVAILABLE:
        _reserve_if_rung(tx, after, now)


def _back(before: AgentRow, after: AgentRow) -> dict[str, object]:
    """The columns of what a direct call leads back to; none of them where no direct call begins or ends."""
    if before.back_state is None and after.back_state is None:
        return {}
    return {
        "back_state": after.back_state,
        "back_code": after.back_code,
        "back_left_ms": after.back_left_ms,
        "back_pending": after.back_pending,
        "back_pending_code": after.back_pending_code,
        "back_pending_by": after.back_pending_by,
        "back_call_id": after.back_call_id,
    }


def _reserve_if_rung(tx: Tx, agent: AgentRow, now: datetime) -> None:
    call_id = tx.rung_directly(agent.agent_id)
    if call_id is not None:
        become(tx, agent, reserved_by(agent, call_id, now), "rung directly", now)


def told(tx: Tx, row: AgentRow, now: datetime) -> AgentChanged:
    """What everybody hears of an agent's row."""
    remaining_s: float | None = None
    if row.deadline_at is not None and row.state in PASSING:
        remaining_s = max(0.0, (row.deadline_at - now).total_seconds())
    return AgentChanged(
        row.agent_id,
        row.staff_number,
        row.team,
        row.segment,
        row.state,
        row.code,
        row.since,
        row.pending,
        row.pending_code,
        row.call_id,
        remaining_s,
        row.endpoint,
        row.pending_by,
        part_of(tx, row),
    )


def part_of(tx: Tx, agent: AgentRow) -> Part:
    """What an agent is to the call that their row names."""
    if agent.state not in ON_THE_PHONE or agent.call_id is None:
        return Part.OWN
    party, call = tx.party_of(agent.agent_id), tx.call(agent.call_id)
    if party is not None and party.is_in and party.call_id == agent.call_id:
        return Part.GUEST
    if call is not None and call.state is CallState.DIALLING:
        return Part.MAKING
    return Part.ASKING if any(_rings_for(agent, row) for row in tx.parties(agent.call_id)) else Part.OWN


def _rings_for(agent: AgentRow, party: PartyRow) -> bool:
    is_asked = party.role is PartyRole.CONSULTED and party.asked_by == agent.agent_id
    return is_asked and party.state is OfferState.RINGING
