"""Letters and forms are made filled in, reviewed, issued, cancelled until the day's batch goes (R-SEC-6). Audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Select, insert, select, update

from ivr.domain import forms
from ivr.domain.documents import DocumentStatus, Form, Made, Wanted
from ivr.domain.ids import Brand, DocumentId, Language, new_document_id
from ivr.domain.oversight import Deed
from ivr.domain.service_requests import Status
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note
from ivr.records.opened import Colleague
from ivr.records.requirements import requirements_of
from ivr.records.viewing import viewer
from ivr.store import tables as t

MOST: Final = 200
LARGE_PRINT: Final = "large print"
"""Who needs this alternative format gets it by itself."""
_MAY_BE_CANCELLED: Final = frozenset({DocumentStatus.DRAFT, DocumentStatus.ISSUED})


@dataclass(frozen=True, slots=True)
class Document:
    """A letter or form. ``fields``: personal; ``batch``: with which batch it went."""

    document_id: str
    form: Form
    status: DocumentStatus
    brand: Brand
    language: Language
    large_print: bool
    fields: Mapping[str, str]
    kind: str | None
    record_id: int | None
    case_id: int | None
    call_id: str | None
    service_request_id: str | None
    made_at: datetime
    made_by: Colleague | None
    issued_at: datetime | None
    issued_by: Colleague | None
    cancelled_at: datetime | None
    cancelled_by: Colleague | None
    sent_at: datetime | None
    batch: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """What an agent writes in a draft: some of its fields, and how it is to be printed."""

    fields: Mapping[str, str]
    language: Language
    large_print: bool


def make(sql: Connection, wanted: Wanted, by: By, now: datetime) -> Made:
    """Make it, filled in, to be reviewed; large where the record needs it. ValueError for a field that no form has."""
    if strange := forms.unknown(wanted.form, wanted.fields):
        raise ValueError(f"{wanted.form} has no field {', '.join(strange)}")
    document_id = new_document_id(now)
    values = {
        "document_id": document_id,
        "form": wanted.form.value,
        "status": DocumentStatus.DRAFT.value,
        "brand": wanted.brand,
        "language": wanted.language,
        "large_print": wanted.large_print or _needs_large_print(sql, wanted),
        "fields": dict(wanted.fields),
        "made_at": now,
        "made_by": by.agent_id,
        "kind": wanted.kind,
        "record_id": wanted.record_id,
        "case_id": wanted.case_id,
        "call_id": wanted.call_id,
        "service_request_id": wanted.service_request_id,
    }
    sql.execute(insert(t.document).values(values))
    note(sql, by, Deed.DOCUMENT_MADE, To(wanted.kind, wanted.record_id, document_id), now, why=wanted.form.value)
    return Made(document_id, wanted.form)


def one(sql: Connection, document_id: str) -> Document | None:
    """The document with this id; None: there is none."""
    row = sql.execute(_all().where(t.document.c.document_id == document_id)).first()
    return None if row is None else _read(row)


def pdf_sent(sql: Connection, document_id: str) -> bytes | None:
    """What was sent, as it was; None while it was not."""
    pdf: bytes | None = sql.scalar(select(t.document.c.pdf).where(t.document.c.document_id == document_id))
    return pdf


def of_record(sql: Connection, kind: str, record_id: int, by: By) -> tuple[Document, ...]:
    """A record's documents that one may read, the latest first."""
    query = _all().where(t.document.c.kind == kind, t.document.c.record_id == record_id)
    rows = sql.execute(query.order_by(t.document.c.document_id.desc()).limit(MOST))
    return tuple(found for found in map(_read, rows) if may_read(sql, found, by))


def change(sql: Connection, document_id: str, written: Written, by: By, now: datetime) -> Document | None:
    """Write in a draft. None: there is no such document. Raises RequestError."""
    found = _held(sql, document_id, by)
    if found is None:
        return None
    _check_draft(found)
    fields = {**found.fields, **written.fields}
    values = {"fields": fields, "language": written.language, "large_print": written.large_print}
    if (fields, written.language, written.large_print) != (found.fields, found.language, found.large_print):
        _set(sql, document_id, values)
        note(sql, by, Deed.DOCUMENT_CHANGED, _to(found), now, why=found.form.value)
    return one(sql, document_id)


def issue(sql: Connection, document_id: str, by: By, now: datetime) -> Document | None:
    """It goes with the day's batch; its service request is closed (R-SEC-4). None: there is none. RequestError."""
    found = _held(sql, document_id, by)
    if found is None:
        return None
    _check_draft(found)
    if forms.missing(found.form, found.fields):
        raise RequestError("fill in every field that is needed, then issue it", error_id="document.incomplete")
    _set(sql, document_id, {"status": DocumentStatus.ISSUED.value, "issued_at": now, "issued_by": by.agent_id})
    note(sql, by, Deed.DOCUMENT_ISSUED, _to(found), now, why=found.form.value)
    if found.service_request_id is not None:
        _close_request(sql, found, found.service_request_id, by, now)
    return one(sql, document_id)


