"""Letters and forms (R-SEC-4, R-SEC-6): listed, read, printed, written in, issued, cancelled."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain import forms
from ivr.domain.documents import DocumentStatus
from ivr.letters.batch import next_time, sheet_of
from ivr.letters.templates import LANGUAGES, LETTERS
from ivr.records import documents
from ivr.records.deeds import By, exists
from ivr.records.documents import Document, Written
from ivr.web.document_models import (
    Deed,
    DocumentInList,
    DocumentNow,
    Documents,
    FieldNow,
    OneDocument,
    PrintQuery,
    WriteDocumentBody,
)
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply
from ivr.web.services import WebServices

PDF: Final = "application/pdf"
_ONE: Final = "/api/documents/{document_id:d[0-9a-z]{16}}"
_OF_RECORD: Final = (
    "/api/records/{kind:(?:client|employer|employer_agent|representative)}/{record_id:[0-9]{1,9}}/documents"
)


async def of_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Those of a record."""
    services, record_id = ask.web.services, int(ask.path["record_id"])
    found = await services.store.read(_of_record, ask.path["kind"], record_id, ask.who.by)
    if found is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))
    return Reply(200, Documents(documents=tuple(_in_list(one, services) for one in found)))


async def read_one(ask: Ask[NoBody, NoQuery]) -> Reply:
    """One."""
    found, may_change = await _readable(ask)
    return Reply(200, OneDocument(document=_now(found, ask.web.services, may_change=may_change)))


async def print_one(ask: Ask[NoBody, PrintQuery]) -> Reply:
    """As PDF: what was sent, or what would be sent now."""
    services, large_print = ask.web.services, ask.query.large_print
    found, _may_change = await _readable(ask)
    pdf = None
    if large_print in {None, found.large_print}:
        pdf = await services.store.read(documents.pdf_sent, found.document_id)
    if pdf is None:
        pdf = await services.print_sheet(sheet_of(found, services.now(), large_print=large_print))
    headers = {"Content-Disposition": f'inline; filename="{found.form}.pdf"', "Cache-Control": "no-store"}
    return Reply(200, content=pdf, headers=headers)


async def write_one(ask: Ask[WriteDocumentBody, NoQuery]) -> Reply:
    """A draft's fields."""
    services, body, document_id = ask.web.services, ask.body, ask.path["document_id"]
    fields = {key: value.replace("\r\n", "\n").strip() for key, value in body.fields.items()}
    _check(_there(await services.store.read(documents.one, document_id), document_id), fields)
    written = Written(fields, body.language, body.large_print)
    args = (document_id, written, ask.who.by, services.now())
    return _changed(ask, await services.store.write(documents.change, *args))


async def issue(ask: Ask[NoBody, NoQuery]) -> Reply:
    """To go with the day's batch."""
    services = ask.web.services
    args = (ask.path["document_id"], ask.who.by, services.now())
    return _changed(ask, await services.store.write(documents.issue, *args))


