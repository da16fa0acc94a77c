"""What is done to an activity (R-ACT): written, attached, closed, entered by hand.

Who took part does it with their own; a team leader with those of their teams, and that is audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, insert, select, update

from ivr.domain.activities import ActivityRow, Direction, EmployerReason, Outcome
from ivr.domain.call_backs import Result
from ivr.domain.ids import new_activity_id
from ivr.domain.oversight import Deed
from ivr.domain.words import RecordKind
from ivr.errors import RequestError
from ivr.records import activities, call_back_deeds
from ivr.records.activities import EMPLOYERS, Activity
from ivr.records.deeds import By, To, exists, note
from ivr.records.viewing import viewer
from ivr.store import tables as t
from ivr.store.statements import values_of

AttachKind = RecordKind | Literal["case"]
_KEPT: Final = {"description": "what it is about", "notes": "notes", "reason": "the reason"}


@dataclass(frozen=True, slots=True)
class Attached:
    """What an activity is attached to; ``kind`` ``case``: ``record_id`` is the case's."""

    kind: AttachKind
    record_id: int


@dataclass(frozen=True, slots=True)
class ByHand:
    """A call made on another phone (R-ACT-4)."""

    direction: Direction
    began_at: datetime
    description: str
    notes: str
    attached: Attached | None = None


def write(sql: Connection, activity_id: str, values: Mapping[str, object], by: By, now: datetime) -> Activity | None:
    """Keep ``description``, ``notes`` or ``reason``, whichever is given. None: there is none. Raises RequestError."""
    found = _open(sql, activity_id, by)
    if found is None:
        return None
    if values.get("reason") is not None:
        _check_employers(found)
    if values:
        _change(sql, activity_id, **values)
        _note(sql, found, Deed.ACTIVITY_CHANGED, by, now, why=", ".join(_KEPT[name] for name in values))
    return activities.one(sql, activity_id)


def attach(sql: Connection, activity_id: str, to: Attached, by: By, now: datetime) -> Activity | None:
    """Attach it to a record or a case. None: there is no such activity. Raises RequestError."""
    found = _open(sql, activity_id, by)
    if found is None:
        return None
    _change(sql, activity_id, **_attached(sql, to, found.kind, found.record_id))
    _note(sql, found, Deed.ACTIVITY_ATTACHED, by, now, why=f"to {to.kind} {to.record_id}")
    return activities.one(sql, activity_id)


@dataclass(frozen=True, slots=True)
class Closing:
    """What an activity is closed with. ``call_back``: what the call back that the call was is closed with (R-CB-6)."""

    outcome: Outcome
    reason: EmployerReason | None = None
    call_back: Result | None = None


def close(sql: Connection, activity_id: str, closing: Closing, by: By, now: datetime) -> Activity | None:
    """Close it with an outcome (R-ACT-1). None: there is no such activity. Raises RequestError."""
    found = _open(sql, activity_id, by)
    if found is None:
        return None
    if found.taken_at is None:
        raise RequestError("the call still rings: answer it first", error_id="activity.not_taken")
    outcome = closing.outcome
    if closing.reason is not None:
        _check_employers(found)
        _change(sql, activity_id, reason=closing.reason.value)
    if closing.call_back is not None:
        _close_call_back(sql, found, closing.call_back, by, now)
    _change(sql, activity_id, outcome=outcome.value, closed_at=now, closed_by=by.agent_id)
    _note(sql, found, Deed.ACTIVITY_CLOSED, by, now, why=outcome.value)
    return activities.one(sql, activity_id)


def enter(sql: Connection, given: ByHand, by: By, now: datetime) -> Activity | None:
    """Enter a call made on another phone. Raises RequestError."""
    if given.began_at > now:
        raise RequestError("a call that was made lies in the past", error_id="activity.time_ahead")
    where = {} if given.attached is None else _attached(sql, given.attached, None, None)
    row = ActivityRow(
        new_activity_id(now),
        by.agent_id,
        given.direction,
        given.began_at,
        taken_at=given.began_at,
        description=given.description,
        notes=given.notes,
    )
    sql.execute(insert(t.activity).values(values_of(row) | where))
    return activities.one(sql, row.activity_id)


def suggest(sql: Connection, call_id: str, by: By, outcome: Outcome) -> None:
    """Suggest an outcome of a call to its agent, if their activity is open."""
    table = t.activity
    theirs = update(table).where(table.c.call_id == call_id, table.c.agent_id == by.agent_id)
    sql.execute(theirs.where(table.c.closed_at.is_(None)).values(suggested=outcome.value))


def _open(sql: Connection, activity_id: str, by: By) -> Activity | None:
    """The open activity, held until the transaction ends. None: there is none. Raises RequestError where it is
    closed, or somebody else's.
    """
    key = t.activity.c.activity_id
    sql.execute(select(key).where(key == activity_id).with_for_update())
    found = activities.one(sql, activity_id)
    if found is None:
        return None
    if not (_is_own(found, by) or (by.leads and found.team in viewer(sql, by.agent_id).teams)):
        raise RequestError("another agent has this activity", error_id="activity.not_yours")
    if found.closed_at is not None:
        raise RequestError("this activity is closed", error_id="activity.is_closed")
    return found


def _close_call_back(sql: Connection, found: Activity, result: Result, by: By, now: datetime) -> None:
    if found.call_back is None:
        raise RequestError("this call was no call back: close the call back itself", error_id="activity.no_call_back")
    call_back_deeds.close(sql, found.call_back.call_back_id, result, by, now)


def _check_employers(found: Activity) -> None:
    if not found.wants_reason:
        raise RequestError("a reason is chosen for employers' calls only", error_id="activity.no_employer")


def _attached(sql: Connection, to: Attached, kind: str | None, record_id: int | None) -> dict[str, Any]:
    """The columns that say so. A case goes with the record of one of its clients; another record has another case."""
    if to.kind == "case":
        if sql.scalar(select(t.case_file.c.case_id).where(t.case_file.c.case_id == to.record_id)) is None:
            raise RequestError("there is no such case", error_id="record.no_such_case")
        return {"kind": kind, "record_id": record_id, "case_id": to.record_id}
    if not exists(sql, to.kind, to.record_id):
        raise RequestError("there is no such record", error_id="record.unknown")
    return {"kind": to.kind, "record_id": to.record_id, "case_id": None}


def _change(sql: Connection, activity_id: str, **values: object) -> None:
    sql.execute(update(t.activity).where(t.activity.c.activity_id == activity_id).values(values))


def _is_own(found: Activity, by: By) -> bool:
    return by.actor == f"agent {found.agent.staff_number}"


def _note(sql: Connection, found: Activity, deed: Deed, by: By, now: datetime, why: str) -> None:
    """Audit what a leader does to another's; one's own work is not audited."""
    if not _is_own(found, by):
        note(sql, by, deed, To(found.kind, found.record_id, found.activity_id), now, why=why)


__all__ = ["EMPLOYERS", "AttachKind", "Attached", "ByHand", "Closing", "attach", "close", "enter", "suggest", "write"]
