"""The transactions of a direct call (R-LINE-4): ring a person, how that ended, the answer. Outside the queues.

Each ends by matching, as the ledger's do: whom a direct call lets go may be offered a queue call again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.acd import activities, ledger, party_state
from ivr.acd.direct_state import LOST, answered, leave, reserve, stop_ring, stop_rings
from ivr.acd.limits import Limits
from ivr.acd.roster import become, in_state, present, told
from ivr.domain.activities import Outcome
from ivr.domain.agents import ON_THE_PHONE, AgentState, SystemReason, by_agent
from ivr.domain.events import CallChanged, CallState, OfferState
from ivr.domain.ids import CallId, new_offer_id
from ivr.domain.phones import PhoneKind, endpoint_of
from ivr.domain.queueing import AgentRow, DirectRing
from ivr.domain.routes import CallKind
from ivr.store.ports import Tx


def phones_of(agent: AgentRow) -> tuple[str, ...]:
    """What to dial for a person: the phone chosen at log-in; of who is logged out, each they have."""
    if AgentState.LOGGED_OUT in {agent.state, agent.back_state} or not agent.endpoint:
        return tuple(endpoint_of(agent.staff_number, kind) for kind in PhoneKind)
    return (agent.endpoint,)


def begin(tx: Tx, call_id: CallId) -> bool:
    """The call is a direct one, and rings from here on. False when it is not in the menu any more."""
    if not tx.move_call(call_id, CallState.MENU, state=CallState.RINGING, kind=CallKind.DIRECT.value):
        return False
    tx.emit(CallChanged(call_id, CallState.RINGING))
    return True


def ring(tx: Tx, call_id: CallId, staff_number: str, now: datetime, *, quiet: bool = False) -> tuple[DirectRing, ...]:
    """Ring a person whatever their state, each of their phones: what is to ring. Empty when the call does not ring any
    more, or nobody has this staff number. ``quiet``: the journey has no step of it, for one that is looked at again.
    """
    call, agent = tx.call(call_id), tx.agent_by_staff(staff_number)
    if agent is None or call is None or call.state is not CallState.RINGING:
        return ()
    for left in tx.direct_rings(call_id):
        if left.agent_id == agent.agent_id:  # by a process in the moment in which another took its calls over
            stop_ring(tx, left, OfferState.WITHDRAWN, now)
    agent = present(tx, agent.agent_id)
    rings = tuple(
        DirectRing(new_offer_id(now), call_id, agent.agent_id, endpoint, OfferState.RINGING, now)
        for endpoint in phones_of(agent)
    )
    for one in rings:
        tx.add_direct_ring(one)
    if not quiet:
        tx.call_fact(call_id, now, "rings", {"agent": agent.staff_number})
    activities.begin(tx, call_id, agent.agent_id, now)
    reserve(tx, agent, call_id, now)
    _tell(tx, agent, now)
    return rings


def end_ring(tx: Tx, rung: DirectRing, outcome: OfferState, now: datetime, *, quiet: bool = False) -> bool:
    """The phone was not answered, busy, rejected or unreachable; nobody is Not Ready for it. False if it had ended."""
    if not stop_ring(tx, rung, outcome, now):
        return False
    agent = present(tx, rung.agent_id)
    if not quiet:
        tx.call_fact(rung.call_id, now, "rang", {"agent": agent.staff_number, "outcome": outcome.value})
    _tell(tx, agent, now)
    ledger.match(tx, now)
    return True


def answer(tx: Tx, rung: DirectRing, now: datetime) -> bool:
    """A phone answered: the call is theirs, every other one stops. False when another came first, or the call is over.

    Who is on a call stays so, and has this one beside it; a queue's offer that rings them goes to somebody else.
    """
    call = tx.call(rung.call_id)
    if call is None or call.state is not CallState.RINGING:
        return False
    if not tx.end_direct_ring(rung.ring_id, OfferState.ANSWERED, now):
        return False
    agent = present(tx, rung.agent_id)
    tx.move_call(
        rung.call_id,
        CallState.RINGING,
        state=CallState.TALKING,
        agent_id=agent.agent_id,
        answered_at=call.answered_at or now,
    )
    activities.take_part(tx, rung.call_id, agent.agent_id, now)
    tx.call_fact(rung.call_id, now, "answered", {"agent": agent.staff_number, "scope": "direct"})
    tx.emit(CallChanged(rung.call_id, CallState.TALKING, agent_id=agent.agent_id))
    if agent.state not in ON_THE_PHONE:
        become(tx, agent, answered(agent, rung.call_id, now), by_agent(agent.staff_number, "answered"), now)
    if agent.offer_id is not None:
        ledger.withdraw_offer(tx, agent.offer_id, now)
    stop_rings(tx, rung.call_id, OfferState.WITHDRAWN, now)
    ledger.match(tx, now)
    return True


def lost(tx: Tx, call_id: CallId, now: datetime, limits: Limits) -> bool:
    """The phone of who talked is lost, without a hang-up of theirs: the call rings again, from the leader on, and they
    are Not Ready, or Logged out if they were (R-STATE-8). False when nobody talks, or the call was handed over and is
    a queue's now.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING or call.agent_id is None or call.kind != CallKind.DIRECT:
        return False
    agent = present(tx, call.agent_id)
    activities.suggest(tx, call_id, agent.agent_id, Outcome.LOST_CONNECTION)
    party_state.end_all(tx, call_id, now, limits)
    tx.move_call(call_id, CallState.TALKING, state=CallState.RINGING, agent_id=None)
    tx.call_fact(call_id, now, "requeued", {"agent": agent.staff_number})
    tx.emit(CallChanged(call_id, CallState.RINGING))
    if agent.state in ON_THE_PHONE and agent.call_id == call_id:
        was_out = agent.back_state is AgentState.LOGGED_OUT
        after = in_state(agent, AgentState.LOGGED_OUT if was_out else AgentState.NOT_READY, now)
        code = None if was_out else SystemReason.UNREACHABLE.value
        leave(tx, agent, replace(after, code=code), LOST, now)
    ledger.match(tx, now)
    return True


def ring_anew(tx: Tx, call_id: CallId, now: datetime) -> None:
    """Another process rang for this call, and nobody has followed it: whom it held is free, the ringing begins anew."""
    stop_rings(tx, call_id, OfferState.WITHDRAWN, now)
    ledger.match(tx, now)


def _tell(tx: Tx, agent: AgentRow, now: datetime) -> None:
    """Have the agent's desk look at what rings, also where their state does not change."""
    if agent.state is not AgentState.AVAILABLE:
        tx.emit(told(tx, present(tx, agent.agent_id), now))
