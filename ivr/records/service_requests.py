"""Service requests with their owners (R-CB-1, R-XFER-1): made, taken or given, closed, read. Each deed is audited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, case, func, insert, or_, select, update

from ivr.domain.ids import AgentId, CallId, ServiceRequestId, new_service_request_id
from ivr.domain.oversight import Deed
from ivr.domain.service_requests import Service, ServiceRequestRow, Status, What, service_of
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note
from ivr.records.deeds import staff as staff_of
from ivr.records.opened import Colleague
from ivr.records.viewing import teams_of, viewer
from ivr.store import audit
from ivr.store import tables as t
from ivr.store.statements import values_of

MOST: Final = 500
SHOWN: Final = 20
"""So many of each kind are told to a desk."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is asked for, and of which record or case. ``team``: whose it is; None: the owner's."""

    what: What
    kind: str
    record_id: int
    case_id: int | None = None
    call_back: bool = False
    team: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A service request. ``owner``: who was given it, else, where no team has it, the case's owner; ``call_back``:
    flagged as one; ``service``: which of the fixed list, None for one of an earlier list; ``name``: the record's.
    """

    service_request_id: str
    service: Service | None
    process: str
    area: str
    sub_area: str
    status: Status
    call_back: bool
    kind: str | None
    record_id: int | None
    case_id: int | None
    owner: Colleague | None
    team: str | None
    made_at: datetime
    made_by: Colleague | None
    call_id: str | None
    closed_at: datetime | None
    name: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Open ones: those that somebody has, and those that lie with a team of theirs and nobody has taken; of each the
    oldest, and how many there are in all.
    """

    mine: tuple[ServiceRequest, ...] = ()
    mine_count: int = 0
    team: tuple[ServiceRequest, ...] = ()
    team_count: int = 0


_owner, _maker = (t.agent.alias(name) for name in ("owner", "maker"))
_owner_id: Final = case(
    (t.service_request.c.team.is_not(None), t.service_request.c.owner_id),
    else_=func.coalesce(t.service_request.c.owner_id, t.case_file.c.owner_id, t.employer.c.manager_id),
)
_TEAM: Final = func.coalesce(t.service_request.c.team, _owner.c.team, t.case_file.c.team)
_IS_OPEN: Final = t.service_request.c.closed_at.is_(None)


def make(sql: Connection, made: Made, by: By, now: datetime) -> ServiceRequestId:
    """Make one: Pending Assignment, in the owner's queue or the team's."""
    what, call_id = made.what, audit.call_of(sql, by.agent_id)
    row = ServiceRequestRow(
        new_service_request_id(now),
        what.process,
        what.area,
        what.sub_area,
        Status.PENDING_ASSIGNMENT,
        now,
        made.kind,
        made.record_id,
        made.case_id,
        call_back=made.call_back,
        made_by=by.agent_id,
        call_id=None if call_id is None else CallId(call_id),
        team=made.team,
        description=made.description,
    )
    sql.execute(insert(t.service_request).values(values_of(row)))
    to = To(row.kind, row.record_id, row.service_request_id)
    note(sql, by, Deed.SERVICE_REQUEST_MADE, to, now, why=what.sub_area)
    return row.service_request_id


def one(sql: Connection, service_request_id: str) -> ServiceRequest | None:
    """The service request with this id; None: there is none."""
    row = sql.execute(_all().where(t.service_request.c.service_request_id == service_request_id)).first()
    return None if row is None else _read(row)


def of_record(sql: Connection, kind: str, record_id: int) -> tuple[ServiceRequest, ...]:
    """A record's service requests: the open ones first, the latest of them first."""
    table = t.service_request
    query = _all().where(table.c.kind == kind, table.c.record_id == record_id)
    return _list(sql, query.order_by(table.c.closed_at.is_not(None), table.c.made_at.desc()))


def owned_by(sql: Connection, agent_id: int) -> tuple[ServiceRequest, ...]:
    """Somebody's open service requests, the oldest first."""
    return _list(sql, _all().where(_IS_OPEN, _owner_id == agent_id).order_by(t.service_request.c.made_at))


def of_teams(sql: Connection, agent_id: int) -> tuple[ServiceRequest, ...]:
    """The open service requests of the agent's team, and of those that they lead, the oldest first."""
    teams = viewer(sql, agent_id).teams
    return _list(sql, _all().where(_IS_OPEN, _TEAM.in_(teams)).order_by(t.service_request.c.made_at))


def queues_of(sql: Connection, agent_ids: Collection[AgentId]) -> dict[AgentId, Queue]:
    """What each of these agents has, and what their teams have to take."""
    if not agent_ids:
        return {}
    teams = teams_of(sql, agent_ids)
    every = frozenset().union(*teams.values())
    columns = _all().add_columns(_owner_id.label("owned_by"))
    mine = or_(_owner_id.in_(agent_ids), and_(_owner_id.is_(None), _TEAM.in_(every)))
    table = t.service_request
    rows = sql.execute(columns.where(_IS_OPEN, mine).order_by(table.c.made_at, table.c.service_request_id)).all()
    return {one: _queue(rows, one, teams[one]) for one in agent_ids}


