"""The table of mails: what is to be sent, and what was (R-CB-9, R-CB-13, R-SEC-4)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import Instant, metadata

mail = Table(
    "mail",
    metadata,
    Column("mail_id", String(20), primary_key=True),
    Column("mailbox", String(40)),
    Column("address", String(254)),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("priority", Boolean, nullable=False),
    Column("document_id", ForeignKey("document.document_id")),
    Column("made_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("sent_at", Instant),
    Column("gave_up_at", Instant),
    Column("fault", String(200)),
)
_is_due = text("next_try_at IS NOT NULL")
Index("ix_mail_due", mail.c.next_try_at, sqlite_where=_is_due, postgresql_where=_is_due)
