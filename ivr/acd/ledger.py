"""The transactions of the ACD: each a short synchronous function on a `Tx`, run under the one matching lock.

Each ends by matching: it never offers "this call" to "this agent", it repeats the general step until no pair is left.
Source: R-WAIT, R-RONA, R-STATE; the contract in docs/acd.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ivr.acd import activities, alerts, direct_state, matching, party_state, reach
from ivr.acd.journey import arrive, choose_menu, identify, note_attempt
from ivr.acd.limits import RONA, Limits
from ivr.acd.restart import pending_deadlines
from ivr.acd.roster import available_again, become, in_state, present, reserved_by
from ivr.domain.activities import Outcome
from ivr.domain.agents import AgentState, by_agent
from ivr.domain.events import AgentOffered, BlockSet, CallChanged, CallEnd, CallState, OfferEnded, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId, new_offer_id
from ivr.domain.queueing import AgentRow, CallRow, OfferRow, Reach
from ivr.domain.routes import CallKind, Route, Scope
from ivr.errors import StoreError
from ivr.store.ports import Tx

__all__ = [
    "RONA",
    "Limits",
    "answer_offer",
    "arrive",
    "choose_menu",
    "end_call",
    "end_offer",
    "enqueue",
    "identify",
    "lose_agent",
    "match",
    "note_attempt",
    "overflow",
    "pending_deadlines",
    "reinforce",
    "requeue",
    "stand_again",
    "sweep",
    "unblock",
    "withdraw_offer",
]


# --- matching -------------------------------------------------------------------------------------------------------


def match(tx: Tx, now: datetime, arming: CallId | None = None) -> int:
    """Repeat: the oldest call that an Available agent is eligible for, and its agent. How many offers were made.

    ``arming``: the call whose scopes this transaction is opening; if nobody was found for it, they are all open now.
    """
    made = 0
    while (oldest := tx.oldest_matchable()) is not None:
        call_id, choice = _pair(tx, oldest)
        _reserve(tx, call_id, choice, now)
        made += 1
    if arming is not None:
        reach.settle(tx, arming, now)
    return made


def sweep(tx: Tx, now: datetime) -> int:
    """Match what every transaction should have matched already; what this finds is a defect, and counted as one."""
    return match(tx, now)


def _pair(tx: Tx, oldest: CallId) -> tuple[CallId, matching.Choice]:
    """The oldest call's agent; if own calls wait for that agent, the oldest of those instead (R-WAIT-4)."""
    choice = _choose(tx, oldest)
    if choice is None:
        raise StoreError(f"call {oldest} was said to have an agent and has none")
    for own in tx.own_waiting(choice.agent_id):
        theirs = choice if own == oldest else _choose(tx, own)
        if theirs is not None and theirs.agent_id == choice.agent_id:
            return own, theirs
    return oldest, choice


def _choose(tx: Tx, call_id: CallId) -> matching.Choice | None:
    call = tx.call(call_id)
    scopes = [s for s in tx.scopes(call_id) if s.reach is not Reach.CLOSED]
    return matching.choose(scopes, tx.candidates(call_id, scopes), call.after_rona_position if call else None)


def _reserve(tx: Tx, call_id: CallId, choice: matching.Choice, now: datetime) -> None:
    """One transaction reserves the agent and the call, before any phone rings (R-RONA-1)."""
    agent = present(tx, choice.agent_id)
    reach.apply_choice(tx, call_id, choice.opens, now)
    offer = OfferRow(
        new_offer_id(now), call_id, agent.agent_id, choice.key, choice.position, choice.own, OfferState.RINGING, now
    )
    tx.add_offer(offer)
    moved = tx.move_call(
        call_id,
        CallState.WAITING,
        state=CallState.RINGING,
        offer_id=offer.offer_id,
        agent_id=agent.agent_id,
        after_rona_position=None,
    )
    if not moved:
        raise StoreError(f"call {call_id} changed under the matching lock")
    activities.begin(tx, call_id, agent.agent_id, now)
    become(tx, agent, reserved_by(agent, call_id, now, offer.offer_id), "offered", now)
    tx.call_fact(call_id, now, "offered", {"agent": agent.staff_number, "scope": choice.key})
    tx.emit(
        AgentOffered(
            offer.offer_id,
            call_id,
            agent.agent_id,
            agent.staff_number,
            agent.endpoint,
            choice.key,
            choice.own,
            now,
        )
    )
    tx.emit(CallChanged(call_id, CallState.RINGING, agent_id=agent.agent_id))


