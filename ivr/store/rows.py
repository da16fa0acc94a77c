"""Selected rows as the frozen values that matching and the ledger work on."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from ivr.domain.activities import ActivityRow, EmployerReason, Outcome
from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, OfferRow, Reach, ScopeRow
from ivr.domain.talking import PartyRole, PartyRow
from ivr.store.prepared import Row

_CALL_NAMES: Final = tuple(field.name for field in fields(CallRow))
_STATE_OF_CALL: Final = _CALL_NAMES.index("state")
_STATES_OF_AGENT: Final = tuple(
    place
    for place, field in enumerate(fields(AgentRow))
    if field.name in {"state", "pending", "back_state", "back_pending"}
)
_END_OF_CALL: Final = _CALL_NAMES.index("end")
_ACTIVITY_NAMES: Final = tuple(field.name for field in fields(ActivityRow))
_LISTED: Final = tuple(
    (_ACTIVITY_NAMES.index(name), kind)
    for name, kind in (("suggested", Outcome), ("outcome", Outcome), ("reason", EmployerReason))
)


def call_row(row: Row) -> CallRow:
    """The frozen value of a selected call (columns in the order of `CallRow`)."""
    values = list(row)
    values[_STATE_OF_CALL] = CallState(values[_STATE_OF_CALL])
    if values[_END_OF_CALL] is not None:
        values[_END_OF_CALL] = CallEnd(values[_END_OF_CALL])
    return CallRow(*values)


def agent_row(row: Row) -> AgentRow:
    """The frozen value of a selected live agent (columns in the order of `AgentRow`)."""
    values = list(row)
    for place in _STATES_OF_AGENT:
        if values[place] is not None:
            values[place] = AgentState(values[place])
    return AgentRow(*values)


def scope_row(row: Row) -> ScopeRow:
    """The frozen value of a selected scope (columns in the order of `ScopeRow`)."""
    call_id, position, kind, key, added, reach, opened_at = row
    return ScopeRow(call_id, position, kind, key, added, Reach(reach), opened_at)


def offer_row(row: Row) -> OfferRow:
    """The frozen value of a selected offer (columns in the order of `OfferRow`)."""
    offer_id, call_id, agent_id, scope, position, own, state, made_at, ended_at = row
    return OfferRow(offer_id, call_id, agent_id, scope, position, own, OfferState(state), made_at, ended_at)


def direct_ring(row: Row) -> DirectRing:
    """The frozen value of a selected ringing for a direct call (columns in the order of `DirectRing`)."""
    ring_id, call_id, agent_id, endpoint, state, made_at, ended_at = row
    return DirectRing(ring_id, call_id, agent_id, endpoint, OfferState(state), made_at, ended_at)


def party_row(row: Row) -> PartyRow:
    """The frozen value of a selected party (columns in the order of `PartyRow`)."""
    party_id, call_id, role, state, *rest = row
    return PartyRow(party_id, call_id, PartyRole(role), OfferState(state), *rest)


def activity_row(row: Row) -> ActivityRow:
    """The frozen value of a selected activity (columns in the order of `ActivityRow`)."""
    values = list(row)
    for place, kind in _LISTED:
        if values[place] is not None:
            values[place] = kind(values[place])
    return ActivityRow(*values)
