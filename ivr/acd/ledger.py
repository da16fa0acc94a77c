"""The transactions of the ACD: each a short synchronous function on a `Tx`, run under the one matching lock.

Each ends by matching: it never offers "this call" to "this agent", it repeats the general step until no pair is left.
Source: R-WAIT, R-RONA, R-STATE; the contract in docs/acd.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.acd import matching
from ivr.acd.roster import change_agent, end_work
from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import AgentOffered, BlockSet, CallChanged, CallEnd, CallState, OfferEnded, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId, new_offer_id
from ivr.domain.queueing import CallRow, OfferRow, Reach, ScopeRow
from ivr.domain.routes import Route
from ivr.errors import StoreError
from ivr.store.ports import Tx


@dataclass(frozen=True, slots=True)
class Limits:
    """The queue's times, in seconds; defaults are the rules' own."""

    overflow_s: float = 60.0
    again_after_rona_s: float = 60.0
    after_call_work_s: float = 600.0


RONA: dict[OfferState, SystemReason] = {
    OfferState.NO_ANSWER: SystemReason.NO_ANSWER,
    OfferState.BUSY: SystemReason.NO_ANSWER,
    OfferState.REJECTED: SystemReason.NO_ANSWER,
    OfferState.UNREACHABLE: SystemReason.UNREACHABLE,
}
"""R-RONA-2, R-RONA-3: the reason an agent becomes Not Ready for, by how the offer ended."""


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
        _settle(tx, arming, now)
    return made


def enqueue(tx: Tx, call_id: CallId, route: Route, now: datetime, limits: Limits) -> bool:
    """The call begins to wait along ``route`` and is matched at once. False when it is not in the menu any more."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.MENU:
        return False
    tx.replace_scopes(call_id, _scope_rows(call_id, route))
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
        tx.call_fact(call_id, now, "overflowed", {})
        _open_all(tx, call_id, now)
        match(tx, now)


def answer_offer(tx: Tx, offer_id: OfferId, now: datetime) -> bool:
    """The agent's phone answered. False when the offer had ended before: the leg is only to be cleared up."""
    offer = tx.offer(offer_id)
    if offer is None or not tx.end_offer(offer_id, OfferState.ANSWERED, now):
        return False
    tx.move_call(offer.call_id, CallState.RINGING, state=CallState.TALKING, answered_at=now)
    agent = tx.agent(offer.agent_id)
    if agent is None:
        raise StoreError(f"offer {offer_id} names an agent who is not there")
    change_agent(tx, agent, AgentState.ON_CALL, None, "answered", now, call_id=offer.call_id, offer_id=None)
    tx.call_fact(offer.call_id, now, "answered", {"agent": agent.staff_number, "scope": offer.scope})
    tx.emit(OfferEnded(offer_id, offer.call_id, offer.agent_id, OfferState.ANSWERED))
    tx.emit(CallChanged(offer.call_id, CallState.TALKING, agent_id=offer.agent_id))
    return True


def end_offer(tx: Tx, offer_id: OfferId, outcome: OfferState, now: datetime, limits: Limits) -> bool:
    """The phone was not answered, busy, rejected or unreachable: RONA. False when the offer had ended before."""
    offer = tx.offer(offer_id)
    if offer is None or not tx.end_offer(offer_id, outcome, now):
        return False
    agent = tx.agent(offer.agent_id)
    if agent is None:
        raise StoreError(f"offer {offer_id} names an agent who is not there")
    change_agent(tx, agent, AgentState.NOT_READY, RONA[outcome].value, outcome.value, now, call_id=None, offer_id=None)
    tx.mark_rung(offer.call_id, offer.agent_id, now + timedelta(seconds=limits.again_after_rona_s))
    tx.call_fact(offer.call_id, now, "redirected", {"agent": agent.staff_number, "outcome": outcome.value})
    tx.emit(OfferEnded(offer_id, offer.call_id, offer.agent_id, outcome))
    tx.emit(BlockSet(offer.call_id, offer.agent_id, limits.again_after_rona_s))
    _wait_again(tx, offer.call_id, offer.position, now)
    match(tx, now, arming=offer.call_id)
    return True


