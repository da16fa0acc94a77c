"""The transactions behind the toolbar: log in, ask for a state, and what the system does by itself (R-STATE)."""

from __future__ import annotations

from datetime import datetime

from ivr.acd.ledger import match, withdraw_offer
from ivr.acd.roster import change_agent
from ivr.domain.agents import AgentState, Denied, Now, Pending, StateRequest, Verdict, judge
from ivr.domain.events import AgentChanged
from ivr.domain.ids import AgentId
from ivr.domain.queueing import AgentRow
from ivr.store.ports import Tx

IDLE_LOGOUT_S = 90 * 60.0
"""R-STATE-6: so long continuously Available without a call."""


def log_in(tx: Tx, agent_id: AgentId, endpoint: str, now: datetime) -> bool:
    """The agent logs in on the phone ``endpoint``: Not Ready until they choose (R-STATE-1). False if logged in."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.LOGGED_OUT:
        return False
    tx.move_agent(agent_id, AgentState.LOGGED_OUT, endpoint=endpoint)
    change_agent(tx, agent, AgentState.NOT_READY, None, "logged in", now)
    return True


def ask(tx: Tx, agent_id: AgentId, request: StateRequest, cause: str, now: datetime, idle_logout_s: float) -> Verdict:
    """An agent, or a leader for them (``cause`` says who), asks for a state (R-STATE-5, R-STATE-12)."""
    agent = tx.agent(agent_id)
    if agent is None:
        return Denied("no such agent")
    verdict = judge(agent.state, request)
    match verdict:
        case Denied():
            pass
        case Pending():
            _set_pending(tx, agent, request)
        case Now(withdraws_offer=withdraws):
            _take_effect(tx, agent, request, cause, now, idle_logout_s)
            if withdraws and agent.offer_id is not None:
                withdraw_offer(tx, agent.offer_id, now)
            match(tx, now)
    return verdict


def work_over(tx: Tx, agent_id: AgentId, since: datetime, now: datetime, idle_logout_s: float) -> bool:
    """After Call Work that began at ``since`` has run out: the pending state, else Available (R-STATE-4)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AFTER_CALL_WORK or agent.since != since:
        return False
    request = StateRequest(agent.pending or AgentState.AVAILABLE, agent.pending_code)
    _take_effect(tx, agent, request, "after call work ran out", now, idle_logout_s)
    match(tx, now)
    return True


def idle_over(tx: Tx, agent_id: AgentId, since: datetime, now: datetime) -> bool:
    """Available without a call since ``since`` for the whole limit: logged out by the system (R-STATE-6)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AVAILABLE or agent.idle_since != since:
        return False
    change_agent(tx, agent, AgentState.LOGGED_OUT, None, "idle too long", now)
    return True


def _set_pending(tx: Tx, agent: AgentRow, request: StateRequest) -> None:
    tx.move_agent(agent.agent_id, agent.state, pending=request.state, pending_code=request.code)
    tx.emit(
        AgentChanged(
            agent.agent_id,
            agent.staff_number,
            agent.team,
            agent.segment,
            agent.state,
            agent.code,
            agent.since,
            request.state,
            request.code,
            agent.call_id,
            None,
        )
    )


def _take_effect(
    tx: Tx, agent: AgentRow, request: StateRequest, cause: str, now: datetime, idle_logout_s: float
) -> None:
    if agent.state is request.state and agent.code == request.code:
        return
    lasts_s = idle_logout_s if request.state is AgentState.AVAILABLE else None
    code = request.code if request.state is AgentState.NOT_READY else None
    change_agent(tx, agent, request.state, code, cause, now, lasts_s=lasts_s)
