"""Letters and forms (R-SEC-6), and what is mailed (R-CB-9).

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Text, text

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
ISSUED = text("status = 'issued'")
DUE = text("next_try_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "document",
        Column("document_id", String(20), primary_key=True),
        Column("form", String(20), nullable=False),
        Column("status", String(12), nullable=False),
        Column("brand", String(10), nullable=False),
        Column("language", String(2), nullable=False),
        Column("large_print", Boolean, nullable=False),
        Column("fields", JSON, nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("made_by", Integer, ForeignKey("agent.agent_id")),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("case_id", Integer),
        Column("call_id", String(20)),
        Column("service_request_id", String(20), ForeignKey("service_request.service_request_id")),
        Column("issued_at", INSTANT),
        Column("issued_by", Integer, ForeignKey("agent.agent_id")),
        Column("cancelled_at", INSTANT),
        Column("cancelled_by", Integer, ForeignKey("agent.agent_id")),
        Column("sent_at", INSTANT),
    )
    op.create_index("ix_document_kind_record_id", "document", ["kind", "record_id"])
    op.create_index("ix_document_issued", "document", ["issued_at"], sqlite_where=ISSUED, postgresql_where=ISSUED)
    op.create_table(
        "mail",
        Column("mail_id", String(20), primary_key=True),
        Column("mailbox", String(40)),
        Column("address", String(254)),
        Column("subject", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("priority", Boolean, nullable=False),
        Column("document_id", String(20), ForeignKey("document.document_id")),
        Column("made_at", INSTANT, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("next_try_at", INSTANT),
        Column("sent_at", INSTANT),
        Column("gave_up_at", INSTANT),
        Column("fault", String(200)),
    )
    op.create_index("ix_mail_due", "mail", ["next_try_at"], sqlite_where=DUE, postgresql_where=DUE)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("mail")
    op.drop_table("document")
