"""What the end of a talk, or of a ringing for it, makes of those who take part besides its agent (R-XFER-2, R-MON-2).

It matches nothing: whoever calls it does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.acd import activities
from ivr.acd.direct_state import after_talk, leave, lose_phone
from ivr.acd.limits import RONA, Limits
from ivr.acd.roster import available_again, become, in_state, present, told
from ivr.domain.agents import ON_THE_PHONE, AgentState
from ivr.domain.events import OfferState, PartyChanged, TalkChanged
from ivr.domain.ids import CallId
from ivr.domain.queueing import AgentRow
from ivr.domain.talking import LEADING, PartyRow
from ivr.store.ports import Tx


def end_all(tx: Tx, call_id: CallId, now: datetime, limits: Limits) -> None:
    """The talk is over for everybody who took part; for who matches afterwards."""
    for row in tx.parties(call_id):
        rings = row.state is OfferState.RINGING
        end_one(tx, row, OfferState.CALLER_GONE if rings else OfferState.ANSWERED, now, limits)


def end_one(tx: Tx, row: PartyRow, outcome: OfferState, now: datetime, limits: Limits) -> None:
    """They take no part any more; ``outcome``: as `ivr.acd.parties.end`."""
    rang = row.state is OfferState.RINGING
    state = outcome if rang else OfferState.ANSWERED
    tx.move_party(row.party_id, row.state, state=state, ended_at=now)
    tx.call_fact(row.call_id, now, "left", {"role": row.role.value, "who": who(tx, row), "outcome": outcome.value})
    agent = None if row.agent_id is None else tx.agent(row.agent_id)
    if agent is not None and rang:
        activities.drop(tx, row.call_id, agent.agent_id)
    if agent is not None and agent.call_id == row.call_id:
        if rang:
            _free_rung(tx, agent, row, outcome, now)
        elif agent.state in ON_THE_PHONE:
            _free_talking(tx, agent, outcome, now, limits)
    tell(tx, replace(row, state=state), now, is_over=True)


def _free_rung(tx: Tx, agent: AgentRow, row: PartyRow, outcome: OfferState, now: datetime) -> None:
    if agent.state is not AgentState.RESERVED or agent.offer_id is not None:
        return
    reason = None if row.role in LEADING else RONA.get(outcome)
    if reason is None:
        become(tx, agent, available_again(agent, now), "talk over", now)
    else:
        become(tx, agent, replace(in_state(agent, AgentState.NOT_READY, now), code=reason.value), outcome.value, now)


def _free_talking(tx: Tx, agent: AgentRow, outcome: OfferState, now: datetime, limits: Limits) -> None:
    if outcome is OfferState.UNREACHABLE:
        lose_phone(tx, agent, agent.call_id, now)
        return
    cause = agent.pending_by if agent.pending_by is not None else "talk over"
    leave(tx, agent, after_talk(agent, now, limits.after_call_work_s, limits.idle_logout_s), cause, now)


def who(tx: Tx, row: PartyRow) -> str:
    """A staff number, or that it is a number outside: a journey has no telephone numbers."""
    return "outside" if row.agent_id is None else present(tx, row.agent_id).staff_number


def tell(tx: Tx, row: PartyRow, now: datetime, *, is_over: bool = False) -> None:
    """What everybody hears of a party, of the agent it is, and of who asked for them."""
    tx.emit(changed(tx, row, now, is_over=is_over))
    for agent_id in (row.agent_id, row.asked_by):
        if agent_id is not None:
            tx.emit(told(tx, present(tx, agent_id), now))


def tell_talk(tx: Tx, call_id: CallId) -> None:
    """Who hears whom has changed: for everybody who takes part."""
    call = tx.call(call_id)
    whose = None if call is None else call.agent_id
    there = (whose, *(row.agent_id for row in tx.parties(call_id)))
    tx.emit(TalkChanged(call_id, tuple(dict.fromkeys(one for one in there if one is not None))))


def changed(tx: Tx, row: PartyRow, now: datetime, *, is_over: bool = False) -> PartyChanged:
    """A party as it is told."""
    call = tx.call(row.call_id)
    whose = None if call is None else call.agent_id
    agents = tuple(dict.fromkeys(one for one in (whose, row.asked_by, row.agent_id) if one is not None))
    return PartyChanged(
        row.call_id, row.party_id, row.agent_id, row.role.value, row.state, now, is_over, agents, who(tx, row)
    )
