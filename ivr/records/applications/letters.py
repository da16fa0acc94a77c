"""The letters to an applicant who could not be reached: 14 days to pay the fee (R-CB-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from ivr.domain import forms
from ivr.domain.call_backs import LONDON
from ivr.domain.documents import Form, Wanted
from ivr.records import documents
from ivr.records.applications.reading import Application
from ivr.records.deeds import By
from ivr.store import tables as t

LETTERS: Final = (Form.APPLICATION_FEE, Form.APPLICATION_FEE_REMINDER)


def issue_both(sql: Connection, found: Application, by: By, now: datetime) -> None:
    """Make them, filled in, and issue them; nobody is kept, nobody is written to. Raises RequestError."""
    person = found.person
    if person is None:
        return
    applied_on = found.raised_at.astimezone(LONDON).date()
    fields = forms.application_fee(addressee=person.full_name, address=person.address, applied_on=applied_on)
    for form in LETTERS:
        wanted = Wanted(form, fields, brand=found.brand, language=found.language, call_id=found.call_id)
        document_id = documents.make(sql, wanted, by, now).document_id
        documents.issue(sql, document_id, by, now)
        row = {"application_id": found.application_id, "document_id": document_id}
        sql.execute(insert(t.application_letter).values(row))
