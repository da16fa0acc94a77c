"""The transactions of team leaders on somebody else's call: rung, listening, whispering, joined, gone, it is theirs.

Each that takes effect is audited, and the agent is told (R-MON-2). What a leader's phone does is never RONA, and a
leader who has gone takes nobody with them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from ivr.acd import activities, parties
from ivr.acd.direct_state import lose_phone
from ivr.acd.leading import note
from ivr.acd.ledger import match
from ivr.acd.limits import Limits
from ivr.acd.party_state import end_one, tell, who
from ivr.acd.roster import present
from ivr.domain.agents import AgentState, by_leader
from ivr.domain.events import OfferState
from ivr.domain.ids import AgentId, CallId, OfferId, new_offer_id
from ivr.domain.oversight import Deed
from ivr.domain.routes import Segments
from ivr.domain.talking import CALL_OVER, LEADING, Impossible, PartyRole, PartyRow
from ivr.store.ports import Tx

DEEDS: Final[Mapping[PartyRole, Deed]] = MappingProxyType(
    {
        PartyRole.LISTENING: Deed.LISTENED,
        PartyRole.WHISPERING: Deed.WHISPERED,
        PartyRole.JOINED: Deed.JOINED,
    }
)
_NOT_FREE: Final = "agent.not_free"
_BUSY: Final = Impossible(_NOT_FREE, "you are on a call: end it first")
REFUSED: Final[Mapping[AgentState, Impossible]] = MappingProxyType(
    {
        AgentState.LOGGED_OUT: Impossible("agent.logged_out", "log in first: your phone is to ring"),
        AgentState.RESERVED: Impossible(_NOT_FREE, "a call rings: answer it first, or ask for Not Ready"),
        AgentState.ON_CALL: _BUSY,
        AgentState.ON_HOLD: _BUSY,
    }
)
"""From which states a leader cannot listen; in the others their own phone rings."""
IN_CONSULTATION: Final = Impossible(
    "call.in_consultation", "the agent consults somebody about it: join, or wait until that is over"
)


def begin(tx: Tx, call_id: CallId, role: PartyRole, leader: AgentId, now: datetime) -> PartyRow | Impossible:
    """Have the leader's own phone ring, to take part as ``role``; or why not."""
    row = present(tx, leader)
    refused = REFUSED.get(row.state)
    if refused is not None:
        return refused
    party = PartyRow(new_offer_id(now), call_id, role, OfferState.RINGING, leader, row.endpoint, now, asked_by=leader)
    return party if parties.ring(tx, party, now) else CALL_OVER


def answered(tx: Tx, party_id: OfferId, role: PartyRole, actor: str, now: datetime) -> bool:
    """The leader's phone was answered: On call from here on, and back to what they were behind it. False: too late."""
    if not parties.answer(tx, party_id, now):
        return False
    _become(tx, party_id, role, now)
    _note(tx, party_id, actor, now)
    return True


def change(tx: Tx, party_id: OfferId, role: PartyRole, actor: str, now: datetime) -> bool:
    """The leader takes part as ``role`` from here on. False when they take no part any more."""
    row = tx.party(party_id)
    if row is None or not row.is_in:
        return False
    _become(tx, party_id, role, now)
    _note(tx, party_id, actor, now)
    return True


def followed(tx: Tx, party_id: OfferId, actor: str, now: datetime) -> None:
    """The call has another agent, and the leader is with them: they are told, too."""
    _note(tx, party_id, actor, now)


def take(tx: Tx, party_id: OfferId, names: Segments, actor: str, now: datetime, limits: Limits) -> Impossible | None:
    """The call is the leader's, its agent in After Call Work. None: done; or why not."""
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    if row is None or call is None or row.agent_id is None:
        return CALL_OVER
    if any(other.role is PartyRole.CONSULTED for other in tx.parties(row.call_id)):
        return IN_CONSULTATION
    before = None if call.agent_id is None else tx.agent(call.agent_id)
    cause = by_leader(present(tx, row.agent_id).staff_number)
    if not parties.hand_over(tx, party_id, names, cause, now, limits):
        return CALL_OVER
    if before is not None:
        note(tx, Deed.CALL_TAKEN, before, row.call_id, row.agent_id, actor, now)
    return None


def inherit(tx: Tx, party_id: OfferId, names: Segments, now: datetime, limits: Limits, *, lost: bool) -> bool:
    """The agent has gone, and the leader, who had joined, has the call; ``lost``: their phone is, without a hang-up of
    theirs (R-STATE-8). False when the leader takes no part any more.
    """
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    agent = None if call is None or call.agent_id is None else tx.agent(call.agent_id)
    if row is None or not row.is_in:
        return False
    if lost and agent is not None:
        lose_phone(tx, agent, row.call_id, now)
    return parties.hand_over(tx, party_id, names, "agent gone", now, limits)


def let_go(tx: Tx, node: str, carried: Collection[CallId], now: datetime, limits: Limits) -> int:
    """A new process goes on with the talks of ``node``, not with who listened to them: how many it lets go.

    ``carried``: calls that are this process's own already.
    """
    calls = [call for call in tx.calls_up() if call.node == node and call.call_id not in carried]
    rows = [row for call in calls for row in tx.parties(call.call_id) if row.role in LEADING]
    for row in rows:
        rings = row.state is OfferState.RINGING
        end_one(tx, row, OfferState.WITHDRAWN if rings else OfferState.ANSWERED, now, limits)
    if rows:
        match(tx, now)
    return len(rows)


def _become(tx: Tx, party_id: OfferId, role: PartyRole, now: datetime) -> None:
    row = tx.party(party_id)
    if row is not None and row.agent_id is not None and role is PartyRole.JOINED:
        activities.take_part(tx, row.call_id, row.agent_id, now)
    if row is not None and row.role is not role:
        tx.move_party(party_id, OfferState.ANSWERED, role=role)
        tx.call_fact(row.call_id, now, "came_in", {"role": role.value, "who": who(tx, row)})
        tell(tx, replace(row, role=role), now)


def _note(tx: Tx, party_id: OfferId, actor: str, now: datetime) -> None:
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    if row is None or row.agent_id is None or call is None or call.agent_id is None:
        return
    note(tx, DEEDS[row.role], present(tx, call.agent_id), row.call_id, row.agent_id, actor, now)
