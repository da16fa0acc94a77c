"""The letters to an applicant who could not be reached: 14 days to pay the fee (R-CB-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, update

from ivr.domain.documents import DocumentStatus, Form, Wanted
from ivr.domain.oversight import Deed
from ivr.records import documents
from ivr.records.applications.reading import Application
from ivr.records.deeds import By, To, note
from ivr.store import tables as t

LETTERS: Final = (Form.APPLICATION_FEE, Form.APPLICATION_FEE_REMINDER)


def issue_both(sql: Connection, found: Application, by: By, now: datetime) -> None:
    """Make them, filled in, and issue them."""
    person = found.person
    fields = {} if person is None else {"name": person.full_name, "address": person.address}
    for form in LETTERS:
        wanted = Wanted(form, fields, brand=found.brand, language=found.language, call_id=found.call_id)
        document_id = documents.make(sql, wanted, by, now).document_id
        _issue(sql, document_id, form, by, now)
        row = {"application_id": found.application_id, "document_id": document_id}
        sql.execute(insert(t.application_letter).values(row))


def _issue(sql: Connection, document_id: str, form: Form, by: By, now: datetime) -> None:
    values = {"status": DocumentStatus.ISSUED.value, "issued_at": now, "issued_by": by.agent_id}
    sql.execute(update(t.document).where(t.document.c.document_id == document_id).values(values))
    note(sql, by, Deed.DOCUMENT_ISSUED, To(None, None, document_id), now, why=form.value)
