"""What the end of a talk, and direct calls, make of an agent's row (R-STATE-4, R-LINE-4).

An agent talks on one queue call at most, and on direct calls beside it. Their row names the queue's call as long as it
lasts, and keeps in ``back_...`` what the last of the direct calls leads back to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ivr.acd import activities
from ivr.acd.roster import available, available_again, become, in_state, present, reserved_by
from ivr.domain.agents import ON_THE_PHONE, AgentState, SystemReason
from ivr.domain.events import OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.queueing import AgentRow, DirectRing
from ivr.store.ports import Tx

LOST: Final = "phone lost during a call"


def reserve(tx: Tx, agent: AgentRow, call_id: CallId, now: datetime) -> None:
    """A direct call rings the agent: who was Available is Reserved, anybody else stays as they are (R-LINE-4)."""
    if agent.state is AgentState.AVAILABLE:
        become(tx, agent, reserved_by(agent, call_id, now), "rung directly", now)


def stop_ring(tx: Tx, ring: DirectRing, state: OfferState, now: datetime) -> bool:
    """End a ringing, and free whom it held: Available with their idle time, never RONA. False if it had ended."""
    if not tx.end_direct_ring(ring.ring_id, state, now):
        return False
    left = (other for other in tx.direct_rings(ring.call_id) if other.agent_id == ring.agent_id)
    if all(other.state is not OfferState.RINGING for other in left):  # on another phone of theirs
        activities.drop(tx, ring.call_id, ring.agent_id)
    agent = present(tx, ring.agent_id)
    if _is_held(agent) and tx.rung_directly(agent.agent_id) != agent.call_id:
        become(tx, agent, available_again(agent, now), "direct call over", now)
    return True


def stop_rings(tx: Tx, call_id: CallId, state: OfferState, now: datetime) -> None:
    """End every ringing of a direct call."""
    for ring in tx.direct_rings(call_id):
        stop_ring(tx, ring, state, now)


def answered(agent: AgentRow, call_id: CallId, now: datetime) -> AgentRow:
    """The agent On call with a direct call, and with what it leads back to."""
    talking = replace(in_state(agent, AgentState.ON_CALL, now), call_id=call_id)
    if agent.state is AgentState.RESERVED:
        return replace(talking, back_state=AgentState.AVAILABLE)
    if agent.state is not AgentState.AFTER_CALL_WORK or agent.deadline_at is None:
        return replace(talking, back_state=agent.state, back_code=agent.code)
    return replace(
        talking,
        back_state=agent.state,
        back_left_ms=max(0, (agent.deadline_at - now) // timedelta(milliseconds=1)),
        back_pending=agent.pending,
        back_pending_code=agent.pending_code,
        back_pending_by=agent.pending_by,
        back_call_id=agent.call_id,
    )


def end_talk(
    tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime, after_call_work_s: float, idle_logout_s: float
) -> None:
    """The agent's talk on this call is over: After Call Work, or after a direct call what was before (R-STATE-4)."""
    agent = tx.agent(agent_id)
    if agent is not None and agent.state in ON_THE_PHONE and agent.call_id == call_id:
        direct = agent.back_state is not None
        cause = agent.pending_by if direct and agent.pending_by is not None else "call ended"
        leave(tx, agent, after_talk(agent, now, after_call_work_s, idle_logout_s), cause, now)


def after_talk(agent: AgentRow, now: datetime, after_call_work_s: float, idle_logout_s: float) -> AgentRow:
    """What comes after the call that the agent's row names."""
    if agent.back_state is None:
        return _at_work(agent, agent.call_id, now, after_call_work_s)
    if agent.pending is not None:
        return replace(in_state(agent, agent.pending, now), code=agent.pending_code)
    if agent.back_state is AgentState.AVAILABLE:
        return replace(available(agent, now, idle_logout_s), idle_since=agent.idle_since or now)
    if agent.back_state is AgentState.AFTER_CALL_WORK:
        before = replace(
            agent,
            pending=agent.back_pending,
            pending_code=agent.back_pending_code,
            pending_by=agent.back_pending_by,
        )
        return _at_work(before, agent.back_call_id, now, (agent.back_left_ms or 0) / 1000)
    return replace(in_state(agent, agent.back_state, now), code=agent.back_code)


def leave(tx: Tx, agent: AgentRow, after: AgentRow, cause: str, now: datetime) -> None:
    """The call that the agent's row names is over for them: they are as ``after`` says, or go on with a direct call
    that they talk on too, and are so when that one ends.
    """
    others = [call_id for call_id in tx.direct_talks(agent.agent_id) if call_id != agent.call_id]
    if others:
        since = agent.since if agent.state is AgentState.ON_CALL else now
        after, cause = replace(answered(after, others[0], now), since=since), "direct call goes on"
    become(tx, agent, after, cause, now)


def lose_phone(tx: Tx, agent: AgentRow, call_id: CallId | None, now: datetime) -> None:
    """The phone of somebody on this call is lost, without a hang-up of theirs: Not Ready (R-STATE-8)."""
    if agent.state in ON_THE_PHONE and agent.call_id == call_id:
        after = replace(in_state(agent, AgentState.NOT_READY, now), code=SystemReason.UNREACHABLE.value)
        leave(tx, agent, after, LOST, now)


def _is_held(agent: AgentRow) -> bool:
    return agent.state is AgentState.RESERVED and agent.offer_id is None


def _at_work(agent: AgentRow, call_id: CallId | None, now: datetime, for_s: float) -> AgentRow:
    """After Call Work of ``for_s`` seconds, keeping what was asked for during the call (R-STATE-5)."""
    return replace(
        in_state(agent, AgentState.AFTER_CALL_WORK, now),
        call_id=call_id,
        pending=agent.pending,
        pending_code=agent.pending_code,
        pending_by=agent.pending_by,
        deadline_at=now + timedelta(seconds=for_s),
    )
