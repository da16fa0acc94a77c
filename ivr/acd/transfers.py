"""The transactions of transfers: whom a consultation rings, a call queued at another's, a call whose agent is gone.

Source: R-XFER-2, R-XFER-3, R-WAIT-1 (the last row of its table), R-WAIT-4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from ivr.acd import activities, ledger, matching, parties, party_state
from ivr.acd.direct_state import after_talk, leave
from ivr.acd.limits import Limits
from ivr.acd.parties import OUT_OF_QUEUE
from ivr.acd.roster import present
from ivr.domain.activities import Outcome
from ivr.domain.agents import ON_THE_PHONE, AgentState
from ivr.domain.events import CallState, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId, new_offer_id
from ivr.domain.oversight import Switch
from ivr.domain.queueing import AgentRow, CallRow, Reach, ScopeRow
from ivr.domain.routes import CallKind, Scope, Segments, agent_scope, segment_scope
from ivr.domain.talking import CALL_OVER, Impossible, PartyRole, PartyRow, Target
from ivr.store.ports import Tx

ONLY_IN_AN_EMERGENCY = Impossible(
    "transfer.only_warm",
    "calls are handed over without a word only while a team leader has the emergency setting on: consult first",
)
NO_COLD_NUMBER = Impossible("transfer.number_only_warm", "a number outside can only be consulted first")
_ONESELF = Impossible("transfer.oneself", "this is your own call already")
_NOT_AVAILABLE = Impossible(
    "transfer.nobody_available", "they are not Available now; choose somebody else, or take the caller back"
)
_NOBODY_OF_THEM = Impossible(
    "transfer.nobody_available", "nobody there is Available now; choose somebody else, or take the caller back"
)
_EMPLOYERS_STAY = Impossible(
    "security.employer_stays",
    "employers' calls stay with the employer segment, also when they cannot identify themselves",
)
_IN_GENERAL = Impossible("security.general_already", "this is GICH already: the call stays with you")
_TAKEN = Impossible("transfer.nobody_available", "they have just been taken; choose again")


@dataclass(frozen=True, slots=True)
class Asking:
    """What an agent asks for: to consult ``to``, or to hand the call over there. ``number``: a number outside, checked
    and in national form.
    """

    call_id: CallId
    asker: AgentId
    to: Target
    reason: str
    notes: str | None = None
    number: str = ""

    @property
    def target(self) -> str:
        """As rows and journeys have it; no telephone number."""
        return "outside" if self.to.kind == "number" else f"{self.to.kind}:{self.to.name}"


@dataclass(frozen=True, slots=True)
class Reserved:
    """Whom to ring; ``staff_number`` is '' outside."""

    row: PartyRow
    staff_number: str


# --- a consultation -------------------------------------------------------------------------------------------------


def consult(tx: Tx, asking: Asking, now: datetime) -> Reserved | Impossible:
    """Reserve whom to ring, of a team or segment the longest idle (R-XFER-2). The call stays as it is."""
    call = tx.call(asking.call_id)
    if call is None or call.state is not CallState.TALKING:
        return CALL_OVER
    agent = None if asking.to.kind == "number" else _free(tx, asking)
    if isinstance(agent, Impossible):
        return agent
    row = _party(asking, now)
    if agent is not None:
        row = replace(row, agent_id=agent.agent_id, endpoint=agent.endpoint)
    if not parties.ring(tx, row, now):
        return _TAKEN
    return Reserved(row, "" if agent is None else agent.staff_number)


def _party(asking: Asking, now: datetime) -> PartyRow:
    return PartyRow(
        party_id=new_offer_id(now),
        call_id=asking.call_id,
        role=PartyRole.CONSULTED,
        state=OfferState.RINGING,
        agent_id=None,
        endpoint="",
        made_at=now,
        number=asking.number,
        target=asking.target,
        asked_by=asking.asker,
        reason=asking.reason,
        notes=asking.notes,
    )


def _free(tx: Tx, asking: Asking) -> AgentRow | Impossible:
    """The agent named, or the longest idle of a group; never the asker, who is on a call."""
    scope = scope_of(tx, asking)
    if isinstance(scope, Impossible):
        return scope
    if scope.kind != "agent":
        row = ScopeRow(asking.call_id, 0, scope.kind, scope.key, added=False, reach=Reach.OPEN)
        choice = matching.choose([row], tx.candidates(asking.call_id, [row]), None)
        return _NOBODY_OF_THEM if choice is None else present(tx, choice.agent_id)
    agent = present(tx, AgentId(int(scope.name)))
    return agent if agent.state is AgentState.AVAILABLE else _NOT_AVAILABLE


def scope_of(tx: Tx, asking: Asking) -> Scope | Impossible:
    """The scope that is meant by an agent, a team or a segment."""
    if asking.to.kind == "number":
        return NO_COLD_NUMBER
    if asking.to.kind != "agent":
        return Scope(asking.to.kind, asking.to.name)
    agent = tx.agent_by_staff(asking.to.name)
    if agent is None:
        return Impossible("transfer.unknown", f"nobody has the staff number {asking.to.name}")
    return _ONESELF if agent.agent_id == asking.asker else agent_scope(agent.agent_id)


def take_over(
    tx: Tx, party_id: OfferId, names: Segments, cause: str, now: datetime, limits: Limits, *, lost: bool = False
) -> bool:
    """The call is the consulted's from now on. ``lost``: the asker's phone is, who is Not Ready then (R-STATE-8).
    False when the consulted takes no part any more.
    """
    row = tx.party(party_id)
    call = None if row is None else tx.call(row.call_id)
    if row is None or call is None or call.state is not CallState.TALKING or not row.is_in:
        return False
    if lost:
        _lose_phone(tx, call, now)
    return parties.hand_over(tx, party_id, names, cause, now, limits)


def who_hears(tx: Tx, party_id: OfferId, step: str, now: datetime, *, is_held: bool, far_is_held: bool) -> None:
    """The agent has swapped or conferred; ``step``: the journey's word for it."""
    row = tx.party(party_id)
    if row is not None:
        tx.call_fact(row.call_id, now, step, {"who": party_state.who(tx, row)})
        tx.emit(replace(party_state.changed(tx, row, now), is_held=is_held, far_is_held=far_is_held))


