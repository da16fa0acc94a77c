"""The statements of the ACD's transactions, built once; what varies is bound by name.

The literals ``'available'``, ``'waiting'`` and ``'ringing'`` stand in the text because a partial index serves a query
only when its condition is seen there. Names of parameters that would meet a column's own begin with ``b_`` or ``v_``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    exists,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from ivr.domain.activities import ActivityRow
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow
from ivr.domain.oversight import Audited
from ivr.domain.purposes import OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, OfferRow, ScopeRow
from ivr.domain.service_requests import ServiceRequestRow
from ivr.domain.talking import PartyRow
from ivr.store import oversight
from ivr.store import tables as t

_ONE: Final[ColumnElement[int]] = literal_column("1")
_NOUGHT: Final[ColumnElement[int]] = literal_column("0")
"""SQLite's compiler writes an OFFSET beside each LIMIT; given as a literal it needs no parameter."""
_AVAILABLE: Final[ColumnElement[bool]] = literal_column("agent_live.state = 'available'")
SCOPE_COLUMN: Final[dict[str, str]] = {"agent": "agent_id", "team": "team", "segment": "segment"}
"""Which column of a live agent a scope of this kind looks at."""


def _columns(table: Table, shape: type) -> list[Any]:
    return [table.c[field.name] for field in fields(shape)]


def _insert(table: Table, names: Iterable[str] | None = None) -> Insert:
    """An insert of these columns (all but a serial key), each bound under its own name."""
    wanted = names or [column.name for column in table.c if not (column.primary_key and column.type is t.SERIAL)]
    return insert(table).values({table.c[name]: bindparam(name) for name in wanted}).inline()


CALL: Final = select(*_columns(t.call, CallRow)).where(t.call.c.call_id == bindparam("call_id"))
CALLS_UP: Final = (
    select(*_columns(t.call, CallRow))
    .where(literal_column("call.state <> 'ended'"))
    .order_by(t.call.c.arrived_at, t.call.c.call_id)
)
CALL_BACKS_WAITING: Final = (
    select(*_columns(t.call, CallRow))
    .where(
        literal_column("call.state = 'waiting' AND call.call_back_number IS NOT NULL", Boolean),
        t.call.c.called_back_at.is_(None),
    )
    .order_by(t.call.c.first_waiting_at, t.call.c.call_id)
)
SCOPES: Final = (
    select(*_columns(t.call_scope, ScopeRow))
    .where(t.call_scope.c.call_id == bindparam("call_id"))
    .order_by(t.call_scope.c.position)
)
AGENT: Final = select(*_columns(t.agent_live, AgentRow)).where(t.agent_live.c.agent_id == bindparam("agent_id"))
AGENT_AT: Final = select(t.agent_live.c.agent_id).where(
    t.agent_live.c.endpoint == bindparam("endpoint"), literal_column("agent_live.state <> 'logged_out'")
)
AGENT_BY_STAFF: Final = (
    select(*_columns(t.agent_live, AgentRow))
    .join(t.agent, t.agent.c.agent_id == t.agent_live.c.agent_id)
    .where(t.agent.c.staff_number == bindparam("staff_number"))
)
AGENTS_ON: Final = (
    select(*_columns(t.agent_live, AgentRow))
    .where(
        t.agent_live.c.endpoint == bindparam("endpoint"),
        literal_column("agent_live.state <> 'logged_out'", Boolean),
    )
    .order_by(t.agent_live.c.agent_id)
)
AGENTS_WITH_DEADLINE: Final = (
    select(*_columns(t.agent_live, AgentRow))
    .where(t.agent_live.c.deadline_at.is_not(None))
    .order_by(t.agent_live.c.agent_id)
)
AGENTS_AT_WORK: Final = (
    select(*_columns(t.agent_live, AgentRow))
    .where(literal_column("agent_live.state IN ('reserved', 'on_call', 'on_hold')", Boolean))
    .order_by(t.agent_live.c.agent_id)
)
LEADERS: Final = (
    select(*_columns(t.agent_live, AgentRow))
    .join(t.agent, t.agent.c.agent_id == t.agent_live.c.agent_id)
    .where(literal_column("agent.role = 'team_leader'", Boolean))
    .order_by(t.agent_live.c.agent_id)
)
LEADERS_OF: Final = LEADERS.where(
    or_(
        t.agent_live.c.team == bindparam("b_team"),
        exists(
            select(t.team.c.name).where(
                t.team.c.name == bindparam("b_team"), t.team.c.leader == t.agent_live.c.staff_number
            )
        ),
    )
)
OFFER: Final = select(*_columns(t.offer, OfferRow)).where(t.offer.c.offer_id == bindparam("offer_id"))

