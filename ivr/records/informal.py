"""Informal reminders on a case (R-CB-8), which whoever has the case has, too. Audited where another's is changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from ivr.domain.ids import AgentId, new_reminder_id
from ivr.domain.oversight import Deed
from ivr.domain.reminders import ClientRole
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note
from ivr.records.opened import Colleague
from ivr.records.viewing import viewer
from ivr.store import tables as t

MOST: Final = 500
_DIGITS_OF_CASE: Final = 4
_IS_OPEN: Final = t.informal_reminder.c.closed_at.is_(None)
_holder_id: Final = func.coalesce(t.informal_reminder.c.agent_id, t.case_file.c.owner_id, t.informal_reminder.c.made_by)
_holder: Final = t.agent.alias("holder_of_reminder")


@dataclass(frozen=True, slots=True)
class InformalReminder:
    """An informal reminder. ``role``: as which client of the case somebody is meant, ``name`` and ``record_id`` theirs.

    ``holder``: whose it is now: the case's owner, or whoever made it without owning the case. Open until ``closed_at``.
    """

    reminder_id: str
    case_id: int
    case_number: str | None
    case_ending: str | None
    role: ClientRole
    name: str | None
    record_id: int | None
    due_at: datetime
    description: str
    holder: Colleague
    made_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be remembered, of whom, and when. ``description`` is personal."""

    role: ClientRole
    due_at: datetime
    description: str = ""


def make(sql: Connection, number: str, wanted: Wanted, by: By, now: datetime) -> InformalReminder | None:
    """Note it on a case that one reads. None: there is no such case. Raises RequestError."""
    case = t.case_file
    row = sql.execute(select(case).where(case.c.number == number)).first()
    if row is None:
        return None
    if not viewer(sql, by.agent_id).reads(row.case_id, row.owner_id, row.team):
        raise RequestError("another team has this case: transfer the call there", error_id="case.not_yours")
    _check_ahead(wanted.due_at, now)
    made = {
        "reminder_id": new_reminder_id(now),
        "case_id": row.case_id,
        "role": wanted.role,
        "due_at": wanted.due_at,
        "description": wanted.description,
        "agent_id": None if row.owner_id == by.agent_id else by.agent_id,
        "made_at": now,
        "made_by": by.agent_id,
    }
    sql.execute(insert(t.informal_reminder).values(made))
    return one(sql, made["reminder_id"])


def set_time(sql: Connection, reminder_id: str, due_at: datetime, by: By, now: datetime) -> InformalReminder | None:
    """Set its time again. None: there is no such reminder. Raises RequestError."""
    found = _open(sql, reminder_id, by)
    if found is None:
        return None
    _check_ahead(due_at, now)
    _change(sql, found, by, now, "its time", due_at=due_at)
    return one(sql, reminder_id)


def close(sql: Connection, reminder_id: str, by: By, now: datetime) -> InformalReminder | None:
    """It is done. None: there is no such reminder. Raises RequestError."""
    found = _open(sql, reminder_id, by)
    if found is None:
        return None
    _change(sql, found, by, now, "closed", closed_at=now, closed_by=by.agent_id)
    return one(sql, reminder_id)


def one(sql: Connection, reminder_id: str) -> InformalReminder | None:
    """The reminder with this id; None: there is none."""
    row = sql.execute(_all().where(t.informal_reminder.c.reminder_id == reminder_id)).first()
    return None if row is None else _read(row)


def of_case(sql: Connection, number: str) -> tuple[InformalReminder, ...]:
    """A case's open ones, by their time."""
    rows = sql.execute(_in_order(_all().where(_IS_OPEN, t.case_file.c.number == number)))
    return tuple(_read(row) for row in rows)


def held_by_each(sql: Connection, agent_ids: Collection[AgentId]) -> dict[AgentId, tuple[InformalReminder, ...]]:
    """The open ones of each of these agents, by their time."""
    if not agent_ids:
        return {}
    rows = sql.execute(_in_order(_all().where(_IS_OPEN, _holder_id.in_(agent_ids)))).all()
    return {one: tuple(_read(row) for row in rows if row.holder_id == one) for one in agent_ids}


def _open(sql: Connection, reminder_id: str, by: By) -> InformalReminder | None:
    """The open reminder, held until the transaction ends. None: there is none. Raises RequestError where it is closed,
    or somebody else's.
    """
    key = t.informal_reminder.c.reminder_id
    sql.execute(select(key).where(key == reminder_id).with_for_update())
    found = one(sql, reminder_id)
    if found is None:
        return None
    if not (by.leads or _is_own(found, by)):
        raise RequestError("another agent has this reminder", error_id="reminder.not_yours")
    if found.closed_at is not None:
        raise RequestError("this reminder is closed", error_id="reminder.is_closed")
    return found


def _is_own(found: InformalReminder, by: By) -> bool:
    return by.actor == f"agent {found.holder.staff_number}"


def _change(sql: Connection, found: InformalReminder, by: By, now: datetime, why: str, **values: object) -> None:
    table = t.informal_reminder
    sql.execute(update(table).where(table.c.reminder_id == found.reminder_id).values(values))
    if not _is_own(found, by):
        note(sql, by, Deed.REMINDER_CHANGED, To("case", found.case_id, found.reminder_id), now, why=why)


def _check_ahead(due_at: datetime, now: datetime) -> None:
    if due_at < now:
        raise RequestError("the time of a reminder lies ahead; set another", error_id="reminder.time_past")


def _all() -> Select[Any]:
    table, party, client = t.informal_reminder, t.case_party, t.client
    return (
        select(
            table,
            t.case_file.c.number.label("case_number"),
            client.c.client_id,
            client.c.name,
            _holder.c.agent_id.label("holder_id"),
            _holder.c.staff_number.label("holder_staff"),
            _holder.c.name.label("holder_name"),
        )
        .outerjoin(t.case_file, t.case_file.c.case_id == table.c.case_id)
        .outerjoin(party, and_(party.c.case_id == table.c.case_id, party.c.role == table.c.role))
        .outerjoin(client, client.c.client_id == party.c.client_id)
        .join(_holder, _holder.c.agent_id == _holder_id)
    )


def _in_order(query: Select[Any]) -> Select[Any]:
    table = t.informal_reminder
    return query.order_by(table.c.due_at, table.c.reminder_id).limit(MOST)


def _read(row: Row[Any]) -> InformalReminder:
    return InformalReminder(
        row.reminder_id,
        row.case_id,
        row.case_number,
        None if row.case_number is None else row.case_number[-_DIGITS_OF_CASE:],
        row.role,
        row.name,
        row.client_id,
        row.due_at,
        row.description,
        Colleague(row.holder_staff, row.holder_name),
        row.made_at,
        row.closed_at,
    )
