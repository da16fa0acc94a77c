"""Direct calls: whose phone rings for one, and what it leads back to.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
TALK = text("kind = 'direct' AND state = 'talking'")
RINGS = text("state = 'ringing'")
BACK: dict[str, sa.types.TypeEngine[Any]] = {
    "back_state": String(20),
    "back_code": String(60),
    "back_left_ms": sa.Integer(),
    "back_pending": String(20),
    "back_pending_code": String(60),
    "back_call_id": String(20),
}


def upgrade() -> None:
    """Make the table of ringings, the columns of what a direct call leads back to, and their indexes."""
    for name, kind in BACK.items():
        op.add_column("agent_live", Column(name, kind))
    op.create_index("ix_call_direct_talk", "call", ["agent_id"], sqlite_where=TALK, postgresql_where=TALK)
    op.create_table(
        "direct_ring",
        Column("ring_id", String(20), primary_key=True),
        Column("call_id", String(20), ForeignKey("call.call_id"), nullable=False, index=True),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("endpoint", String(60), nullable=False),
        Column("state", String(12), nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
    )
    op.create_index("ix_direct_ring_ringing", "direct_ring", ["agent_id"], sqlite_where=RINGS, postgresql_where=RINGS)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("direct_ring")
    op.drop_index("ix_call_direct_talk", "call")
    for name in BACK:
        op.drop_column("agent_live", name)