_RINGS = literal_column("direct_ring.state = 'ringing'", Boolean)
DIRECT_RINGS: Final = (
    select(*_columns(t.direct_ring, DirectRing))
    .where(
        t.direct_ring.c.call_id == bindparam("call_id"),
        literal_column("direct_ring.state IN ('ringing', 'answered')", Boolean),
    )
    .order_by(t.direct_ring.c.made_at, t.direct_ring.c.ring_id)
)
RUNG_DIRECTLY: Final = (
    select(t.direct_ring.c.call_id)
    .where(t.direct_ring.c.agent_id == bindparam("agent_id"), _RINGS)
    .order_by(t.direct_ring.c.made_at, t.direct_ring.c.ring_id)
    .limit(_ONE)
    .offset(_NOUGHT)
)
DIRECT_TALKS: Final = (
    select(t.call.c.call_id)
    .where(
        t.call.c.agent_id == bindparam("agent_id"),
        literal_column("call.kind = 'direct' AND call.state = 'talking'", Boolean),
    )
    .order_by(t.call.c.answered_at, t.call.c.call_id)
)

_LIVE = literal_column("call_party.ended_at IS NULL", Boolean)
PARTIES: Final = (
    select(*_columns(t.call_party, PartyRow))
    .where(t.call_party.c.call_id == bindparam("call_id"), _LIVE)
    .order_by(t.call_party.c.made_at, t.call_party.c.party_id)
)
PARTY: Final = select(*_columns(t.call_party, PartyRow)).where(t.call_party.c.party_id == bindparam("party_id"))
PARTY_OF: Final = (
    select(*_columns(t.call_party, PartyRow))
    .where(t.call_party.c.agent_id == bindparam("agent_id"), _LIVE)
    .order_by(t.call_party.c.made_at, t.call_party.c.party_id)
    .limit(_ONE)
    .offset(_NOUGHT)
)

ADD_CALL: Final = _insert(t.call)
ADD_PARTY: Final = _insert(t.call_party)
ADD_SCOPE: Final = _insert(t.call_scope)
ADD_OFFER: Final = _insert(t.offer)
ADD_DIRECT_RING: Final = _insert(t.direct_ring)
ADD_ATTEMPT: Final = _insert(t.call_attempt)
ADD_CALL_FACT: Final = _insert(t.call_event)
ADD_AGENT_FACT: Final = _insert(t.agent_event)