async def cancel(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Not to go."""
    services = ask.web.services
    args = (ask.path["document_id"], ask.who.by, services.now())
    return _changed(ask, await services.store.write(documents.cancel, *args))


async def _readable(ask: Ask[NoBody, Any]) -> tuple[Document, bool]:
    """The document, and whether the asker may change it. Raises Refusal."""
    document_id = ask.path["document_id"]
    found, may_read, may_change = await ask.web.services.store.read(_rights, document_id, ask.who.by)
    document = _there(found, document_id)
    if not may_read:
        raise Refusal(403, "document.not_yours", "this document is another agent's")
    return document, may_change


def _rights(sql: Connection, document_id: str, by: By) -> tuple[Document | None, bool, bool]:
    found = documents.one(sql, document_id)
    if found is None:
        return None, False, False
    return found, documents.may_read(sql, found, by), documents.may_change(sql, found, by)


def _of_record(sql: Connection, kind: str, record_id: int, by: By) -> tuple[Document, ...] | None:
    return documents.of_record(sql, kind, record_id, by) if exists(sql, kind, record_id) else None


def _check(found: Document, fields: dict[str, str]) -> None:
    """Raises Refusal for a field that the form has not, or that is not of its shape; its value is not said again."""
    for key in forms.unknown(found.form, fields):
        words = f"{found.form} has no field {key}"
        raise Refusal(422, "document.no_such_field", words, field=key)
    for field in forms.FIELDS[found.form]:
        expected = forms.fault(field, fields.get(field.key, ""))
        if expected is not None:
            words = f"{field.en}: expected {expected}"
            raise Refusal(422, "document.wrong_field", words, field=field.key, expected=expected)


def _there(found: Document | None, document_id: str) -> Document:
    if found is None:
        words = "there is no such document"
        raise Refusal(404, "document.unknown", words, field="document_id", found=document_id)
    return found


def _changed(ask: Ask[Any, NoQuery], found: Document | None) -> Reply:
    """Who changed it may change it, while it can be."""
    document = _there(found, ask.path["document_id"])
    ask.web.live.tell_document(document)
    return Reply(200, OneDocument(document=_now(document, ask.web.services, may_change=True)))


def _now(found: Document, services: WebServices, *, may_change: bool) -> DocumentNow:
    fields = tuple(
        FieldNow(
            key=one.key,
            en=one.en,
            cy=one.cy,
            shape=one.shape,
            by=one.by,
            required=one.required,
            most=forms.MOST[one.shape],
            value=found.fields.get(one.key, ""),
        )
        for one in forms.FIELDS[found.form]
    )
    missing = tuple(forms.missing(found.form, found.fields))
    return DocumentNow(
        document_id=found.document_id,
        form=found.form,
        status=found.status,
        brand=found.brand,
        language=found.language,
        languages=LANGUAGES if found.form in LETTERS else LANGUAGES[:1],
        large_print=found.large_print,
        fields=fields,
        missing=missing,
        may=_may(found) if may_change else (),
        kind=found.kind,
        record_id=found.record_id,
        case_id=found.case_id,
        service_request_id=found.service_request_id,
        made_at=found.made_at,
        made_by=found.made_by,
        issued_at=found.issued_at,
        issued_by=found.issued_by,
        goes_at=_goes_at(found, services),
        cancelled_at=found.cancelled_at,
        cancelled_by=found.cancelled_by,
        sent_at=found.sent_at,
    )


def _may(found: Document) -> tuple[Deed, ...]:
    match found.status:
        case DocumentStatus.DRAFT:
            return ("change", "issue", "cancel")
        case DocumentStatus.ISSUED:
            return ("cancel",)
        case DocumentStatus.CANCELLED | DocumentStatus.SENT:
            return ()


def _in_list(found: Document, services: WebServices) -> DocumentInList:
    at, by = {
        DocumentStatus.DRAFT: (found.made_at, found.made_by),
        DocumentStatus.ISSUED: (found.issued_at, found.issued_by),
        DocumentStatus.CANCELLED: (found.cancelled_at, found.cancelled_by),
        DocumentStatus.SENT: (found.sent_at, None),
    }[found.status]
    return DocumentInList(
        document_id=found.document_id,
        form=found.form,
        status=found.status,
        at=at or found.made_at,
        by=by,
        goes_at=_goes_at(found, services),
    )


def _goes_at(found: Document, services: WebServices) -> datetime | None:
    if found.status is not DocumentStatus.ISSUED or found.issued_at is None:
        return None
    return next_time(found.issued_at, services.batch_at())


_MAY_NOT: Final = {409: "It is another agent's, or not in a state for it; the message says which."}

OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        _OF_RECORD,
        "documents_of_record",
        "A record's letters and forms that one may read",
        Auth.AGENT,
        of_record,
        {200: Answer("The latest first.", Documents)},
        NoBody,
        NoQuery,
        examples={"kind": "employer", "record_id": "1"},
    ),
    Operation(
        "GET",
        _ONE,
        "document",
        "A letter or form: its fields, and what may be done with it",
        Auth.AGENT,
        read_one,
        {200: Answer("The document.", OneDocument)},
        NoBody,
        NoQuery,
        examples={"document_id": "d0000000000000000"},
    ),
    Operation(
        "GET",
        f"{_ONE}/pdf",
        "document_pdf",
        "A letter or form as tagged PDF: as it was sent, or would be sent now",
        Auth.AGENT,
        print_one,
        {200: Answer("PDF/UA.", media=PDF)},
        NoBody,
        PrintQuery,
        {409: "It cannot be printed now: the log says why."},
        examples={"document_id": "d0000000000000000"},
    ),
    Operation(
        "PUT",
        f"{_ONE}/fields",
        "write_document",
        "Write in a draft: fields, language, large print; audited",
        Auth.AGENT,
        write_one,
        {200: Answer("It is written.", OneDocument)},
        WriteDocumentBody,
        NoQuery,
        _MAY_NOT,
        examples={"document_id": "d0000000000000000"},
    ),
    Operation(
        "POST",
        f"{_ONE}/issue",
        "issue_document",
        "Issue it: it goes with the day's batch, and its service request is closed; audited",
        Auth.AGENT,
        issue,
        {200: Answer("It is issued.", OneDocument)},
        NoBody,
        NoQuery,
        _MAY_NOT,
        examples={"document_id": "d0000000000000001"},
    ),
    Operation(
        "POST",
        f"{_ONE}/cancel",
        "cancel_document",
        "Cancel it, until the day's batch has gone (R-SEC-6); audited",
        Auth.AGENT,
        cancel,
        {200: Answer("It is cancelled.", OneDocument)},
        NoBody,
        NoQuery,
        _MAY_NOT,
        examples={"document_id": "d0000000000000002"},
    ),
)
