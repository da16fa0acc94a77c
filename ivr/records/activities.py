"""Activities as people see them (R-ACT): with whom they are attached to, and under which brand they are shown.

Plain reads on one connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, select

from ivr.domain.activities import Direction, EmployerReason, Outcome
from ivr.domain.call_backs import Result, was_in_time
from ivr.domain.ids import Brand
from ivr.domain.routes import CallKind
from ivr.domain.words import RecordKind
from ivr.records.opened import Colleague
from ivr.records.viewing import viewer
from ivr.store import tables as t

MOST: Final = 500
"""At most so many are read at once; who has more has other worries."""
EMPLOYERS: Final[frozenset[RecordKind]] = frozenset({"employer", "employer_agent"})
_DIGITS_OF_CASE: Final = 4


@dataclass(frozen=True, slots=True)
class CallBackOfCall:
    """The formal call back that a call was (R-CB-6). ``called_at``: the first time, ``in_time``: by its end."""

    call_back_id: str
    starts_at: datetime
    ends_at: datetime
    description: str
    called_at: datetime
    in_time: bool
    result: Result | None


@dataclass(frozen=True, slots=True)
class Activity:
    """What an agent writes down of a call they took part in.

    ``began_at``: the call's own date and time; ``taken_at``: when the agent took part, null while they are only rung;
    ``by_hand``: a call made on another phone. ``kind`` and ``record_id``: what it is attached to, with ``name`` and
    ``reference``; ``case_ending``: the last four digits of the case's number. ``brand``: whose words it is shown in.
    ``suggested``: the outcome that what has happened suggests; ``wants_reason``: it is an employer's call, whose
    reason is to be chosen (R-EMP-5). ``call_back``: which the call was. Open until ``closed_at``.
    """

    activity_id: str
    agent: Colleague
    team: str
    direction: Direction
    began_at: datetime
    taken_at: datetime | None
    call_id: str | None
    by_hand: bool
    line: str | None
    brand: Brand
    kind: RecordKind | None
    record_id: int | None
    name: str | None
    reference: str | None
    case_id: int | None
    case_ending: str | None
    description: str
    notes: str
    suggested: Outcome | None
    outcome: Outcome | None
    reason: EmployerReason | None
    wants_reason: bool
    closed_at: datetime | None
    closed_by: Colleague | None
    call_back: CallBackOfCall | None


_agent, _closer = (t.agent.alias(name) for name in ("agent_of_activity", "closer_of_activity"))
_first_call: Final = (
    select(func.min(t.outbound_attempt.c.started_at))
    .where(t.outbound_attempt.c.call_back_id == t.activity.c.call_back_id)
    .scalar_subquery()
)
_IS_OPEN: Final = t.activity.c.closed_at.is_(None)
_IS_TAKEN: Final = t.activity.c.taken_at.is_not(None)


def one(sql: Connection, activity_id: str) -> Activity | None:
    """The activity with this id; None: there is none."""
    row = sql.execute(_all().where(t.activity.c.activity_id == activity_id)).first()
    return None if row is None else _read(row)


def of_call(sql: Connection, call_id: str) -> tuple[Activity, ...]:
    """Everybody's activity of a call, oldest first."""
    return _list(sql, _all().where(t.activity.c.call_id == call_id))


def open_of(sql: Connection, agent_ids: Collection[int]) -> dict[int, tuple[Activity, ...]]:
    """These agents' open activities of calls in which they took part, oldest first (R-ACT-3)."""
    if not agent_ids:
        return {}
    query = _all().where(_IS_OPEN, _IS_TAKEN, t.activity.c.agent_id.in_(agent_ids))
    rows = sql.execute(query.order_by(t.activity.c.began_at, t.activity.c.activity_id)).all()
    return {one: tuple(_read(row) for row in rows if row.agent_id == one) for one in agent_ids}


def open_of_teams(
    sql: Connection, leader_id: int, team: str | None = None, staff_number: str | None = None
) -> tuple[Activity, ...]:
    """The open activities of a leader's teams (R-ACT-3); of one ``team`` of them, or of one agent."""
    query = _all().where(_IS_OPEN, _IS_TAKEN, _agent.c.team.in_(viewer(sql, leader_id).teams))
    if team is not None:
        query = query.where(_agent.c.team == team)
    if staff_number is not None:
        query = query.where(_agent.c.staff_number == staff_number)
    return _list(sql, query)


