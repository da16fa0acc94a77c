"""Recordings: each file, and what is asked of a call's recording now (R-REC).

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, String, text

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
KEPT = text("deleted_at IS NULL")


def upgrade() -> None:
    """Make the tables and their indexes."""
    op.create_table(
        "recording",
        Column("recording_id", String(20), primary_key=True),
        Column("call_id", String(20), nullable=False),
        Column("part", Integer, nullable=False),
        Column("file", String(40), nullable=False),
        Column("began_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
        Column("ms", Integer),
        Column("bytes", Integer),
        Column("silences", JSON, nullable=False),
        Column("peaks", JSON),
        Column("deleted_at", INSTANT),
        Column("why", String(20)),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"])
    op.create_index("ix_recording_kept", "recording", ["began_at"], sqlite_where=KEPT, postgresql_where=KEPT)
    op.create_table(
        "recording_wish",
        Column("call_id", String(20), primary_key=True),
        Column("hushed", Boolean, nullable=False),
        Column("muted", Boolean, nullable=False),
        Column("paused", Boolean, nullable=False),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("recording_wish")
    op.drop_table("recording")
