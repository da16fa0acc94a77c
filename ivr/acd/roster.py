"""One agent's row from state to state: what is kept, the fact appended, who is told (R-STATE-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.agents import ON_THE_PHONE, AgentState
from ivr.domain.events import AgentChanged
from ivr.domain.ids import AgentId
from ivr.domain.queueing import AgentRow
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


def become(tx: Tx, before: AgentRow, after: AgentRow, cause: str, now: datetime) -> None:
    """Write an agent's new state, the fact of it and who or what caused it, and tell. Raises StoreError when the row
    is not as ``before`` has it.
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
        call_id=after.call_id,
        offer_id=after.offer_id,
        endpoint=after.endpoint,
        deadline_at=after.deadline_at,
    )
    if not moved:
        raise StoreError(f"agent {before.agent_id} changed under the matching lock")
    tx.agent_fact(before, after, cause, now)
    tx.emit(told(after, now))


def told(row: AgentRow, now: datetime) -> AgentChanged:
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
    )


def end_work(tx: Tx, agent_id: AgentId, now: datetime, after_call_work_s: float) -> None:
    """The talk is over: After Call Work, keeping what was asked for during the call (R-STATE-4, R-STATE-5)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state not in ON_THE_PHONE:
        return
    after = replace(
        in_state(agent, AgentState.AFTER_CALL_WORK, now),
        call_id=agent.call_id,
        pending=agent.pending,
        pending_code=agent.pending_code,
        deadline_at=now + timedelta(seconds=after_call_work_s),
    )
    become(tx, agent, after, "call ended", now)
