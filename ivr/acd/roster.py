"""The transactions on an agent: log in, ask for a state, After Call Work that ends, idle log-out (R-STATE)."""

from __future__ import annotations

from datetime import datetime, timedelta

from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import AgentRow
from ivr.store.ports import Tx


def change_agent(
    tx: Tx,
    agent: AgentRow,
    state: AgentState,
    code: str | None,
    cause: str,
    now: datetime,
    *,
    call_id: CallId | None = None,
    offer_id: OfferId | None = None,
    idle: datetime | None = None,
    lasts_s: float | None = None,
    pending: tuple[AgentState, str | None] | None = None,
) -> None:
    """Move an agent's row and append the fact. ``idle``: Available since, kept through a ringing; ``lasts_s``: the
    state passes by itself after so many seconds.
    """
    wanted, wanted_code = pending or (None, None)
    tx.move_agent(
        agent.agent_id,
        agent.state,
        state=state,
        code=code,
        since=now,
        idle_since=idle if idle is not None else (now if state is AgentState.AVAILABLE else None),
        call_id=call_id,
        offer_id=offer_id,
        pending=wanted,
        pending_code=wanted_code,
        deadline_at=None if lasts_s is None else now + timedelta(seconds=lasts_s),
    )
    tx.agent_fact(agent, state, code, cause, now)
    tx.emit(
        AgentChanged(
            agent.agent_id,
            agent.staff_number,
            agent.team,
            agent.segment,
            state,
            code,
            now,
            wanted,
            wanted_code,
            call_id,
            lasts_s,
        )
    )


def end_work(tx: Tx, agent_id: AgentId, now: datetime, after_call_work_s: float) -> None:
    """The talk is over: After Call Work, keeping what was asked for during the call (R-STATE-4, R-STATE-5)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state not in {AgentState.ON_CALL, AgentState.ON_HOLD}:
        return
    pending = None if agent.pending is None else (agent.pending, agent.pending_code)
    change_agent(
        tx,
        agent,
        AgentState.AFTER_CALL_WORK,
        None,
        "call ended",
        now,
        call_id=agent.call_id,
        lasts_s=after_call_work_s,
        pending=pending,
    )
