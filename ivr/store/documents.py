"""The table of letters and forms. What was sent to somebody stays when an import removes their record."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from ivr.store.columns import Instant, metadata

document = Table(
    "document",
    metadata,
    Column("document_id", String(20), primary_key=True),
    Column("form", String(20), nullable=False),
    Column("status", String(12), nullable=False),
    Column("brand", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("large_print", Boolean, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", ForeignKey("agent.agent_id")),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("case_id", Integer),
    Column("call_id", String(20)),
    Column("service_request_id", ForeignKey("service_request.service_request_id")),
    Column("issued_at", Instant),
    Column("issued_by", ForeignKey("agent.agent_id")),
    Column("cancelled_at", Instant),
    Column("cancelled_by", ForeignKey("agent.agent_id")),
    Column("sent_at", Instant),
    Column("batch", String(20), index=True),
    Column("pdf", LargeBinary),
    Index("ix_document_kind_record_id", "kind", "record_id"),
)
_is_issued = text("status = 'issued'")
Index("ix_document_issued", document.c.issued_at, sqlite_where=_is_issued, postgresql_where=_is_issued)

letter_batch = Table(
    "letter_batch",
    metadata,
    Column("batch", String(20), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("node", String(40), nullable=False),
    Column("claimed_until", Instant, nullable=False),
    Column("done_at", Instant),
    Column("documents", Integer),
)
"""The batches by name, e.g. ``2026-11-23``: who sends one, until when nobody else may, when it was done."""
