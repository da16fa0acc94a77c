"""The agent's own channel of a call that they make.

Revision ID: 0013
Revises: 0011
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("call", Column("agent_channel_id", String(80), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("call", "agent_channel_id")
