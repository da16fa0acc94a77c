"""Who takes part in a talk that is not their own: consulted, interpreters, team leaders.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text, text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
LIVE = text("ended_at IS NULL")


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "call_party",
        Column("party_id", String(20), primary_key=True),
        Column("call_id", String(20), ForeignKey("call.call_id"), nullable=False, index=True),
        Column("role", String(20), nullable=False),
        Column("state", String(12), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id")),
        Column("endpoint", String(120), nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("number", String(30), nullable=False),
        Column("target", String(80), nullable=False),
        Column("asked_by", Integer, ForeignKey("agent.agent_id")),
        Column("reason", Text),
        Column("notes", Text),
        Column("answered_at", INSTANT),
        Column("ended_at", INSTANT),
    )
    op.create_index("ix_call_party_live", "call_party", ["agent_id"], sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("call_party")