# --- back to a queue ------------------------------------------------------------------------------------------------


def cold(tx: Tx, asking: Asking, names: Segments, now: datetime, limits: Limits) -> Impossible | None:
    """Queue the call at the target at once; the asker is in After Call Work. None: it was done (R-XFER-3)."""
    call = tx.call(asking.call_id)
    if call is None or call.state is not CallState.TALKING:
        return CALL_OVER
    if not tx.is_on(Switch.EMERGENCY):
        return ONLY_IN_AN_EMERGENCY
    scope = scope_of(tx, asking)
    if isinstance(scope, Impossible):
        return scope
    tx.add_party(replace(_party(asking, now), state=OfferState.WITHDRAWN, ended_at=now))
    _queue(tx, call, scope, names, now, limits, lost=False)
    return None


def to_general(
    tx: Tx, call_id: CallId, asker: AgentId, names: Segments, now: datetime, limits: Limits
) -> Impossible | None:
    """The caller cannot identify themselves: the call waits for GICH and for nobody else, with what is known of it
    (R-SEC-4, R-WAIT-1). An employer's stays where it is (R-EMP-2). None: it was done.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING:
        return CALL_OVER
    if call.kind == CallKind.EMPLOYER or call.employer_id is not None or call.employer_agent_id is not None:
        return _EMPLOYERS_STAY
    if present(tx, asker).segment == names.gich:
        return _IN_GENERAL
    general = segment_scope(names.gich)
    asking = Asking(call_id, asker, Target("segment", names.gich), "")
    tx.add_party(replace(_party(asking, now), state=OfferState.WITHDRAWN, ended_at=now, reason=None))
    if call.kind not in OUT_OF_QUEUE:
        tx.replace_scopes(call_id, [_closed(call_id, general)])
        tx.note_call(call_id, kind=CallKind.GENERAL.value)
        call = replace(call, kind=CallKind.GENERAL.value)
    _queue(tx, call, general, names, now, limits, lost=False)
    return None


def leave_to(
    tx: Tx, call_id: CallId, party_id: OfferId | None, names: Segments, now: datetime, limits: Limits, *, lost: bool
) -> bool:
    """The asker is gone while ``party_id`` still rings: the call waits where they rang, with its place; without one,
    or at a number outside, where it came from. False when nobody talks with the caller any more.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING:
        return False
    row = None if party_id is None else tx.party(party_id)
    _queue(tx, call, None if row is None else _where(row), names, now, limits, lost=lost)
    return True