def cancel(sql: Connection, document_id: str, by: By, now: datetime) -> Document | None:
    """It does not go. None: there is no such document. Raises RequestError once it has gone."""
    found = _held(sql, document_id, by)
    if found is None:
        return None
    if found.status is DocumentStatus.CANCELLED:
        raise RequestError("it is cancelled", error_id="document.is_cancelled")
    if found.status not in _MAY_BE_CANCELLED:
        raise RequestError("it has gone with the day's batch", error_id="document.is_sent")
    _set(sql, document_id, {"status": DocumentStatus.CANCELLED.value, "cancelled_at": now, "cancelled_by": by.agent_id})
    note(sql, by, Deed.DOCUMENT_CANCELLED, _to(found), now, why=found.form.value)
    return one(sql, document_id)


def may_read(sql: Connection, found: Document, by: By) -> bool:
    """A leader; who made it; and who may read its record: of a case its managers and whom it was lent to, of a client
    who reads a case of theirs; other records are open to all.
    """
    return by.leads or _made(sql, found, by) or _is_open_to(sql, found, by, change=False)


def may_change(sql: Connection, found: Document, by: By) -> bool:
    """As `may_read`, but for a case that was lent (R-CB-7)."""
    return by.leads or _made(sql, found, by) or _is_open_to(sql, found, by, change=True)


def _made(sql: Connection, found: Document, by: By) -> bool:
    made_by = select(t.document.c.made_by).where(t.document.c.document_id == found.document_id)
    return sql.scalar(made_by) == by.agent_id


def _is_open_to(sql: Connection, found: Document, by: By, *, change: bool) -> bool:
    case = t.case_file
    cases = select(case.c.case_id, case.c.owner_id, case.c.team)
    if found.case_id is not None:
        cases = cases.where(case.c.case_id == found.case_id)
    elif found.kind == "client":
        party = t.case_party
        cases = cases.join(party, party.c.case_id == case.c.case_id).where(party.c.client_id == found.record_id)
    else:
        return found.kind is not None
    who = viewer(sql, by.agent_id)
    return any(who.manages(*row[1:]) if change else who.reads(*row) for row in sql.execute(cases))


def _needs_large_print(sql: Connection, wanted: Wanted) -> bool:
    if wanted.kind is None or wanted.record_id is None:
        return False
    needed = requirements_of(sql, wanted.kind, wanted.record_id).alternative_format
    return (needed or "").strip().casefold() == LARGE_PRINT


def _held(sql: Connection, document_id: str, by: By) -> Document | None:
    """The document, held until the transaction ends. None: there is none. RequestError where one may not change it."""
    key = t.document.c.document_id
    sql.execute(select(key).where(key == document_id).with_for_update())
    found = one(sql, document_id)
    if found is not None and not may_change(sql, found, by):
        raise RequestError("this document is another agent's", error_id="document.not_yours")
    return found


def _check_draft(found: Document) -> None:
    if found.status is not DocumentStatus.DRAFT:
        words = "it is no draft any more: what it says stays as it is"
        raise RequestError(words, error_id="document.not_draft")


def _set(sql: Connection, document_id: str, values: Mapping[str, Any]) -> None:
    sql.execute(update(t.document).where(t.document.c.document_id == document_id).values(**values))


def _close_request(sql: Connection, found: Document, service_request_id: str, by: By, now: datetime) -> None:
    request = t.service_request
    is_open = (request.c.service_request_id == service_request_id, request.c.closed_at.is_(None))
    closed = sql.execute(update(request).where(*is_open).values(status=Status.CLOSED.value, closed_at=now))
    if closed.rowcount:
        to = To(found.kind, found.record_id, service_request_id)
        note(sql, by, Deed.SERVICE_REQUEST_CLOSED, to, now, why=found.form.value)


def _to(found: Document) -> To:
    return To(found.kind, found.record_id, DocumentId(found.document_id))


_maker, _issuer, _canceller = (t.agent.alias(name) for name in ("maker", "issuer", "canceller"))
_COLUMNS: Final[list[Column[Any]]] = [column for column in t.document.c if column.name != "pdf"]


def _all() -> Select[Any]:
    people = {"made_by": _maker, "issued_by": _issuer, "cancelled_by": _canceller}
    named = [who.c[key].label(f"{column}_{key}") for column, who in people.items() for key in ("staff_number", "name")]
    query: Select[Any] = select(*_COLUMNS, *named).select_from(t.document)
    for column, who in people.items():
        query = query.outerjoin(who, who.c.agent_id == t.document.c[column])
    return query


def _read(row: Row[Any]) -> Document:
    return Document(
        document_id=row.document_id,
        form=Form(row.form),
        status=DocumentStatus(row.status),
        brand=row.brand,
        language=row.language,
        large_print=row.large_print,
        fields=row.fields,
        kind=row.kind,
        record_id=row.record_id,
        case_id=row.case_id,
        call_id=row.call_id,
        service_request_id=row.service_request_id,
        made_at=row.made_at,
        made_by=_colleague(row.made_by_staff_number, row.made_by_name),
        issued_at=row.issued_at,
        issued_by=_colleague(row.issued_by_staff_number, row.issued_by_name),
        cancelled_at=row.cancelled_at,
        cancelled_by=_colleague(row.cancelled_by_staff_number, row.cancelled_by_name),
        sent_at=row.sent_at,
        batch=row.batch,
    )


def _colleague(staff_number: str | None, name: str | None) -> Colleague | None:
    return None if staff_number is None or name is None else Colleague(staff_number, name)
