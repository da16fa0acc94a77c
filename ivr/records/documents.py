"""Letters and forms are made filled in, reviewed, issued, cancelled until the day's batch goes (R-SEC-6). Audited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from ivr.domain.documents import DocumentStatus, Made, Wanted
from ivr.domain.ids import new_document_id
from ivr.domain.oversight import Deed
from ivr.records.deeds import By, To, note
from ivr.store.documents import document


def make(sql: Connection, wanted: Wanted, by: By, now: datetime) -> Made:
    """Make it, filled in, to be reviewed."""
    document_id = new_document_id(now)
    values = {
        "document_id": document_id,
        "form": wanted.form.value,
        "status": DocumentStatus.DRAFT.value,
        "brand": wanted.brand,
        "language": wanted.language,
        "large_print": wanted.large_print,
        "fields": dict(wanted.fields),
        "made_at": now,
        "made_by": by.agent_id,
        "kind": wanted.kind,
        "record_id": wanted.record_id,
        "case_id": wanted.case_id,
        "call_id": wanted.call_id,
        "service_request_id": wanted.service_request_id,
    }
    sql.execute(insert(document).values(values))
    note(sql, by, Deed.DOCUMENT_MADE, To(wanted.kind, wanted.record_id, document_id), now, why=wanted.form.value)
    return Made(document_id, wanted.form)
