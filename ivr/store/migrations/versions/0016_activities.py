"""Call activities (R-ACT).

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text, text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = text("closed_at IS NULL")


def upgrade() -> None:
    """Make the table and its indexes."""
    op.create_table(
        "activity",
        Column("activity_id", String(20), primary_key=True),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("direction", String(10), nullable=False),
        Column("began_at", INSTANT, nullable=False),
        Column("call_id", String(20)),
        Column("taken_at", INSTANT),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("case_id", Integer),
        Column("description", Text, nullable=False),
        Column("notes", Text, nullable=False),
        Column("suggested", String(40)),
        Column("outcome", String(40)),
        Column("reason", String(40)),
        Column("closed_at", INSTANT),
        Column("closed_by", Integer, ForeignKey("agent.agent_id")),
    )
    op.create_index("ix_activity_kind_record_id", "activity", ["kind", "record_id"])
    op.create_index("uq_activity_call_agent", "activity", ["call_id", "agent_id"], unique=True)
    op.create_index("ix_activity_open", "activity", ["agent_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("activity")
