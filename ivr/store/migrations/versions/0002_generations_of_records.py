"""The generations of imported records.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the table of generations."""
    op.create_table(
        "record_import",
        Column("generation", Integer, primary_key=True, autoincrement=False),
        Column("started_at", INSTANT, nullable=False),
        Column("finished_at", INSTANT),
        Column("steps", Integer, nullable=False),
        Column("steps_done", Integer, nullable=False),
        Column("highest_id", Integer, nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("record_import")