# --- waiting --------------------------------------------------------------------------------------------------------


def enqueue(tx: Tx, call_id: CallId, route: Route, now: datetime, limits: Limits) -> bool:
    """The call begins to wait along ``route`` and is matched at once. False when it is not in the menu any more."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.MENU:
        return False
    reach.begin(tx, call_id, route)
    tx.move_call(
        call_id,
        CallState.MENU,
        state=CallState.WAITING,
        kind=route.kind.value,
        first_waiting_at=call.first_waiting_at or now,
        enqueued_at=now,
        overflow_at=now + timedelta(seconds=limits.overflow_s),
        overflowed=False,
    )
    tx.call_fact(call_id, now, "queued", {"kind": route.kind.value, "scopes": ", ".join(s.key for s in route.tried)})
    tx.emit(CallChanged(call_id, CallState.WAITING, overflow_in_s=limits.overflow_s))
    match(tx, now, arming=call_id)
    return True


def overflow(tx: Tx, call_id: CallId, now: datetime) -> None:
    """The overflow time has come: every scope is open. While an agent rings it waits for that offer's end."""
    call = tx.call(call_id)
    if call is None or call.overflowed or call.state not in {CallState.WAITING, CallState.RINGING}:
        return
    tx.note_call(call_id, overflowed=True)
    if call.state is CallState.WAITING:
        reach.open_all(tx, call_id, now)
        match(tx, now)


def reinforce(tx: Tx, thin: Scope, by: Scope, now: datetime) -> int:
    """While nobody of ``thin`` is logged in, its waiting calls may go to ``by`` too, at once (R-MENU-5). How many."""
    if tx.staffed(thin.key):
        return 0
    waiting = tx.waiting_in(thin.key)
    for call_id in waiting:
        reach.open_one_more(tx, call_id, by, "unstaffed", now)
    match(tx, now)
    return len(waiting)


def unblock(tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime) -> None:
    """The time after a RONA has passed: the agent may be offered that call again (R-RONA-2)."""
    tx.unblock(call_id, agent_id)
    match(tx, now)


def _wait_again(tx: Tx, call: CallRow, rang: int | None, now: datetime) -> None:
    """A call that rang waits again with its place. ``rang``: through which scope, after a RONA; None: matched as on
    arrival. An overflow that came due while it rang takes effect now.
    """
    moved = tx.move_call(
        call.call_id,
        CallState.RINGING,
        state=CallState.WAITING,
        offer_id=None,
        agent_id=None,
        after_rona_position=rang,
    )
    if not moved:
        raise StoreError(f"call {call.call_id} was not ringing")
    tx.emit(CallChanged(call.call_id, CallState.WAITING))
    if call.overflowed:
        reach.open_all(tx, call.call_id, now)
    elif rang is None:
        reach.arm_as_on_arrival(tx, call.call_id)
    else:
        reach.arm_behind(tx, call.call_id, rang, now)
    match(tx, now, arming=call.call_id)


# --- the end of an offer --------------------------------------------------------------------------------------------


