"""Agents' alerts to their team leaders (R-STATE-11).

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = text("ended_at IS NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "alert",
        Column("alert_id", String(20), primary_key=True),
        Column("call_id", String(20), ForeignKey("call.call_id"), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("team", String(60), nullable=False),
        Column("to_all", sa.Boolean, nullable=False),
        Column("raised_at", INSTANT, nullable=False),
        Column("acknowledged_at", INSTANT),
        Column("acknowledged_by", Integer, ForeignKey("agent.agent_id")),
        Column("ended_at", INSTANT),
    )
    op.create_index("ix_alert_open", "alert", ["call_id"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("alert")
