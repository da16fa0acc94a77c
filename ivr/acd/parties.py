"""The transactions of those who take part in a talk that is not their own: rung, in it, gone, and the call is theirs.

Whom a talk rings is Reserved if they were Available, and stays as they are otherwise, as with a direct call; what they
come back to stands in their row's ``back_...``. Each transaction that lets somebody go ends by matching.
Source: R-XFER-2, R-MON-2, R-STATE-4.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.acd import activities, ledger
from ivr.acd.direct_state import after_talk, answered, leave, reserve
from ivr.acd.limits import Limits
from ivr.acd.party_state import end_one, tell, who
from ivr.acd.roster import become, present
from ivr.domain.activities import Outcome
from ivr.domain.agents import ON_THE_PHONE, by_agent
from ivr.domain.events import CallChanged, CallState, OfferState
from ivr.domain.ids import OfferId
from ivr.domain.queueing import AgentRow, CallRow, Reach, ScopeRow
from ivr.domain.routes import CallKind, Segments, segment_scope
from ivr.domain.talking import PartyRole, PartyRow
from ivr.store.ports import Tx

OUT_OF_QUEUE: frozenset[str] = frozenset({CallKind.DIRECT.value, CallKind.OUTBOUND.value})
"""Kinds of calls without a queue: handed over they are GICH's (R-WAIT-1)."""


def ring(tx: Tx, row: PartyRow, now: datetime) -> bool:
    """Ask somebody to take part: their leg is named by ``row.party_id``. False when nobody talks on the call any more,
    or the person is part of another talk already.
    """
    call = tx.call(row.call_id)
    if call is None or call.state is not CallState.TALKING:
        return False
    if row.agent_id is not None and tx.party_of(row.agent_id) is not None:
        return False
    tx.add_party(row)
    if row.agent_id is not None:
        if row.role is PartyRole.CONSULTED:
            activities.begin(tx, row.call_id, row.agent_id, now)
        reserve(tx, present(tx, row.agent_id), row.call_id, now)
    tx.call_fact(row.call_id, now, "asked", {"role": row.role.value, "who": who(tx, row)})
    tell(tx, row, now)
    return True


def answer(tx: Tx, party_id: OfferId, now: datetime) -> bool:
    """Their phone answered, and they are in the talk. False when it was over before: the leg is only cleared up."""
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    if row is None or call is None or call.state is not CallState.TALKING:
        return False
    if not tx.move_party(party_id, OfferState.RINGING, state=OfferState.ANSWERED, answered_at=now):
        return False
    tx.call_fact(row.call_id, now, "came_in", {"role": row.role.value, "who": who(tx, row)})
    if row.agent_id is not None:
        agent = present(tx, row.agent_id)
        if row.role is PartyRole.CONSULTED:
            activities.take_part(tx, row.call_id, row.agent_id, now)
        if agent.state not in ON_THE_PHONE:
            become(tx, agent, answered(agent, row.call_id, now), by_agent(agent.staff_number, "answered"), now)
        if agent.offer_id is not None:
            ledger.withdraw_offer(tx, agent.offer_id, now)
    tell(tx, replace(row, state=OfferState.ANSWERED), now)
    ledger.match(tx, now)
    return True


def end(tx: Tx, party_id: OfferId, outcome: OfferState, now: datetime, limits: Limits) -> bool:
    """They take no part any more. False if that was so before.

    Rung: ``outcome`` says why it came to nothing; whom a consultation rang in vain is Not Ready (R-RONA-2), anybody
    else is as they were. In the talk: ``outcome`` is `OfferState.ANSWERED`, or UNREACHABLE when their phone is lost.
    """
    row = tx.party(party_id)
    if row is None or row.ended_at is not None:
        return False
    end_one(tx, row, outcome, now, limits)
    ledger.match(tx, now)
    return True


def hand_over(tx: Tx, party_id: OfferId, names: Segments, cause: str, now: datetime, limits: Limits) -> bool:
    """The call is theirs from now on (R-XFER-2, R-MON-2): whose it was is in After Call Work, or as before a direct
    call. False when they take no part any more. Somebody outside: the call has no agent then.
    """
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    if row is None or call is None or call.state is not CallState.TALKING or not row.is_in:
        return False
    tx.move_party(party_id, OfferState.ANSWERED, ended_at=now)
    before = None if call.agent_id is None else tx.agent(call.agent_id)
    if before is not None:
        activities.suggest(tx, call.call_id, before.agent_id, Outcome.CALL_TRANSFERRED)
    _let_go(tx, before, call, cause, now, limits)
    tx.move_call(call.call_id, CallState.TALKING, agent_id=row.agent_id, offer_id=party_id)
    out_of_queue_no_more(tx, call, names)
    if row.agent_id is not None:
        activities.take_part(tx, call.call_id, row.agent_id, now)
        agent = present(tx, row.agent_id)
        if agent.call_id == call.call_id and agent.state in ON_THE_PHONE:
            become(tx, agent, without_back(agent), cause, now)
    data = {"to": who(tx, row)} | ({} if before is None else {"from": before.staff_number})
    tx.call_fact(call.call_id, now, "handed_over", data)
    tx.emit(CallChanged(call.call_id, CallState.TALKING, agent_id=row.agent_id))
    tell(tx, row, now, is_over=True)
    ledger.match(tx, now)
    return True


def withdraw_from(tx: Tx, agent: AgentRow, now: datetime, limits: Limits) -> bool:
    """An agent asked for Not Ready or log-out while a talk rang them: it stops, and it is no RONA (R-STATE-5)."""
    row = tx.party_of(agent.agent_id)
    if row is None or row.state is not OfferState.RINGING:
        return False
    end_one(tx, row, OfferState.WITHDRAWN, now, limits)
    return True


def _let_go(tx: Tx, agent: AgentRow | None, call: CallRow, cause: str, now: datetime, limits: Limits) -> None:
    """Whose call it was: After Call Work, or what a direct call leads back to."""
    if agent is not None and agent.state in ON_THE_PHONE and agent.call_id == call.call_id:
        leave(tx, agent, after_talk(agent, now, limits.after_call_work_s, limits.idle_logout_s), cause, now)


def without_back(agent: AgentRow) -> AgentRow:
    """The call is the agent's own now: After Call Work comes behind it, and nothing of before."""
    return replace(
        agent,
        back_state=None,
        back_code=None,
        back_left_ms=None,
        back_pending=None,
        back_pending_code=None,
        back_pending_by=None,
        back_call_id=None,
    )


def out_of_queue_no_more(tx: Tx, call: CallRow, names: Segments) -> None:
    """Should its new agent's phone be lost, the call must have a queue to wait in."""
    if call.kind in OUT_OF_QUEUE:
        gich = segment_scope(names.gich)
        tx.replace_scopes(
            call.call_id, [ScopeRow(call.call_id, 0, gich.kind, gich.key, added=False, reach=Reach.CLOSED)]
        )
        tx.note_call(
            call.call_id, kind=CallKind.GENERAL.value, first_waiting_at=call.first_waiting_at or call.arrived_at
        )
