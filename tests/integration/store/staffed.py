"""Databases with the staff of `tests.unit.acd.world`, and everything in them as the memory store's rows."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Table, insert, select

from ivr.domain.activities import ActivityRow
from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow, Result, Whose
from ivr.domain.events import JourneyStep
from ivr.domain.ids import AgentId, CallId
from ivr.domain.oversight import Switch
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt, Purpose
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, OfferRow, ScopeRow
from ivr.domain.service_requests import ServiceRequestRow, Status
from ivr.domain.talking import PartyRow
from ivr.store import tables as t
from ivr.store.memory_rows import AgentFact, Rows, Rung
from ivr.store.oversight import switch
from ivr.store.ports import Attempt
from ivr.store.rows import activity_row, agent_row, call_row, direct_ring, offer_row, party_row, scope_row
from tests.unit.acd.world import staff_rows


def wipe_and_staff(sql: Connection) -> None:
    """Nothing but the staff, everybody logged out."""
    for table in reversed(t.metadata.sorted_tables):
        sql.execute(table.delete())
    staff = staff_rows()
    sql.execute(insert(t.segment), [{"name": name} for name in sorted({a.segment for a in staff})])
    sql.execute(insert(t.team), [{"name": n, "segment": s} for n, s in sorted({(a.team, a.segment) for a in staff})])
    sql.execute(insert(t.agent), [_person(a) for a in staff])
    sql.execute(insert(t.agent_live), [{f.name: getattr(a, f.name) for f in fields(AgentRow)} for a in staff])


def _person(agent: AgentRow) -> dict[str, object]:
    known = {"agent_id": agent.agent_id, "staff_number": agent.staff_number, "team": agent.team}
    return known | {"name": "Somebody", "role": "agent", "password_hash": "", "sip_ha1": ""}


def rows_of(sql: Connection) -> Rows:
    """Everything the ACD has written."""
    scopes: dict[CallId, tuple[ScopeRow, ...]] = {}
    for row in sql.execute(_all(t.call_scope, ScopeRow).order_by(t.call_scope.c.call_id, t.call_scope.c.position)):
        scope = scope_row(row)
        scopes[scope.call_id] = (*scopes.get(scope.call_id, ()), scope)
    return Rows(
        calls={c.call_id: c for c in map(call_row, sql.execute(_all(t.call, CallRow)))},
        scopes=scopes,
        agents={a.agent_id: a for a in map(agent_row, sql.execute(_all(t.agent_live, AgentRow)))},
        offers={o.offer_id: o for o in map(offer_row, sql.execute(_all(t.offer, OfferRow)))},
        direct_rings={r.ring_id: r for r in map(direct_ring, sql.execute(_all(t.direct_ring, DirectRing)))},
        parties={p.party_id: p for p in map(party_row, sql.execute(_all(t.call_party, PartyRow)))},
        switched_on=frozenset(Switch(name) for name in sql.scalars(select(switch.c.name).where(switch.c.is_on))),
        rung={(c, AgentId(a)): Rung(b, u) for c, a, b, u in sql.execute(select(*t.call_rung.c))},
        attempts=tuple(Attempt(*row) for row in sql.execute(_all(t.call_attempt, Attempt))),
        journey=tuple(_step(row) for row in sql.execute(select(t.call_event).order_by(t.call_event.c.event_id))),
        alerts={a.alert_id: a for a in (AlertRow(*row) for row in sql.execute(_all(t.alert, AlertRow)))},
        agent_facts=tuple(_fact(r) for r in sql.execute(select(t.agent_event).order_by(t.agent_event.c.event_id))),
        call_backs={b.call_back_id: b for b in map(_call_back, sql.execute(_all(t.call_back, CallBackRow)))},
        service_requests={s.service_request_id: s for s in map(_request, sql.execute(_all(*_REQUESTS)))},
        activities={a.activity_id: a for a in map(activity_row, sql.execute(_all(t.activity, ActivityRow)))},
        outbound_attempts={a.attempt_id: a for a in map(_attempt, sql.execute(_all(*_ATTEMPTS)))},
    )


_REQUESTS: Final = (t.service_request, ServiceRequestRow)
_ATTEMPTS: Final = (t.outbound_attempt, OutboundAttempt)


def _call_back(row: Row[Any]) -> CallBackRow:
    found = CallBackRow(*tuple(row))
    result = None if found.result is None else Result(found.result)
    return replace(found, whose=Whose(found.whose), result=result)


def _request(row: Row[Any]) -> ServiceRequestRow:
    found = ServiceRequestRow(*tuple(row))
    return replace(found, status=Status(found.status))


def _attempt(row: Row[Any]) -> OutboundAttempt:
    found = OutboundAttempt(*tuple(row))
    outcome = None if found.outcome is None else AttemptOutcome(found.outcome)
    return replace(found, purpose=None if found.purpose is None else Purpose(found.purpose), outcome=outcome)


def _all(table: Table, shape: type) -> Select[Any]:
    return select(*[table.c[field.name] for field in fields(shape)])


def _step(row: Row[Any]) -> JourneyStep:
    return JourneyStep(row.call_id, row.at, row.step, tuple(row.data.items()))


def _fact(row: Row[Any]) -> AgentFact:
    before, after = AgentState(row.before), AgentState(row.after)
    return AgentFact(row.agent_id, row.at, before, after, row.code, row.cause, row.call_id)