def answer_offer(tx: Tx, offer_id: OfferId, now: datetime) -> bool:
    """The agent's phone answered. False when the offer had ended before: the leg is only to be cleared up."""
    offer = _end_ringing(tx, offer_id, OfferState.ANSWERED, now)
    if offer is None:
        return False
    agent, call = present(tx, offer.agent_id), _named(tx, offer.call_id)
    answered_at = None if call.waits_for_call_back else call.answered_at or now  # R-CB-14: when the caller is there
    tx.move_call(offer.call_id, CallState.RINGING, state=CallState.TALKING, answered_at=answered_at)
    talking = replace(in_state(agent, AgentState.ON_CALL, now), call_id=offer.call_id)
    become(tx, agent, talking, by_agent(agent.staff_number, "answered"), now)
    tx.call_fact(offer.call_id, now, "answered", {"agent": agent.staff_number, "scope": offer.scope})
    tx.emit(CallChanged(offer.call_id, CallState.TALKING, agent_id=offer.agent_id))
    return True


def end_offer(tx: Tx, offer_id: OfferId, outcome: OfferState, now: datetime, limits: Limits) -> bool:
    """The phone was not answered, busy, rejected or unreachable: RONA. False when the offer had ended before."""
    reason = RONA[outcome]
    offer = _end_ringing(tx, offer_id, outcome, now)
    if offer is None:
        return False
    agent, call = present(tx, offer.agent_id), _named(tx, offer.call_id)
    after = replace(in_state(agent, AgentState.NOT_READY, now), code=reason.value)
    become(tx, agent, after, outcome.value, now)
    tx.mark_rung(offer.call_id, offer.agent_id, now + timedelta(seconds=limits.again_after_rona_s))
    tx.emit(BlockSet(offer.call_id, offer.agent_id, limits.again_after_rona_s))
    facts = {"agent": agent.staff_number, "scope": offer.scope, "outcome": outcome.value}
    tx.call_fact(offer.call_id, now, "redirected", facts)
    _wait_again(tx, call, offer.position, now)
    return True


