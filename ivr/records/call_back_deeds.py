"""What is done to a formal call back: its times set again, passed on, closed (R-CB-5 to R-CB-7, R-OUT-2); audited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.domain.call_backs import CALLED, LONDON, OpenDay, Result, Whose, alarm_again
from ivr.domain.ids import AgentId
from ivr.domain.oversight import Deed
from ivr.domain.service_requests import Status
from ivr.errors import RequestError
from ivr.records import call_backs
from ivr.records.attempts import first_of
from ivr.records.call_backs import CallBack
from ivr.records.deeds import By, To, note
from ivr.records.deeds import staff as staff_of
from ivr.store import tables as t


def set_times(
    sql: Connection, call_back_id: str, wanted_at: datetime | None, is_open_day: OpenDay, by: By, now: datetime
) -> CallBack | None:
    """Agree another time, or none (R-CB-5). None: there is no such call back. Raises RequestError."""
    found = _open(sql, call_back_id, by, now)
    if found is None:
        return None
    check_ahead(wanted_at, now)
    due = alarm_again(now, found.raised_at, Whose(found.whose), wanted_at, is_open_day)
    values = {"wanted_at": wanted_at, "starts_at": due.starts_at, "ends_at": due.ends_at}
    sql.execute(update(t.call_back).where(t.call_back.c.call_back_id == call_back_id).values(values))
    words = f"{due.starts_at.astimezone(LONDON):%d/%m/%Y %H:%M} to {due.ends_at.astimezone(LONDON):%d/%m/%Y %H:%M}"
    note(sql, by, Deed.CALL_BACK_RETIMED, _to(found), now, why=words)
    return call_backs.one(sql, call_back_id, now)


def pass_on(
    sql: Connection, call_back_id: str, staff_number: str | None, why: str, by: By, now: datetime
) -> CallBack | None:
    """A leader gives it alone to an agent, who may read its case; without a staff number back to the case's owner."""
    found = _open(sql, call_back_id, by, now)
    if found is None:
        return None
    agent_id = None if staff_number is None else _agent(sql, staff_number)
    changed = update(t.call_back).where(t.call_back.c.call_back_id == call_back_id)
    sql.execute(changed.values(agent_id=agent_id, passed_on=agent_id is not None))
    now_with = call_backs.one(sql, call_back_id, now)
    if now_with is None or (now_with.holder is None and now_with.queue is None):
        raise RequestError("it has no owner to go back to: name an agent", error_id="call_back.no_owner")
    note(sql, by, Deed.CALL_BACK_PASSED, _to(found), now, why=f"to {staff_number or 'its owner'}: {why}")
    return now_with


def close(sql: Connection, call_back_id: str, result: Result, by: By, now: datetime) -> CallBack | None:
    """Close it with a result (R-CB-6). None: there is no such call back. Raises RequestError."""
    found = _open(sql, call_back_id, by, now)
    if found is None:
        return None
    _close(sql, found, result, by, now)
    return call_backs.one(sql, call_back_id, now)


def close_suppressed(sql: Connection, kind: str, record_id: int, by: By, now: datetime) -> int:
    """Close every open call back of a contact that is not to be rung (R-OUT-2); how many there were."""
    still_open = [one for one in call_backs.of_record(sql, kind, record_id, now) if one.closed_at is None]
    for found in still_open:
        _close(sql, found, Result.SUPPRESSED, by, now)
    return len(still_open)


def check_ahead(wanted_at: datetime | None, now: datetime) -> None:
    """Raises RequestError for a time that is past."""
    if wanted_at is not None and wanted_at < now:
        raise RequestError("the agreed time is past; agree another", error_id="call_back.time_past")


def _open(sql: Connection, call_back_id: str, by: By, now: datetime) -> CallBack | None:
    """The open call back, held until the transaction ends. None: there is none. Raises RequestError where it is
    closed, or somebody else's.
    """
    table = t.call_back
    sql.execute(select(table.c.call_back_id).where(table.c.call_back_id == call_back_id).with_for_update())
    found = call_backs.one(sql, call_back_id, now)
    if found is None:
        return None
    if not by.leads and not call_backs.may_see_to(sql, found, by.agent_id):
        raise RequestError("another agent has this call back; a team leader may pass it on", error_id=NOT_YOURS)
    if found.closed_at is not None:
        raise RequestError("this call back is closed", error_id="call_back.is_closed")
    return found


NOT_YOURS = "call_back.not_yours"


def _close(sql: Connection, found: CallBack, result: Result, by: By, now: datetime) -> None:
    values = {"closed_at": now, "closed_by": by.agent_id, "result": result.value}
    changed = update(t.call_back).where(t.call_back.c.call_back_id == found.call_back_id)
    sql.execute(changed.values(values | {"called_at": _called_at(sql, found, now) if result in CALLED else None}))
    if found.service_request_id is not None:
        request = t.service_request
        changed = update(request).where(request.c.service_request_id == found.service_request_id)
        sql.execute(changed.where(request.c.closed_at.is_(None)).values(status=Status.CLOSED.value, closed_at=now))
    note(sql, by, Deed.CALL_BACK_CLOSED, _to(found), now, why=result.value)


def _called_at(sql: Connection, found: CallBack, now: datetime) -> datetime:
    """When somebody first tried to reach them since; without such an attempt it was called on another phone: now."""
    return first_of(sql, found.call_back_id, found.kind, found.record_id, found.raised_at) or now


def _agent(sql: Connection, staff_number: str) -> AgentId:
    found = staff_of(sql, staff_number)
    if found is None:
        raise RequestError("nobody who takes calls has this staff number", error_id="agent.unknown")
    return found


def _to(found: CallBack) -> To:
    return To(found.kind, found.record_id, found.call_back_id)
