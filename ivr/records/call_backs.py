"""Formal call backs as people see them (R-CB-2, R-CB-5, R-CB-7): whose they are now, what is overdue.

Whose one is, is read from the case each time, unless it was raised for, or passed to, somebody by name: so it moves
with the case. Plain reads on one connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, literal, or_, select

from ivr.domain.agents import AgentState
from ivr.domain.call_backs import REMINDER_BEFORE, Result, Whose, was_in_time
from ivr.domain.ids import AgentId, Brand
from ivr.records.opened import Colleague
from ivr.records.viewing import viewer
from ivr.store import tables as t

_DIGITS_OF_CASE: Final = 4
MOST: Final = 500
"""At most so many are read at once; who has more has other worries."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """A formal call back. ``reference``: SCIN, ERN or TRN; ``case_ending``: the last four digits of the case's number.

    ``holder``: whose it is now, None: ``queue``'s; ``passed_on``: to the holder alone, without the case; ``overdue``:
    open behind its end; ``in_time``: None until somebody has called.
    """

    call_back_id: str
    whose: Whose
    kind: str | None
    record_id: int | None
    name: str | None
    reference: str | None
    case_id: int | None
    case_ending: str | None
    contact_number: str
    description: str
    wanted_at: datetime | None
    reminds_at: datetime
    starts_at: datetime
    ends_at: datetime
    raised_at: datetime
    raised_by: Colleague | None
    call_id: str | None
    service_request_id: str | None
    holder: Colleague | None
    holder_absent: bool
    queue: str | None
    passed_on: bool
    overdue: bool
    called_at: datetime | None
    in_time: bool | None
    closed_at: datetime | None
    closed_by: Colleague | None
    result: Result | None


_holder, _raiser, _closer = (t.agent.alias(name) for name in ("holder", "raiser", "closer"))
_holder_id: Final = func.coalesce(t.call_back.c.agent_id, t.case_file.c.owner_id, t.employer.c.manager_id)
_QUEUE: Final = func.coalesce(literal("team:") + t.case_file.c.team, t.call_back.c.scope)
_IS_OPEN: Final = t.call_back.c.closed_at.is_(None)


def one(sql: Connection, call_back_id: str, now: datetime) -> CallBack | None:
    """The call back with this id; None: there is none."""
    row = sql.execute(_all().where(t.call_back.c.call_back_id == call_back_id)).first()
    return None if row is None else _read(row, now)


def of_record(sql: Connection, kind: str, record_id: int, now: datetime) -> tuple[CallBack, ...]:
    """Every call back of a record: the open ones first, by their start, then the latest closed."""
    table = t.call_back
    query = _all().where(table.c.kind == kind, table.c.record_id == record_id)
    return _list(sql, query.order_by(table.c.closed_at.is_not(None), table.c.closed_at.desc()), now)


def held_by(sql: Connection, agent_id: int, now: datetime) -> tuple[CallBack, ...]:
    """Somebody's open call backs, by their start."""
    return _list(sql, _all().where(_IS_OPEN, _holder_id == agent_id), now)


