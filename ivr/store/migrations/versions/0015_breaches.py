"""Thresholds that were broken, and who acknowledged it (R-MON-3).

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, String, text

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_NOW = text("ended_at IS NULL")


def upgrade() -> None:
    """Add the table and its index."""
    op.create_table(
        "breach",
        Column("breach_id", SERIAL, primary_key=True),
        Column("queue", String(80), nullable=False),
        Column("what", String(20), nullable=False),
        Column("since", INSTANT, nullable=False),
        Column("acknowledged_at", INSTANT),
        Column("acknowledged_by", sa.Integer(), ForeignKey("agent.agent_id")),
        Column("ended_at", INSTANT),
    )
    op.create_index(
        "uq_breach_now", "breach", ["queue", "what"], unique=True, sqlite_where=IS_NOW, postgresql_where=IS_NOW
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("breach")
