"""A formal call back that the system raises for a call: nobody answered, or the line has closed (R-CB-14, R-WAIT-3)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ivr.domain.call_backs import CallBackRow, OpenDay, Whose, alarm
from ivr.domain.events import WorkChanged
from ivr.domain.ids import CallBackId, CallId, ServiceRequestId, new_call_back_id, new_service_request_id
from ivr.domain.queueing import CallRow
from ivr.domain.service_requests import FOR_CALL_BACK, ServiceRequestRow, Status
from ivr.errors import StoreError
from ivr.store.ports import Tx

_CONTACTS: Final = (("client", "client_id"), ("employer", "employer_id"), ("representative", "representative_id"))
"""Whom it is made to, the first that the call has."""


def raise_for_call(
    tx: Tx,
    call_id: CallId,
    contact_number: str,
    now: datetime,
    is_open_day: OpenDay,
    *,
    asked_at: datetime | None = None,
    description: str = "",
    scope: str | None = None,
) -> CallBackId:
    """Raise one with the 24 hour limit, counted from the request: ``asked_at``, else ``now``. Raises StoreError without
    such a call.

    It belongs to the owner of the call's case, or of its employer; without one to the queue: ``scope``, or the first
    team or segment that the call waited for. ``contact_number`` is personal: it goes into the row and nowhere else.
    """
    call = tx.call(call_id)
    if call is None:
        raise StoreError(f"there is no call {call_id}")
    raised_at = asked_at or now
    due = alarm(raised_at, Whose.OWNER, None, is_open_day)
    kind, record_id = contact_of(call)
    row = CallBackRow(
        new_call_back_id(now),
        Whose.OWNER,
        contact_number,
        description,
        due.starts_at,
        due.ends_at,
        raised_at,
        kind,
        record_id,
        call.case_id,
        scope=scope or _queue(tx, call_id),
        call_id=call_id,
        service_request_id=_request(tx, call, now),
    )
    tx.add_call_back(row)
    tx.emit(WorkChanged())
    tx.call_fact(call_id, now, "call_back_raised", {"call_back": row.call_back_id})
    return row.call_back_id


def contact_of(call: CallRow) -> tuple[str | None, int | None]:
    """Whom a call is about: the kind of record and its id; None without one."""
    for kind, column in _CONTACTS:
        record_id: int | None = getattr(call, column)
        if record_id is not None:
            return kind, record_id
    return None, None


def _queue(tx: Tx, call_id: CallId) -> str | None:
    return next((scope.key for scope in tx.scopes(call_id) if scope.kind != "agent"), None)


def _request(tx: Tx, call: CallRow, now: datetime) -> ServiceRequestId | None:
    """The service request on the case (R-CB-1); none without a case."""
    if call.case_id is None:
        return None
    what, (kind, record_id) = FOR_CALL_BACK, contact_of(call)
    row = ServiceRequestRow(
        new_service_request_id(now),
        what.process,
        what.area,
        what.sub_area,
        Status.PENDING_ASSIGNMENT,
        now,
        kind,
        record_id,
        call.case_id,
        call_back=True,
        call_id=call.call_id,
    )
    tx.add_service_request(row)
    return row.service_request_id