def held_by_each(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> dict[AgentId, tuple[CallBack, ...]]:
    """The open call backs of each of these agents, by their start."""
    if not agent_ids:
        return {}
    query = _all().add_columns(_holder_id.label("holder_id")).where(_IS_OPEN, _holder_id.in_(agent_ids))
    table = t.call_back
    rows = sql.execute(query.order_by(table.c.starts_at, table.c.call_back_id)).all()
    return {one: tuple(_read(row, now) for row in rows if row.holder_id == one) for one in agent_ids}


def queued_for(sql: Connection, agent_id: int, now: datetime) -> tuple[CallBack, ...]:
    """The open call backs that nobody owns, and that the agent's team or segment has."""
    return _list(sql, _all().where(_IS_OPEN, _holder_id.is_(None), _QUEUE.in_(queues_of(sql, agent_id))), now)


def queued_for_each(
    sql: Connection, agent_ids: Collection[AgentId], now: datetime
) -> dict[AgentId, tuple[CallBack, ...]]:
    """The open call backs that nobody owns, of the team or segment of each of these agents, by their start."""
    live, table = t.agent_live, t.call_back
    rows = sql.execute(select(live.c.agent_id, live.c.team, live.c.segment).where(live.c.agent_id.in_(agent_ids)))
    queues = {row.agent_id: (f"team:{row.team}", f"segment:{row.segment}") for row in rows}
    wanted = {queue for pair in queues.values() for queue in pair}
    if not wanted:
        return {}
    query = _all().where(_IS_OPEN, _holder_id.is_(None), _QUEUE.in_(wanted))
    found = _list(sql, query.order_by(table.c.starts_at, table.c.call_back_id), now)
    return {one: tuple(back for back in found if back.queue in queues.get(one, ())) for one in agent_ids}


def for_leader(
    sql: Connection, agent_id: int, now: datetime, *, overdue: bool = False, absent: bool = False
) -> tuple[CallBack, ...]:
    """The open call backs of a leader's teams (R-CB-5): all, or what is overdue, or those of who is logged out."""
    teams = viewer(sql, agent_id).teams
    ours = or_(t.agent_live.c.team.in_(teams), and_(_holder_id.is_(None), _QUEUE.in_(_queues(sql, teams))))
    query = _all().where(_IS_OPEN, ours)
    if overdue:
        query = query.where(t.call_back.c.ends_at < now)
    if absent:
        query = query.where(_IS_ABSENT)
    return _list(sql, query, now)


_IS_ABSENT: Final[ColumnElement[bool]] = t.agent_live.c.state == AgentState.LOGGED_OUT.value


def open_of(sql: Connection, kind: str, record_id: int) -> int:
    """How many open call backs a record has."""
    table = t.call_back
    query = select(func.count()).select_from(table).where(table.c.kind == kind, table.c.record_id == record_id)
    return sql.execute(query.where(_IS_OPEN)).scalar_one()


def may_see_to(sql: Connection, found: CallBack, agent_id: int) -> bool:
    """Whether it is theirs, or their team's or segment's and nobody's by name."""
    if found.holder is None:
        return found.queue in queues_of(sql, agent_id)
    return found.holder.staff_number == sql.scalar(select(t.agent.c.staff_number).where(t.agent.c.agent_id == agent_id))


def queues_of(sql: Connection, agent_id: int) -> tuple[str, ...]:
    """The keys of an agent's own team and segment."""
    live = t.agent_live
    row = sql.execute(select(live.c.team, live.c.segment).where(live.c.agent_id == agent_id)).first()
    return () if row is None else (f"team:{row.team}", f"segment:{row.segment}")


def brand_of(
    sql: Connection, kind: str | None, record_id: int | None, case_id: int | None, call_id: str | None = None
) -> Brand:
    """The brand whose opening days count: the case's, else the client's, else the call's, else CMG."""
    sources = (
        select(t.case_file.c.brand).where(t.case_file.c.case_id == case_id),
        select(t.client.c.brand).where(t.client.c.client_id == (record_id if kind == "client" else None)),
        select(t.call.c.brand).where(t.call.c.call_id == call_id),
    )
    found = next((brand for brand in map(sql.scalar, sources) if brand is not None), None)
    return "nicms" if found == "nicms" else "cmg"


def _queues(sql: Connection, teams: Collection[str]) -> tuple[str, ...]:
    segments = sql.scalars(select(t.team.c.segment).where(t.team.c.name.in_(teams)).distinct())
    return (*(f"team:{name}" for name in teams), *(f"segment:{name}" for name in segments))


def _all() -> Select[Any]:
    back, client, employer, representative = t.call_back, t.client, t.employer, t.representative
    return (
        select(
            back,
            func.coalesce(client.c.name, employer.c.name, representative.c.name).label("name"),
            func.coalesce(client.c.scin, employer.c.ern, representative.c.trn).label("reference"),
            t.case_file.c.number.label("case_number"),
            _QUEUE.label("queue"),
            t.agent_live.c.state.label("holder_state"),
            *_named(_holder, "holder"),
            *_named(_raiser, "raiser"),
            *_named(_closer, "closer"),
        )
        .outerjoin(t.case_file, t.case_file.c.case_id == back.c.case_id)
        .outerjoin(client, and_(back.c.kind == "client", client.c.client_id == back.c.record_id))
        .outerjoin(employer, and_(back.c.kind == "employer", employer.c.employer_id == back.c.record_id))
        .outerjoin(
            representative,
            and_(back.c.kind == "representative", representative.c.representative_id == back.c.record_id),
        )
        .outerjoin(_holder, _holder.c.agent_id == _holder_id)
        .outerjoin(t.agent_live, t.agent_live.c.agent_id == _holder_id)
        .outerjoin(_raiser, _raiser.c.agent_id == back.c.raised_by)
        .outerjoin(_closer, _closer.c.agent_id == back.c.closed_by)
    )


def _named(agent: Any, name: str) -> tuple[Any, Any]:
    return agent.c.staff_number.label(f"{name}_staff"), agent.c.name.label(f"{name}_name")


def _list(sql: Connection, query: Select[Any], now: datetime) -> tuple[CallBack, ...]:
    table = t.call_back
    rows = sql.execute(query.order_by(table.c.starts_at, table.c.call_back_id).limit(MOST))
    return tuple(_read(row, now) for row in rows)


def _read(row: Row[Any], now: datetime) -> CallBack:
    holder = _colleague(row.holder_staff, row.holder_name)
    return CallBack(
        row.call_back_id,
        Whose(row.whose),
        row.kind,
        row.record_id,
        row.name,
        row.reference,
        row.case_id,
        None if row.case_number is None else row.case_number[-_DIGITS_OF_CASE:],
        row.contact_number,
        row.description,
        row.wanted_at,
        row.starts_at - REMINDER_BEFORE,
        row.starts_at,
        row.ends_at,
        row.raised_at,
        _colleague(row.raiser_staff, row.raiser_name),
        row.call_id,
        row.service_request_id,
        holder,
        holder is not None and row.holder_state == AgentState.LOGGED_OUT,
        row.queue if holder is None else None,
        row.passed_on,
        row.closed_at is None and row.ends_at < now,
        row.called_at,
        None if row.called_at is None else was_in_time(row.ends_at, row.called_at),
        row.closed_at,
        _colleague(row.closer_staff, row.closer_name),
        None if row.result is None else Result(row.result),
    )


def _colleague(staff_number: str | None, name: str | None) -> Colleague | None:
    return None if staff_number is None or name is None else Colleague(staff_number, name)