def withdraw_offer(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    """The agent, no longer Reserved, asked for Not Ready or log-out while ringing: matched again as on arrival."""
    offer = tx.offer(offer_id)
    if offer is None or not tx.end_offer(offer_id, OfferState.WITHDRAWN, now):
        return
    tx.call_fact(offer.call_id, now, "withdrawn", {})
    tx.emit(OfferEnded(offer_id, offer.call_id, offer.agent_id, OfferState.WITHDRAWN))
    _wait_again(tx, offer.call_id, None, now)
    match(tx, now, arming=offer.call_id)


def end_call(tx: Tx, call_id: CallId, end: CallEnd, now: datetime, limits: Limits) -> CallEnd | None:
    """The call is over; each ends exactly once. How it ended, or None when it had ended before.

    A call on which an agent talked is answered whatever ``end`` says; one that stood in a queue was abandoned there.
    """
    call = tx.call(call_id)
    if call is None or call.state is CallState.ENDED:
        return None
    end = _how_it_ended(call, end)
    if call.state is CallState.RINGING and call.offer_id is not None:
        _free_ringing_agent(tx, call.offer_id, now)
    if call.state is CallState.TALKING and call.agent_id is not None:
        end_work(tx, call.agent_id, now, limits.after_call_work_s)
    tx.move_call(call_id, call.state, state=CallState.ENDED, ended_at=now, end=end, offer_id=None)
    tx.call_fact(call_id, now, "ended", {"end": end.value})
    tx.emit(CallChanged(call_id, CallState.ENDED, agent_id=call.agent_id, end=end))
    match(tx, now)
    return end


def unblock(tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime) -> None:
    """The time after a RONA has passed: the agent may be offered that call again (R-RONA-2)."""
    tx.unblock(call_id, agent_id)
    match(tx, now)


def _how_it_ended(call: CallRow, end: CallEnd) -> CallEnd:
    if call.state is CallState.TALKING:
        return CallEnd.ANSWERED
    if end is CallEnd.ABANDONED_MENU and call.state in {CallState.WAITING, CallState.RINGING}:
        return CallEnd.ABANDONED_QUEUE
    return end


def _free_ringing_agent(tx: Tx, offer_id: OfferId, now: datetime) -> None:
    """R-WAIT-5: the caller is gone; the agent is Available again with the idle time they had."""
    offer = tx.offer(offer_id)
    if offer is None or not tx.end_offer(offer_id, OfferState.CALLER_GONE, now):
        return
    agent = tx.agent(offer.agent_id)
    if agent is not None:
        change_agent(
            tx,
            agent,
            AgentState.AVAILABLE,
            None,
            "caller gone",
            now,
            call_id=None,
            offer_id=None,
            idle=agent.idle_since,
        )
    tx.emit(OfferEnded(offer_id, offer.call_id, offer.agent_id, OfferState.CALLER_GONE))


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
    agent = tx.agent(choice.agent_id)
    offer_id = new_offer_id(now)
    if agent is None or not tx.move_call(
        call_id,
        CallState.WAITING,
        state=CallState.RINGING,
        offer_id=offer_id,
        agent_id=choice.agent_id,
        after_rona_position=None,
    ):
        raise StoreError(f"call {call_id} or agent {choice.agent_id} changed under the matching lock")
    _apply_reach(tx, call_id, choice.opens, now)
    offer = OfferRow(
        offer_id, call_id, choice.agent_id, choice.key, choice.position, choice.own, OfferState.RINGING, now
    )
    tx.add_offer(offer)
    change_agent(
        tx,
        agent,
        AgentState.RESERVED,
        None,
        "offered",
        now,
        call_id=call_id,
        offer_id=offer_id,
        idle=agent.idle_since,
    )
    tx.call_fact(call_id, now, "offered", {"agent": agent.staff_number, "scope": choice.key})
    tx.emit(
        AgentOffered(offer_id, call_id, agent.agent_id, agent.staff_number, agent.endpoint, choice.key, choice.own, now)
    )
    tx.emit(CallChanged(call_id, CallState.RINGING, agent_id=agent.agent_id))


def _apply_reach(tx: Tx, call_id: CallId, opens: frozenset[int], now: datetime) -> None:
    arming = {s.position for s in tx.scopes(call_id) if s.reach is Reach.ARMING}
    if arming & opens:
        tx.set_reach(call_id, arming & opens, Reach.OPEN, now)
    if arming - opens:
        tx.set_reach(call_id, arming - opens, Reach.CLOSED, None)


def _settle(tx: Tx, call_id: CallId, now: datetime) -> None:
    """Nobody is Available anywhere: every scope that was to be opened is open, and the call waits."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.WAITING:
        return
    arming = [s.position for s in tx.scopes(call_id) if s.reach is Reach.ARMING]
    tx.set_reach(call_id, arming, Reach.OPEN, now)
    tx.note_call(call_id, after_rona_position=None)


def _scope_rows(call_id: CallId, route: Route) -> list[ScopeRow]:
    rows: list[ScopeRow] = []
    for added, scopes in ((False, route.tried), (True, route.added)):
        for scope in scopes:
            if any(row.key == scope.key for row in rows):
                continue
            reach = Reach.CLOSED if added else Reach.ARMING
            rows.append(ScopeRow(call_id, len(rows), scope.kind, scope.key, added, reach))
    return rows


def _wait_again(tx: Tx, call_id: CallId, after_rona: int | None, now: datetime) -> None:
    """The call waits again with its place: scopes behind ``after_rona`` (all of the tried ones if None) are armed."""
    call = tx.call(call_id)
    if call is None or not tx.move_call(
        call_id,
        CallState.RINGING,
        state=CallState.WAITING,
        offer_id=None,
        agent_id=None,
        after_rona_position=after_rona,
    ):
        raise StoreError(f"call {call_id} was not ringing")
    tx.emit(CallChanged(call_id, CallState.WAITING))
    if call.overflowed:
        _open_all(tx, call_id, now)
        return
    scopes = tx.scopes(call_id)
    last_tried = max(s.position for s in scopes if not s.added)
    with_added = after_rona is not None and after_rona >= last_tried
    behind = -1 if after_rona is None else after_rona
    arm = [
        s.position for s in scopes if s.reach is Reach.CLOSED and s.position > behind and (with_added or not s.added)
    ]
    tx.set_reach(call_id, arm, Reach.ARMING, None)


def _open_all(tx: Tx, call_id: CallId, now: datetime) -> None:
    closed = [s.position for s in tx.scopes(call_id) if s.reach is not Reach.OPEN]
    tx.set_reach(call_id, closed, Reach.OPEN, now)
