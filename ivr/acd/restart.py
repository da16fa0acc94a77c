"""What a process must know of passing states when it starts: their stored ends (R-STATE-4, R-STATE-6, R-RONA-2).

While a process lives its monotonic clock fires these; the stored instants count only for whoever comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.acd.roster import PASSING
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, CallId
from ivr.store.ports import Tx


@dataclass(frozen=True, slots=True)
class WorkEnds:
    """After Call Work that began at ``since`` ends at ``at``: `toolbar.work_over`."""

    agent_id: AgentId
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class IdleEnds:
    """An Available agent is logged out at ``at``: `toolbar.idle_over`."""

    agent_id: AgentId
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Overflows:
    """Every scope of the call opens at ``at``: `ledger.overflow`."""

    call_id: CallId
    at: datetime


@dataclass(frozen=True, slots=True)
class BlockEnds:
    """The agent may be offered the call again at ``at``: `ledger.unblock`."""

    call_id: CallId
    agent_id: AgentId
    at: datetime


PendingDeadline = WorkEnds | IdleEnds | Overflows | BlockEnds


def pending_deadlines(tx: Tx) -> list[PendingDeadline]:
    """Every end that has not come yet, or came while nobody was there to fire it."""
    return [*_of_agents(tx), *_of_calls(tx), *(BlockEnds(b.call_id, b.agent_id, b.until) for b in tx.blocks())]


def _of_agents(tx: Tx) -> list[PendingDeadline]:
    found: list[PendingDeadline] = []
    for agent in tx.agents_with_deadline():
        if agent.deadline_at is None or agent.state not in PASSING:
            continue
        kind = WorkEnds if agent.state is AgentState.AFTER_CALL_WORK else IdleEnds
        found.append(kind(agent.agent_id, agent.since, agent.deadline_at))
    return found


def _of_calls(tx: Tx) -> list[PendingDeadline]:
    return [
        Overflows(call.call_id, call.overflow_at)
        for call in tx.calls_up()
        if call.overflow_at is not None and not call.overflowed and call.state in {CallState.WAITING, CallState.RINGING}
    ]