DROP_SCOPES: Final = delete(t.call_scope).where(t.call_scope.c.call_id == bindparam("b_call_id"))
SET_REACH: Final = (
    update(t.call_scope)
    .where(t.call_scope.c.call_id == bindparam("b_call_id"), t.call_scope.c.position == bindparam("b_position"))
    .values(reach=bindparam("b_reach"), opened_at=bindparam("b_opened_at"))
)
END_OFFER: Final = (
    update(t.offer)
    .where(t.offer.c.offer_id == bindparam("b_offer_id"), literal_column("offer.state = 'ringing'"))
    .values(state=bindparam("b_state"), ended_at=bindparam("b_ended_at"))
)
END_DIRECT_RING: Final = (
    update(t.direct_ring)
    .where(t.direct_ring.c.ring_id == bindparam("b_ring_id"), _RINGS)
    .values(state=bindparam("b_state"), ended_at=bindparam("b_ended_at"))
)
UNBLOCK: Final = (
    update(t.call_rung)
    .where(t.call_rung.c.call_id == bindparam("b_call_id"), t.call_rung.c.agent_id == bindparam("b_agent_id"))
    .values(blocked=literal_column("false"))
)
MARK_RUNG: Final = text(
    """INSERT INTO call_rung (call_id, agent_id, blocked, until) VALUES (:call_id, :agent_id, true, :until)
    ON CONFLICT (call_id, agent_id) DO UPDATE SET blocked = excluded.blocked, until = excluded.until"""
).bindparams(bindparam("until", type_=t.Instant()))
BLOCKS: Final = (
    select(t.call_rung.c.call_id, t.call_rung.c.agent_id, t.call_rung.c.until)
    .join(t.call, t.call.c.call_id == t.call_rung.c.call_id)
    .where(literal_column("call_rung.blocked"), literal_column("call.state <> 'ended'"))
    .order_by(t.call_rung.c.call_id, t.call_rung.c.agent_id)
)

ADD_ALERT: Final = _insert(oversight.alert)
ALERT: Final = select(*_columns(oversight.alert, AlertRow)).where(oversight.alert.c.alert_id == bindparam("alert_id"))
OPEN_ALERTS: Final = (
    select(*_columns(oversight.alert, AlertRow))
    .where(
        oversight.alert.c.call_id == bindparam("call_id"),
        literal_column("alert.ended_at IS NULL", Boolean),
    )
    .order_by(oversight.alert.c.raised_at, oversight.alert.c.alert_id)
)
ADD_AUDIT: Final = _insert(oversight.audit, [field.name for field in fields(Audited)])
SWITCH_ON: Final = select(oversight.switch.c.is_on).where(oversight.switch.c.name == bindparam("name"))
TURN: Final = text(
    """INSERT INTO switch (name, is_on, since, actor) VALUES (:name, :is_on, :since, :actor)
    ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, since = excluded.since, actor = excluded.actor"""
).bindparams(bindparam("since", type_=t.Instant()), bindparam("is_on", type_=Boolean()))
ADD_CALL_BACK: Final = _insert(t.call_back, [field.name for field in fields(CallBackRow)])
ADD_SERVICE_REQUEST: Final = _insert(t.service_request, [field.name for field in fields(ServiceRequestRow)])
BEGIN_ATTEMPT: Final = _insert(t.outbound_attempt, [field.name for field in fields(OutboundAttempt)])
END_ATTEMPT: Final = (
    update(t.outbound_attempt)
    .where(t.outbound_attempt.c.attempt_id == bindparam("b_attempt_id"), t.outbound_attempt.c.outcome.is_(None))
    .values(outcome=bindparam("b_outcome"), ended_at=bindparam("b_ended_at"))
)


ACTIVITIES: Final = (
    select(*_columns(t.activity, ActivityRow))
    .where(t.activity.c.call_id == bindparam("call_id"))
    .order_by(t.activity.c.activity_id)
)
ADD_ACTIVITY: Final = _insert(t.activity)
DROP_ACTIVITY: Final = delete(t.activity).where(
    t.activity.c.call_id == bindparam("b_call_id"),
    t.activity.c.agent_id == bindparam("b_agent_id"),
    t.activity.c.taken_at.is_(None),
)


def values_of(row: CallBackRow | ServiceRequestRow | OutboundAttempt | ActivityRow) -> dict[str, object]:
    """The row by its columns, each name of a list as its text."""
    found = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in found.items()}


@cache
def update_of(table: Table, key: str, columns: tuple[str, ...], *, guarded: bool) -> Update:
    """Set ``v_<column>`` on the row whose ``key`` is ``b_key``, if its state is ``b_expect`` when guarded."""
    statement = update(table).where(table.c[key] == bindparam("b_key"))
    if guarded:
        statement = statement.where(table.c.state == bindparam("b_expect"))
    return statement.values({table.c[name]: bindparam(f"v_{name}") for name in columns})


