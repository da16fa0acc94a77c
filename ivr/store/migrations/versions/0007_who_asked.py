"""Who asked for the state that is pending during a call (R-STATE-9).

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAMES = ("pending_by", "back_pending_by")


def upgrade() -> None:
    """Add the columns."""
    for name in NAMES:
        op.add_column("agent_live", Column(name, String(60)))


def downgrade() -> None:
    """Take them away."""
    for name in NAMES:
        op.drop_column("agent_live", name)
