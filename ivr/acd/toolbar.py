"""The transactions behind the toolbar: log in, ask for a state, hold, and what the system does by itself (R-STATE)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.acd import ledger, parties
from ivr.acd.limits import Limits
from ivr.acd.roster import available, become, in_state, told
from ivr.domain.agents import (
    ON_THE_PHONE,
    AgentState,
    Denied,
    Now,
    Pending,
    StateRequest,
    SystemReason,
    Verdict,
    by_agent,
)
from ivr.domain.events import IdleWarned
from ivr.domain.ids import AgentId, CallId
from ivr.domain.queueing import AgentRow
from ivr.domain.toolbar import judge
from ivr.store.ports import Tx

IDLE_LOGOUT_S = 90 * 60.0
"""R-STATE-6: so long continuously Available without a call."""


def log_in(tx: Tx, agent_id: AgentId, endpoint: str, now: datetime, cause: str | None = None) -> bool:
    """The agent logs in on the phone ``endpoint``: Not Ready until they choose (R-STATE-1). False if logged in.

    ``cause``: who caused it, if not the agent (R-STATE-9).

    Who answered a direct call while Logged out is Not Ready when it ends (R-LINE-4).
    """
    agent = tx.agent(agent_id)
    if agent is not None and agent.back_state is AgentState.LOGGED_OUT:
        return tx.move_agent(agent_id, agent.state, back_state=AgentState.NOT_READY, endpoint=endpoint)
    if agent is None or agent.state is not AgentState.LOGGED_OUT:
        return False
    after = replace(in_state(agent, AgentState.NOT_READY, now), endpoint=endpoint)
    become(tx, agent, after, cause or by_agent(agent.staff_number), now)
    return True


def choose_phone(tx: Tx, agent_id: AgentId, endpoint: str, now: datetime) -> bool:
    """``endpoint`` rings for the agent from now on. False while a call rings for them or is up."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state in {AgentState.RESERVED, *ON_THE_PHONE}:
        return False
    if tx.rung_directly(agent_id) is not None or tx.party_of(agent_id) is not None:
        return False
    if agent.endpoint != endpoint:
        tx.move_agent(agent_id, agent.state, endpoint=endpoint)
        tx.emit(told(tx, replace(agent, endpoint=endpoint), now))
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
            tx.move_agent(agent_id, agent.state, pending=request.state, pending_code=request.code, pending_by=cause)
            asked = replace(agent, pending=request.state, pending_code=request.code, pending_by=cause)
            tx.emit(told(tx, asked, now))
        case Now(withdraws_offer=withdraws):
            _take_effect(tx, agent, request, cause, now, idle_logout_s)
            if withdraws and agent.offer_id is not None:
                ledger.withdraw_offer(tx, agent.offer_id, now)
            if withdraws:
                parties.withdraw_from(tx, agent, now, Limits(idle_logout_s=idle_logout_s))
            ledger.match(tx, now)
    return verdict


def work_over(tx: Tx, agent_id: AgentId, since: datetime, now: datetime, idle_logout_s: float) -> bool:
    """After Call Work that began at ``since`` has run out: the pending state, else Available (R-STATE-4)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AFTER_CALL_WORK or agent.since != since:
        return False
    request = StateRequest(agent.pending or AgentState.AVAILABLE, agent.pending_code)
    _take_effect(tx, agent, request, agent.pending_by or "after call work ran out", now, idle_logout_s)
    ledger.match(tx, now)
    return True


def idle_over(tx: Tx, agent_id: AgentId, since: datetime, now: datetime) -> bool:
    """Available without a call since ``since`` for the whole limit: logged out by the system (R-STATE-6).

    ``since`` is the state's own beginning or, before a ringing that the caller abandoned, that of the idle time.
    """
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AVAILABLE or since not in {agent.since, agent.idle_since}:
        return False
    become(tx, agent, in_state(agent, AgentState.LOGGED_OUT, now), "idle too long", now)
    return True


def idle_soon(tx: Tx, agent_id: AgentId, since: datetime) -> bool:
    """Warn an agent who is still Available without a call that the system will log them out (R-STATE-6)."""
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AVAILABLE or since not in {agent.since, agent.idle_since}:
        return False
    if agent.deadline_at is None:
        return False
    tx.emit(IdleWarned(agent_id, agent.staff_number, agent.deadline_at))
    return True


def phone_lost(tx: Tx, agent_id: AgentId, now: datetime) -> bool:
    """The phone of an Available agent cannot be reached any more: Not Ready (R-STATE-8). False in any other state:
    a ringing ends as unreachable, a call through `ledger.requeue`.
    """
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not AgentState.AVAILABLE:
        return False
    after = replace(in_state(agent, AgentState.NOT_READY, now), code=SystemReason.UNREACHABLE.value)
    become(tx, agent, after, "phone lost", now)
    return True


def hold(tx: Tx, agent_id: AgentId, now: datetime, call_id: CallId | None = None, cause: str | None = None) -> bool:
    """The agent put the caller on hold (R-STATE-12). False when they are on no call, or hold already.

    ``call_id``: only if it is the call that their state is of; ``cause``: who caused it, if not the agent.
    """
    return _turn(tx, agent_id, (AgentState.ON_CALL, AgentState.ON_HOLD), now, call_id, cause)


def retrieve(tx: Tx, agent_id: AgentId, now: datetime, call_id: CallId | None = None, cause: str | None = None) -> bool:
    """The agent is back with the caller (R-STATE-12). False when they hold nobody; parameters as `hold`."""
    return _turn(tx, agent_id, (AgentState.ON_HOLD, AgentState.ON_CALL), now, call_id, cause)


def _turn(
    tx: Tx,
    agent_id: AgentId,
    way: tuple[AgentState, AgentState],
    now: datetime,
    call_id: CallId | None,
    cause: str | None,
) -> bool:
    agent = tx.agent(agent_id)
    if agent is None or agent.state is not way[0] or call_id not in {None, agent.call_id}:
        return False
    become(tx, agent, replace(agent, state=way[1], since=now), cause or by_agent(agent.staff_number), now)
    return True


def _take_effect(
    tx: Tx, agent: AgentRow, request: StateRequest, cause: str, now: datetime, idle_logout_s: float
) -> None:
    if agent.state is request.state and agent.code == request.code:
        return
    if request.state is AgentState.AVAILABLE:
        after = available(agent, now, idle_logout_s)
    else:
        after = in_state(agent, request.state, now)
        if request.state is AgentState.NOT_READY:
            after = replace(after, code=request.code)
    become(tx, agent, after, cause, now)
