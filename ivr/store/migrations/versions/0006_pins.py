"""A PIN for each agent: with it they log in from a phone, without a screen.

Revision ID: 0006
Revises: 0004
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column; nobody has a PIN yet."""
    op.add_column("agent", Column("pin_hash", String(200)))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("agent", "pin_hash")