# --- matching -------------------------------------------------------------------------------------------------------


def _somebody(kind: str, condition: str) -> str:
    return f"""(s.kind = '{kind}' AND (SELECT a.agent_id FROM agent_live a
            WHERE {condition} AND a.state = 'available' AND NOT EXISTS (SELECT 1 FROM call_rung r
                WHERE r.call_id = s.call_id AND r.agent_id = a.agent_id AND r.blocked)
            ORDER BY a.idle_since, a.agent_id LIMIT 1) IS NOT NULL)"""  # noqa: S608 - fixed words


OLDEST_MATCHABLE: Final = text(
    f"""SELECT c.call_id FROM call c
    WHERE c.state = 'waiting' AND EXISTS (SELECT 1 FROM agent_live WHERE state = 'available')
    AND EXISTS (SELECT 1 FROM call_scope s WHERE s.call_id = c.call_id AND s.reach <> 'closed' AND (
        {_somebody("agent", "a.agent_id = s.agent_id")}
        OR {_somebody("team", "a.team = s.name")}
        OR {_somebody("segment", "a.segment = s.name")}))
    ORDER BY c.first_waiting_at, c.call_id LIMIT 1"""  # noqa: S608 - fixed words
)
"""In the order of waiting, each call's scopes one by one, each by the index that keeps the idle in order: the OR and
the inner ORDER BY are there to leave a planner no other way.
"""
OWN_WAITING: Final = text(
    """SELECT c.call_id FROM call_scope s JOIN call c ON c.call_id = s.call_id
    WHERE s.agent_id = :agent_id AND s.kind = 'agent' AND s.reach <> 'closed' AND c.state = 'waiting'
    AND NOT EXISTS (SELECT 1 FROM call_rung r
                    WHERE r.call_id = c.call_id AND r.agent_id = s.agent_id AND r.blocked)
    ORDER BY c.first_waiting_at, c.call_id"""
)

_IDLE = select(t.agent_live.c.agent_id, t.agent_live.c.team, t.agent_live.c.segment, t.agent_live.c.idle_since)
_RANG_FOR_IT = exists(
    select(t.call_rung.c.call_id).where(
        t.call_rung.c.call_id == bindparam("call_id"), t.call_rung.c.agent_id == t.agent_live.c.agent_id
    )
)
FRESH: Final = {
    kind: _IDLE.where(_AVAILABLE, t.agent_live.c[column] == bindparam("name"), ~_RANG_FOR_IT)
    .order_by(t.agent_live.c.idle_since, t.agent_live.c.agent_id)
    .limit(_ONE)
    .offset(_NOUGHT)
    for kind, column in SCOPE_COLUMN.items()
}
"""By kind of scope: the longest idle of those who have not rung for the call."""
RUNG: Final = (
    _IDLE.join(t.call_rung, t.call_rung.c.agent_id == t.agent_live.c.agent_id)
    .where(_AVAILABLE, t.call_rung.c.call_id == bindparam("call_id"), literal_column("NOT call_rung.blocked"))
    .order_by(t.agent_live.c.idle_since, t.agent_live.c.agent_id)
)
"""Those who have rung for the call and may again, longest idle first."""
STAFFED: Final = {
    kind: select(t.agent_live.c.agent_id)
    .where(t.agent_live.c[column] == bindparam("name"), literal_column("agent_live.state <> 'logged_out'"))
    .limit(_ONE)
    .offset(_NOUGHT)
    for kind, column in SCOPE_COLUMN.items()
}
WAITING_IN: Final = text(
    """SELECT c.call_id FROM call c JOIN call_scope s ON s.call_id = c.call_id
    WHERE c.state = 'waiting' AND s.key = :key AND s.reach = 'open' ORDER BY c.first_waiting_at, c.call_id"""
)