def withdraw_offer(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    """The agent, no longer Reserved, asked for Not Ready or log-out while ringing: matched again as on arrival."""
    offer = _end_ringing(tx, offer_id, OfferState.WITHDRAWN, now)
    if offer is None:
        return
    agent = present(tx, offer.agent_id)
    tx.call_fact(offer.call_id, now, "withdrawn", {"agent": agent.staff_number, "scope": offer.scope})
    _wait_again(tx, _named(tx, offer.call_id), None, now)


def _end_ringing(tx: Tx, offer_id: OfferId, state: OfferState, now: datetime) -> OfferRow | None:
    """End a ringing offer and tell; None when it had ended before (R-WAIT-6: the first to come has decided)."""
    offer = tx.offer(offer_id)
    if offer is None or not tx.end_offer(offer_id, state, now):
        return None
    if state is OfferState.ANSWERED:
        activities.take_part(tx, offer.call_id, offer.agent_id, now)
    else:
        activities.drop(tx, offer.call_id, offer.agent_id)
    tx.emit(OfferEnded(offer_id, offer.call_id, offer.agent_id, state))
    return offer


def _named(tx: Tx, call_id: CallId) -> CallRow:
    call = tx.call(call_id)
    if call is None:
        raise StoreError(f"call {call_id} is named and is not there")
    return call


# --- the end of a call ----------------------------------------------------------------------------------------------


def end_call(
    tx: Tx, call_id: CallId, end: CallEnd, now: datetime, limits: Limits, *, far_gone: bool | None = None
) -> CallEnd | None:
    """The call is over; each ends exactly once. How it ended, or None when it had ended before.

    ``far_gone``: whether the caller (or whom an agent has called) hung up, where that is known.

    A call on which an agent talked is answered whatever ``end`` says, but for one whose caller took a call back; one
    that stood in a queue was abandoned there.
    """
    call = tx.call(call_id)
    if call is None or call.state is CallState.ENDED:
        return None
    end = _how_it_ended(call, end)
    if call.state is CallState.RINGING and call.offer_id is not None:
        _free_ringing_agent(tx, call.offer_id, now)
    if call.state is CallState.RINGING and call.kind == CallKind.DIRECT:
        direct_state.stop_rings(tx, call_id, OfferState.CALLER_GONE, now)
    party_state.end_all(tx, call_id, now, limits)
    if call.state in {CallState.TALKING, CallState.DIALLING} and call.agent_id is not None:
        direct_state.end_talk(tx, call_id, call.agent_id, now, limits.after_call_work_s, limits.idle_logout_s)
    tx.move_call(call_id, call.state, state=CallState.ENDED, ended_at=now, end=end, offer_id=None)
    if call.answered_at is not None or call.agent_id is not None:
        alerts.end_with_call(tx, call_id, now)
    tx.call_fact(call_id, now, "ended", {"end": end.value} | _by(call, far_gone=far_gone))
    tx.emit(CallChanged(call_id, CallState.ENDED, agent_id=call.agent_id, end=end))
    match(tx, now)
    return end


def requeue(tx: Tx, call_id: CallId, now: datetime, limits: Limits) -> bool:
    """The phone of the agent who talked is lost, without a hang-up of theirs: the call waits again with its place, as
    on arrival, and the agent is Not Ready (R-STATE-8). False when nobody talks with the caller, and for a direct call,
    which has no queue to wait in.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING or call.agent_id is None or call.kind == CallKind.DIRECT:
        return False
    agent = lose_agent(tx, call_id, call.agent_id, now)
    party_state.end_all(tx, call_id, now, limits)
    tx.call_fact(call_id, now, "requeued", {"agent": agent.staff_number})
    stand_again(tx, call, now, limits)
    match(tx, now, arming=call_id)
    return True


def lose_agent(tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime) -> AgentRow:
    """The phone of the agent on a call is lost: Not Ready (R-STATE-8). For who matches afterwards."""
    agent = present(tx, agent_id)
    activities.suggest(tx, call_id, agent_id, Outcome.LOST_CONNECTION)
    direct_state.lose_phone(tx, agent, call_id, now)
    return agent


def stand_again(tx: Tx, call: CallRow, now: datetime, limits: Limits) -> None:
    """Back into the queue from a talk: ``first_waiting_at`` stays, the overflow time begins anew unless it was over."""
    tx.move_call(
        call.call_id,
        CallState.TALKING,
        state=CallState.WAITING,
        offer_id=None,
        agent_id=None,
        enqueued_at=now,
        overflow_at=now + timedelta(seconds=limits.overflow_s),
    )
    overflow_in_s = None if call.overflowed else limits.overflow_s
    tx.emit(CallChanged(call.call_id, CallState.WAITING, overflow_in_s=overflow_in_s))
    if call.overflowed:
        reach.open_all(tx, call.call_id, now)
    else:
        reach.arm_as_on_arrival(tx, call.call_id)


def _how_it_ended(call: CallRow, end: CallEnd) -> CallEnd:
    if call.kind == CallKind.OUTBOUND:
        return end if call.answered_at is None else CallEnd.REACHED
    if call.end is CallEnd.CALLED_BACK:
        return call.end
    if call.answered_at is not None:
        return CallEnd.ANSWERED
    if call.end is not None:
        return call.end  # somebody outside has answered
    if end is CallEnd.ABANDONED_MENU and call.first_waiting_at is not None:
        return CallEnd.ABANDONED_QUEUE
    return end


def _by(call: CallRow, *, far_gone: bool | None) -> dict[str, str]:
    """Who hung up."""
    if far_gone is None:
        return {}
    ours = "service" if call.agent_id is None or call.state is not CallState.TALKING else "agent"
    return {"by": "caller" if far_gone else ours}


def _free_ringing_agent(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    """R-WAIT-5: the caller is gone; the agent is Available again with the idle time they had."""
    offer = _end_ringing(tx, offer_id, OfferState.CALLER_GONE, now)
    if offer is not None:
        agent = present(tx, offer.agent_id)
        become(tx, agent, available_again(agent, now), "caller gone", now)