def _where(row: PartyRow) -> Scope | None:
    kind, _, name = row.target.partition(":")
    if kind == "agent" and row.agent_id is not None:
        return agent_scope(row.agent_id)
    if kind == "team":
        return Scope("team", name)
    return Scope("segment", name) if kind == "segment" else None


def _queue(
    tx: Tx, call: CallRow, to: Scope | None, names: Segments, now: datetime, limits: Limits, *, lost: bool
) -> None:
    """Whose call it was lets go of it; it waits at ``to`` first, and then as a call of the kind it was (R-WAIT-1)."""
    before = None if call.agent_id is None else tx.agent(call.agent_id)
    party_state.end_all(tx, call.call_id, now, limits)
    if before is not None and not lost:
        activities.suggest(tx, call.call_id, before.agent_id, Outcome.CALL_TRANSFERRED)
    if lost:
        _lose_phone(tx, call, now)
    elif before is not None and before.state in ON_THE_PHONE and before.call_id == call.call_id:
        after = after_talk(before, now, limits.after_call_work_s, limits.idle_logout_s)
        leave(tx, before, after, "call transferred", now)
    _route_anew(tx, call, to, names, now)
    data = {} if before is None else {"from": before.staff_number}
    where = {"to": "queue"} if to is None else {"to": _named(tx, to), "scope": to.key}
    tx.call_fact(call.call_id, now, "transferred", data | where)
    ledger.stand_again(tx, call, now, limits)
    ledger.match(tx, now, arming=call.call_id)


def _named(tx: Tx, scope: Scope) -> str:
    """A scope for a journey: an agent by their staff number."""
    return f"agent:{present(tx, AgentId(int(scope.name))).staff_number}" if scope.kind == "agent" else scope.key


def _lose_phone(tx: Tx, call: CallRow, now: datetime) -> None:
    if call.agent_id is not None:
        ledger.lose_agent(tx, call.call_id, call.agent_id, now)


def _route_anew(tx: Tx, call: CallRow, to: Scope | None, names: Segments, now: datetime) -> None:
    """``to`` comes before the scopes that the call has, of which what is open stays open; a call without a queue gets
    GICH's, and begins to wait now.
    """
    if call.kind in OUT_OF_QUEUE:
        scopes = [_closed(call.call_id, segment_scope(names.gich))]
        waiting_at = call.first_waiting_at or now
        tx.note_call(call.call_id, kind=CallKind.GENERAL.value, first_waiting_at=waiting_at)
    else:
        scopes = tx.scopes(call.call_id)
    if to is not None:
        known = next((row for row in scopes if row.key == to.key), _closed(call.call_id, to))
        scopes = [replace(known, added=False), *(row for row in scopes if row.key != to.key)]
    tx.replace_scopes(call.call_id, [replace(row, position=position) for position, row in enumerate(scopes)])


def _closed(call_id: CallId, scope: Scope) -> ScopeRow:
    return ScopeRow(call_id, 0, scope.kind, scope.key, added=False, reach=Reach.CLOSED)
