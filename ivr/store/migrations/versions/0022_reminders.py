"""Reminders, cases that are with somebody else for a time, and which call back a call was (R-CB-5 to R-CB-8).

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text, text

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = text("closed_at IS NULL")
NOT_OVER = text("ended_at IS NULL")


def upgrade() -> None:
    """Make the tables, and say of attempts and activities which call back they were."""
    op.create_table(
        "informal_reminder",
        Column("reminder_id", String(20), primary_key=True),
        Column("case_id", Integer, nullable=False),
        Column("role", String(4), nullable=False),
        Column("due_at", INSTANT, nullable=False),
        Column("description", Text, nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id")),
        Column("made_at", INSTANT, nullable=False),
        Column("made_by", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("closed_at", INSTANT),
        Column("closed_by", Integer, ForeignKey("agent.agent_id")),
    )
    op.create_index("ix_informal_reminder_case_id", "informal_reminder", ["case_id"])
    op.create_index(
        "ix_informal_reminder_open", "informal_reminder", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "put_off",
        Column("source_id", String(20), primary_key=True),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), primary_key=True),
        Column("reminds_at", INSTANT, nullable=False),
        Column("until", INSTANT, nullable=False),
    )
    op.create_table(
        "case_move",
        Column("move_id", SERIAL, primary_key=True),
        Column("case_id", Integer, nullable=False),
        Column("from_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("to_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("moved_at", INSTANT, nullable=False),
        Column("moved_by", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("ended_at", INSTANT),
    )
    op.create_index("ix_case_move_open", "case_move", ["case_id"], sqlite_where=NOT_OVER, postgresql_where=NOT_OVER)
    op.add_column("outbound_attempt", Column("call_back_id", String(20)))
    op.create_index("ix_outbound_attempt_call_back_id", "outbound_attempt", ["call_back_id"])
    op.add_column("activity", Column("call_back_id", String(20)))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("activity", "call_back_id")
    op.drop_index("ix_outbound_attempt_call_back_id", "outbound_attempt")
    op.drop_column("outbound_attempt", "call_back_id")
    for table in ("case_move", "put_off", "informal_reminder"):
        op.drop_table(table)
