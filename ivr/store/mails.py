"""The table of mails: what is to be sent, and what was (R-CB-9, R-CB-13, R-SEC-4).

``next_try_at``: when it is due; while somebody sends it, when their lease ends. ``claim``: who sends it.
``offered_at``: its text was handed to a server that has not said what became of it.
"""

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
    Column("first_tried_at", Instant),
    Column("claim", String(60)),
    Column("offered_at", Instant),
)
_is_due = text("next_try_at IS NOT NULL")
_is_given_up = text("gave_up_at IS NOT NULL")
Index("ix_mail_due", mail.c.next_try_at, sqlite_where=_is_due, postgresql_where=_is_due)
Index("ix_mail_given_up", mail.c.gave_up_at, sqlite_where=_is_given_up, postgresql_where=_is_given_up)