def _queue(rows: Sequence[Row[Any]], agent_id: AgentId, teams: frozenset[str]) -> Queue:
    mine = [row for row in rows if row.owned_by == agent_id]
    free = [row for row in rows if row.owned_by is None and row.team_now in teams]
    return Queue(tuple(map(_read, mine[:SHOWN])), len(mine), tuple(map(_read, free[:SHOWN])), len(free))


def first_team(sql: Connection, segment: str) -> str | None:
    """The first team of a segment by name, for what no team is named for."""
    found: str | None = sql.scalar(select(func.min(t.team.c.name)).where(t.team.c.segment == segment))
    return found


def assign(sql: Connection, service_request_id: str, staff_number: str, by: By, now: datetime) -> ServiceRequest | None:
    """Give it to somebody, or take it: In Progress. None: there is none. Raises RequestError.

    An agent takes their own, or one of their team's; a leader gives any to anybody.
    """
    found, agent_id = _open(sql, service_request_id), staff_of(sql, staff_number)
    if found is None:
        return None
    if agent_id is None:
        raise RequestError("nobody who takes calls has this staff number", error_id="agent.unknown")
    _check_may_give(sql, found, agent_id, by)
    changed = update(t.service_request).where(t.service_request.c.service_request_id == service_request_id)
    sql.execute(changed.values(owner_id=agent_id, status=Status.IN_PROGRESS.value))
    note(sql, by, Deed.SERVICE_REQUEST_ASSIGNED, _to(found), now, why=f"to {staff_number}")
    return one(sql, service_request_id)


def close(sql: Connection, service_request_id: str, by: By, now: datetime) -> ServiceRequest | None:
    """Close it. None: there is none. Raises RequestError where it is closed, or somebody else's."""
    found = _open(sql, service_request_id)
    if found is None:
        return None
    if not by.leads and found.owner != _self(sql, by):
        raise RequestError("another agent has this service request", error_id="service_request.not_yours")
    changed = update(t.service_request).where(t.service_request.c.service_request_id == service_request_id)
    sql.execute(changed.values(status=Status.CLOSED.value, closed_at=now))
    note(sql, by, Deed.SERVICE_REQUEST_CLOSED, _to(found), now)
    return one(sql, service_request_id)


def _open(sql: Connection, service_request_id: str) -> ServiceRequest | None:
    table = t.service_request
    key = table.c.service_request_id
    sql.execute(select(key).where(key == service_request_id).with_for_update())
    found = one(sql, service_request_id)
    if found is not None and found.closed_at is not None:
        raise RequestError("this service request is closed", error_id="service_request.is_closed")
    return found


def _check_may_give(sql: Connection, found: ServiceRequest, to: AgentId, by: By) -> None:
    if by.leads:
        return
    if to != by.agent_id:
        raise RequestError("only team leaders give work to others", error_id="service_request.for_leaders")
    if found.owner != _self(sql, by) and found.team not in viewer(sql, by.agent_id).teams:
        raise RequestError("this service request is another team's", error_id="service_request.not_yours")


def _self(sql: Connection, by: By) -> Colleague:
    agent = t.agent
    row = sql.execute(select(agent.c.staff_number, agent.c.name).where(agent.c.agent_id == by.agent_id)).one()
    return Colleague(row.staff_number, row.name)


def _to(found: ServiceRequest) -> To:
    return To(found.kind, found.record_id, found.service_request_id)


def _all() -> Select[Any]:
    table = t.service_request
    return (
        select(
            table,
            _TEAM.label("team_now"),
            func.coalesce(t.client.c.name, t.employer.c.name, t.representative.c.name).label("record_name"),
            _owner.c.staff_number.label("owner_staff"),
            _owner.c.name.label("owner_name"),
            _maker.c.staff_number.label("maker_staff"),
            _maker.c.name.label("maker_name"),
        )
        .outerjoin(t.case_file, t.case_file.c.case_id == table.c.case_id)
        .outerjoin(t.employer, and_(table.c.kind == "employer", t.employer.c.employer_id == table.c.record_id))
        .outerjoin(t.client, and_(table.c.kind == "client", t.client.c.client_id == table.c.record_id))
        .outerjoin(
            t.representative,
            and_(table.c.kind == "representative", t.representative.c.representative_id == table.c.record_id),
        )
        .outerjoin(_owner, _owner.c.agent_id == _owner_id)
        .outerjoin(_maker, _maker.c.agent_id == table.c.made_by)
    )


def _list(sql: Connection, query: Select[Any]) -> tuple[ServiceRequest, ...]:
    rows = sql.execute(query.order_by(t.service_request.c.service_request_id).limit(MOST))
    return tuple(_read(row) for row in rows)


def _read(row: Row[Any]) -> ServiceRequest:
    return ServiceRequest(
        row.service_request_id,
        service_of(What(row.process, row.area, row.sub_area)),
        row.process,
        row.area,
        row.sub_area,
        Status(row.status),
        row.call_back,
        row.kind,
        row.record_id,
        row.case_id,
        _colleague(row.owner_staff, row.owner_name),
        row.team_now,
        row.made_at,
        _colleague(row.maker_staff, row.maker_name),
        row.call_id,
        row.closed_at,
        row.record_name,
        row.description,
    )


def _colleague(staff_number: str | None, name: str | None) -> Colleague | None:
    return None if staff_number is None or name is None else Colleague(staff_number, name)