def of_record(sql: Connection, kind: str, record_id: int) -> tuple[Activity, ...]:
    """The activities attached to a record, the latest call first (R-EMP-1, R-ACT-4)."""
    table = t.activity
    query = _all().where(table.c.kind == kind, table.c.record_id == record_id, _IS_TAKEN)
    rows = sql.execute(query.order_by(table.c.began_at.desc(), table.c.activity_id.desc()).limit(MOST))
    return tuple(_read(row) for row in rows)


def _list(sql: Connection, query: Select[Any]) -> tuple[Activity, ...]:
    rows = sql.execute(query.order_by(t.activity.c.began_at, t.activity.c.activity_id).limit(MOST))
    return tuple(_read(row) for row in rows)


def _all() -> Select[Any]:
    client, employer, agency, representative = t.client, t.employer, t.employer_agent, t.representative
    back = t.call_back
    return (
        select(
            t.activity,
            func.coalesce(client.c.name, employer.c.name, agency.c.name, representative.c.name).label("name"),
            func.coalesce(client.c.scin, employer.c.ern, agency.c.earn, representative.c.trn).label("reference"),
            func.coalesce(t.case_file.c.brand, client.c.brand, t.call.c.brand).label("brand"),
            t.case_file.c.number.label("case_number"),
            t.call.c.line,
            t.call.c.kind.label("call_kind"),
            _agent.c.staff_number.label("agent_staff"),
            _agent.c.name.label("agent_name"),
            _agent.c.team,
            _closer.c.staff_number.label("closer_staff"),
            _closer.c.name.label("closer_name"),
            back.c.starts_at.label("back_starts_at"),
            back.c.ends_at.label("back_ends_at"),
            back.c.description.label("back_description"),
            back.c.result.label("back_result"),
            func.coalesce(back.c.called_at, _first_call, t.activity.c.began_at).label("back_called_at"),
        )
        .join(_agent, _agent.c.agent_id == t.activity.c.agent_id)
        .outerjoin(t.call, t.call.c.call_id == t.activity.c.call_id)
        .outerjoin(t.case_file, t.case_file.c.case_id == t.activity.c.case_id)
        .outerjoin(client, _is_of("client", client.c.client_id))
        .outerjoin(employer, _is_of("employer", employer.c.employer_id))
        .outerjoin(agency, _is_of("employer_agent", agency.c.employer_agent_id))
        .outerjoin(representative, _is_of("representative", representative.c.representative_id))
        .outerjoin(_closer, _closer.c.agent_id == t.activity.c.closed_by)
        .outerjoin(back, back.c.call_back_id == t.activity.c.call_back_id)
    )


def _is_of(kind: RecordKind, key: Any) -> Any:
    return and_(t.activity.c.kind == kind, key == t.activity.c.record_id)


def _read(row: Row[Any]) -> Activity:
    return Activity(
        activity_id=row.activity_id,
        agent=Colleague(row.agent_staff, row.agent_name),
        team=row.team,
        direction=row.direction,
        began_at=row.began_at,
        taken_at=row.taken_at,
        call_id=row.call_id,
        by_hand=row.call_id is None,
        line=row.line,
        brand="nicms" if row.brand == "nicms" else "cmg",
        kind=row.kind,
        record_id=row.record_id,
        name=row.name,
        reference=row.reference,
        case_id=row.case_id,
        case_ending=None if row.case_number is None else row.case_number[-_DIGITS_OF_CASE:],
        description=row.description,
        notes=row.notes,
        suggested=None if row.suggested is None else Outcome(row.suggested),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        reason=None if row.reason is None else EmployerReason(row.reason),
        wants_reason=row.kind in EMPLOYERS or row.call_kind == CallKind.EMPLOYER,
        closed_at=row.closed_at,
        closed_by=None if row.closer_staff is None else Colleague(row.closer_staff, row.closer_name),
        call_back=None if row.back_starts_at is None else _call_back(row),
    )


def _call_back(row: Row[Any]) -> CallBackOfCall:
    return CallBackOfCall(
        row.call_back_id,
        row.back_starts_at,
        row.back_ends_at,
        row.back_description,
        row.back_called_at,
        was_in_time(row.back_ends_at, row.back_called_at),
        None if row.back_result is None else Result(row.back_result),
    )
