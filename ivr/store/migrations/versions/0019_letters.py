"""Letters and forms that are sent with the day's batch (R-SEC-6).

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, String

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table of batches, and keep what was sent as it was sent."""
    op.create_table(
        "letter_batch",
        Column("batch", String(20), primary_key=True),
        Column("due_at", INSTANT, nullable=False),
        Column("node", String(40), nullable=False),
        Column("claimed_until", INSTANT, nullable=False),
        Column("done_at", INSTANT),
        Column("documents", Integer),
    )
    op.add_column("document", Column("batch", String(20)))
    op.add_column("document", Column("pdf", LargeBinary))
    op.create_index("ix_document_batch", "document", ["batch"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_document_batch", "document")
    op.drop_column("document", "pdf")
    op.drop_column("document", "batch")
    op.drop_table("letter_batch")
