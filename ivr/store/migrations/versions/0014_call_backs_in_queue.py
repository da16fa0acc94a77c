"""Callers who are to be rung when their place comes (R-WAIT-3).

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, String, text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
IS_CALL_BACK = text("state = 'waiting' AND call_back_number IS NOT NULL")


def upgrade() -> None:
    """Add the columns and their index."""
    op.add_column("call", Column("call_back_number", String(30)))
    op.add_column("call", Column("call_back_asked_at", INSTANT))
    op.add_column("call", Column("called_back_at", INSTANT))
    op.create_index(
        "ix_call_back_waiting", "call", ["call_id"], sqlite_where=IS_CALL_BACK, postgresql_where=IS_CALL_BACK
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_call_back_waiting", "call")
    for name in ("called_back_at", "call_back_asked_at", "call_back_number"):
        op.drop_column("call", name)
