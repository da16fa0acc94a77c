"""Earlier attempts to reach somebody, with their times of day, so that the next is made at another (R-OUT-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from ivr.domain.call_backs import LONDON
from ivr.domain.purposes import AttemptOutcome, Purpose
from ivr.records.opened import Colleague
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An attempt. ``time_of_day``: Europe/London's clock, ``14:05``; ``outcome`` None: it goes on."""

    attempt_id: str
    call_id: str
    agent: Colleague
    started_at: datetime
    time_of_day: str
    ended_at: datetime | None
    outcome: AttemptOutcome | None
    purpose: Purpose | None
    purpose_expected: bool | None


def attempts_of(sql: Connection, kind: str, record_id: int, limit: int = 20) -> tuple[EarlierAttempt, ...]:
    """A contact's attempts, the latest first."""
    table, agent = t.outbound_attempt, t.agent
    query = (
        select(table, agent.c.staff_number, agent.c.name)
        .join(agent, agent.c.agent_id == table.c.agent_id)
        .where(table.c.kind == kind, table.c.record_id == record_id)
        .order_by(table.c.started_at.desc(), table.c.attempt_id.desc())
        .limit(limit)
    )
    return tuple(_read(row) for row in sql.execute(query))


def first_of(
    sql: Connection, call_back_id: str, kind: str | None, record_id: int | None, since: datetime
) -> datetime | None:
    """When somebody first tried to reach whom a call back is for: as that call back, or their record after ``since``.

    None: nobody has.
    """
    table = t.outbound_attempt
    is_it = table.c.call_back_id == call_back_id
    if kind is not None:
        is_it = or_(is_it, and_(table.c.kind == kind, table.c.record_id == record_id, table.c.started_at >= since))
    found: datetime | None = sql.scalar(select(func.min(table.c.started_at)).where(is_it))
    return found


def _read(row: Row[Any]) -> EarlierAttempt:
    return EarlierAttempt(
        row.attempt_id,
        row.call_id,
        Colleague(row.staff_number, row.name),
        row.started_at,
        row.started_at.astimezone(LONDON).strftime("%H:%M"),
        row.ended_at,
        None if row.outcome is None else AttemptOutcome(row.outcome),
        None if row.purpose is None else Purpose(row.purpose),
        row.purpose_expected,
    )
