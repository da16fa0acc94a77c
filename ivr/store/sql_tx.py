"""A transaction on SQL, the same statements for SQLite and PostgreSQL, over SQLAlchemy Core.

Statements are built once; what varies is bound. The literals ``'available'`` and ``'waiting'`` stand in the text
because a partial index serves a query only when its condition is seen there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    Update,
    bindparam,
    exists,
    insert,
    literal_column,
    select,
    text,
    update,
)

from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState, Change, JourneyStep, OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.queueing import AgentRow, CallRow, Candidate, OfferRow, Reach, ScopeRow
from ivr.store import tables as t

_AVAILABLE: Final[ColumnElement[bool]] = literal_column("agent_live.state = 'available'")


def _columns(table: Table, shape: type) -> list[Any]:
    return [table.c[field.name] for field in fields(shape)]


_CALL = select(*_columns(t.call, CallRow)).where(t.call.c.call_id == bindparam("call_id"))
_SCOPES = (
    select(*_columns(t.call_scope, ScopeRow))
    .where(t.call_scope.c.call_id == bindparam("call_id"))
    .order_by(t.call_scope.c.position)
)
_AGENT = select(*_columns(t.agent_live, AgentRow)).where(t.agent_live.c.agent_id == bindparam("agent_id"))
_OFFER = select(*_columns(t.offer, OfferRow)).where(t.offer.c.offer_id == bindparam("offer_id"))


def _eligible(kind: str, column: str) -> str:
    return f"""EXISTS (SELECT 1 FROM call_scope s JOIN agent_live a ON a.{column}
        WHERE s.call_id = c.call_id AND s.kind = '{kind}' AND s.reach <> 'closed' AND a.state = 'available'
        AND NOT EXISTS (SELECT 1 FROM call_rung r
                        WHERE r.call_id = c.call_id AND r.agent_id = a.agent_id AND r.blocked))"""  # noqa: S608


_OLDEST_MATCHABLE = text(
    f"""SELECT c.call_id FROM call c WHERE c.state = 'waiting' AND (
        {_eligible("agent", "agent_id = s.agent_id")}
        OR {_eligible("team", "team = s.name")}
        OR {_eligible("segment", "segment = s.name")})
    ORDER BY c.first_waiting_at, c.call_id LIMIT 1"""  # noqa: S608 - two fixed words go in
)
_OWN_WAITING = text(
    """SELECT c.call_id FROM call_scope s JOIN call c ON c.call_id = s.call_id
    WHERE s.agent_id = :agent_id AND s.kind = 'agent' AND s.reach <> 'closed' AND c.state = 'waiting'
    AND NOT EXISTS (SELECT 1 FROM call_rung r
                    WHERE r.call_id = c.call_id AND r.agent_id = s.agent_id AND r.blocked)
    ORDER BY c.first_waiting_at, c.call_id LIMIT 5"""
)

_IDLE = select(t.agent_live.c.agent_id, t.agent_live.c.team, t.agent_live.c.segment, t.agent_live.c.idle_since)
_FRESH = {
    kind: _IDLE.where(
        _AVAILABLE,
        t.agent_live.c[column] == bindparam("name"),
        ~exists(
            select(t.call_rung.c.call_id).where(
                t.call_rung.c.call_id == bindparam("call_id"), t.call_rung.c.agent_id == t.agent_live.c.agent_id
            )
        ),
    )
    .order_by(t.agent_live.c.idle_since, t.agent_live.c.agent_id)
    .limit(1)
    for kind, column in (("agent", "agent_id"), ("team", "team"), ("segment", "segment"))
}
_RUNG = (
    _IDLE.join(t.call_rung, t.call_rung.c.agent_id == t.agent_live.c.agent_id)
    .where(_AVAILABLE, t.call_rung.c.call_id == bindparam("call_id"), ~t.call_rung.c.blocked)
    .order_by(t.agent_live.c.idle_since, t.agent_live.c.agent_id)
)
_STAFFED = text(
    """SELECT 1 FROM agent_live WHERE state <> 'logged_out'
    AND (('segment:' || segment) = :key OR ('team:' || team) = :key OR ('agent:' || agent_id) = :key) LIMIT 1"""
)
_SET_REACH = (
    update(t.call_scope)
    .where(t.call_scope.c.call_id == bindparam("b_call_id"), t.call_scope.c.position == bindparam("b_position"))
    .values(reach=bindparam("b_reach"), opened_at=bindparam("b_opened_at"))
)
_END_OFFER = (
    update(t.offer)
    .where(t.offer.c.offer_id == bindparam("b_offer_id"), t.offer.c.state == OfferState.RINGING.value)
    .values(state=bindparam("b_state"), ended_at=bindparam("b_ended_at"))
)
_UNBLOCK = (
    update(t.call_rung)
    .where(t.call_rung.c.call_id == bindparam("b_call_id"), t.call_rung.c.agent_id == bindparam("b_agent_id"))
    .values(blocked=False)
)
_MARK_RUNG = text(
    """INSERT INTO call_rung (call_id, agent_id, blocked, until) VALUES (:call_id, :agent_id, :blocked, :until)
    ON CONFLICT (call_id, agent_id) DO UPDATE SET blocked = excluded.blocked, until = excluded.until"""
).bindparams(bindparam("until", type_=t.Instant()))


@cache
def _update(table: Table, key: str, columns: tuple[str, ...], *, guarded: bool) -> Update:
    statement = update(table).where(table.c[key] == bindparam("b_key"))
    if guarded:
        statement = statement.where(table.c.state == bindparam("b_expect"))
    return statement.values({table.c[name]: bindparam(f"v_{name}") for name in columns})


def call_row(row: Row[Any]) -> CallRow:
    """The frozen value of a selected call (columns in the order of `CallRow`)."""
    values = row._asdict()
    values["state"] = CallState(values["state"])
    if values["end"] is not None:
        values["end"] = CallEnd(values["end"])
    return CallRow(**values)


def agent_row(row: Row[Any]) -> AgentRow:
    """The frozen value of a selected live agent (columns in the order of `AgentRow`)."""
    values = row._asdict()
    values["state"] = AgentState(values["state"])
    if values["pending"] is not None:
        values["pending"] = AgentState(values["pending"])
    return AgentRow(**values)


def scope_row(row: Row[Any]) -> ScopeRow:
    """The frozen value of a selected scope (columns in the order of `ScopeRow`)."""
    call_id, position, kind, key, added, reach, opened_at = tuple(row)
    return ScopeRow(call_id, position, kind, key, added, Reach(reach), opened_at)


def offer_row(row: Row[Any]) -> OfferRow:
    """The frozen value of a selected offer (columns in the order of `OfferRow`)."""
    offer_id, call_id, agent_id, scope, position, own, state, made_at, ended_at = tuple(row)
    return OfferRow(offer_id, call_id, agent_id, scope, position, own, OfferState(state), made_at, ended_at)


class SqlTx:
    """`ivr.store.ports.Tx` on one open SQL transaction; ``changes`` is what to publish after the commit."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection
        self.changes: list[Change] = []

    def call(self, call_id: CallId) -> CallRow | None:
        row = self._sql.execute(_CALL, {"call_id": call_id}).first()
        return None if row is None else call_row(row)

    def add_call(self, row: CallRow) -> None:
        self._sql.execute(insert(t.call), asdict(row))

    def move_call(self, call_id: CallId, expect: CallState, **changes: object) -> bool:
        return self._move(t.call, "call_id", call_id, expect.value, changes)

    def note_call(self, call_id: CallId, **changes: object) -> None:
        self._move(t.call, "call_id", call_id, None, changes)

    def scopes(self, call_id: CallId) -> list[ScopeRow]:
        rows = self._sql.execute(_SCOPES, {"call_id": call_id})
        return [scope_row(row) for row in rows]

    def replace_scopes(self, call_id: CallId, rows: Sequence[ScopeRow]) -> None:
        self._sql.execute(t.call_scope.delete().where(t.call_scope.c.call_id == call_id))
        self._sql.execute(insert(t.call_scope), [_scope_values(row) for row in rows])

    def set_reach(self, call_id: CallId, positions: Iterable[int], reach: Reach, at: datetime | None) -> None:
        values = [
            {"b_call_id": call_id, "b_position": position, "b_reach": reach.value, "b_opened_at": at}
            for position in positions
        ]
        if values:
            self._sql.execute(_SET_REACH, values)

    def oldest_matchable(self) -> CallId | None:
        row = self._sql.execute(_OLDEST_MATCHABLE).first()
        return None if row is None else CallId(row[0])

    def candidates(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        found: list[Candidate] = []
        for scope in scopes:
            name: object = scope.key.partition(":")[2]
            values = {"call_id": call_id, "name": int(str(name)) if scope.kind == "agent" else name}
            row = self._sql.execute(_FRESH[scope.kind], values).first()
            if row is not None:
                found.append(Candidate(scope.position, scope.kind, scope.key, *row, has_rung=False))
        return found + self._rung(call_id, scopes)

    def own_waiting(self, agent_id: AgentId) -> list[CallId]:
        return [CallId(row[0]) for row in self._sql.execute(_OWN_WAITING, {"agent_id": agent_id})]

    def agent(self, agent_id: AgentId) -> AgentRow | None:
        row = self._sql.execute(_AGENT, {"agent_id": agent_id}).first()
        return None if row is None else agent_row(row)

    def move_agent(self, agent_id: AgentId, expect: AgentState, **changes: object) -> bool:
        return self._move(t.agent_live, "agent_id", agent_id, expect.value, changes)

    def staffed(self, key: str) -> bool:
        return self._sql.execute(_STAFFED, {"key": key}).first() is not None

    def offer(self, offer_id: OfferId) -> OfferRow | None:
        row = self._sql.execute(_OFFER, {"offer_id": offer_id}).first()
        return None if row is None else offer_row(row)

    def add_offer(self, row: OfferRow) -> None:
        self._sql.execute(insert(t.offer), asdict(row))

    def end_offer(self, offer_id: OfferId, state: OfferState, at: datetime) -> bool:
        values = {"b_offer_id": offer_id, "b_state": state.value, "b_ended_at": at}
        return self._sql.execute(_END_OFFER, values).rowcount == 1

    def mark_rung(self, call_id: CallId, agent_id: AgentId, until: datetime) -> None:
        values = {"call_id": call_id, "agent_id": agent_id, "blocked": True, "until": until}
        self._sql.execute(_MARK_RUNG, values)

    def unblock(self, call_id: CallId, agent_id: AgentId) -> None:
        self._sql.execute(_UNBLOCK, {"b_call_id": call_id, "b_agent_id": agent_id})

    def call_fact(self, call_id: CallId, at: datetime, step: str, data: Mapping[str, str]) -> None:
        values = {"call_id": call_id, "at": at, "step": step, "data": dict(data)}
        self._sql.execute(insert(t.call_event), values)
        self.emit(JourneyStep(call_id, at, step, tuple(data.items())))

    def agent_fact(self, before: AgentRow, after: AgentState, code: str | None, cause: str, at: datetime) -> None:
        values = {
            "agent_id": before.agent_id,
            "at": at,
            "before": before.state.value,
            "after": after.value,
            "code": code,
            "cause": cause,
            "call_id": before.call_id,
        }
        self._sql.execute(insert(t.agent_event), values)

    def emit(self, change: Change) -> None:
        self.changes.append(change)

    def _rung(self, call_id: CallId, scopes: Sequence[ScopeRow]) -> list[Candidate]:
        """Of those who have rung and may again, the longest idle of each scope."""
        found: dict[int, Candidate] = {}
        for agent_id, team, segment, idle_since in self._sql.execute(_RUNG, {"call_id": call_id}):
            keys = {f"agent:{agent_id}", f"team:{team}", f"segment:{segment}"}
            for scope in scopes:
                if scope.key in keys and scope.position not in found:
                    found[scope.position] = Candidate(
                        scope.position, scope.kind, scope.key, agent_id, team, segment, idle_since, has_rung=True
                    )
        return list(found.values())

    def _move(self, table: Table, key: str, value: object, expect: str | None, changes: Mapping[str, object]) -> bool:
        names = tuple(sorted(changes))
        values: dict[str, object] = {f"v_{name}": changes[name] for name in names}
        values["b_key"] = value
        if expect is not None:
            values["b_expect"] = expect
        statement = _update(table, key, names, guarded=expect is not None)
        return self._sql.execute(statement, values).rowcount == 1


def _scope_values(row: ScopeRow) -> dict[str, object]:
    name = row.key.partition(":")[2]
    return asdict(row) | {"name": name, "agent_id": int(name) if row.kind == "agent" else None}
