"""The security check (R-SEC): secrets, checks, and what an employer is asked from their account.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = text("status = 'open'")
ACCOUNT = (("address_line", 120), ("postcode", 10), ("email", 254))


def upgrade() -> None:
    """Make the tables and columns."""
    for name, length in ACCOUNT:
        op.add_column("employer", Column(name, String(length)))
    op.add_column("representative", Column("employer_id", Integer))
    op.create_table(
        "security_secret",
        Column("kind", String(20), primary_key=True),
        Column("record_id", Integer, primary_key=True, autoincrement=False),
        Column("key_id", String(16), nullable=False),
        Column("salt", String(32), nullable=False),
        Column("pin", JSON, nullable=False),
        Column("password_hash", String(200), nullable=False),
        Column("answers", JSON, nullable=False),
        Column("set_at", INSTANT, nullable=False),
        Column("set_by", Integer, ForeignKey("agent.agent_id")),
    )
    _make_checks()


def _make_checks() -> None:
    op.create_table(
        "security_check",
        Column("check_id", String(20), primary_key=True),
        Column("call_id", String(20), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("record_id", Integer, nullable=False),
        Column("employer_id", Integer),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("status", String(12), nullable=False),
        Column("second", Boolean, nullable=False),
        Column("positions", JSON, nullable=False),
        Column("questions", JSON, nullable=False),
        Column("asked_before", JSON, nullable=False),
        Column("begun_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
        Column("failures", Integer),
        Column("document_id", String(20)),
        Column("service_request_id", String(20)),
    )
    op.create_index("ix_security_check_call_id", "security_check", ["call_id"])
    op.create_index("ix_security_check_kind_record_id", "security_check", ["kind", "record_id"])
    op.create_index(
        "uq_security_check_open",
        "security_check",
        ["call_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Remove the tables and columns."""
    op.drop_table("security_check")
    op.drop_table("security_secret")
    op.drop_column("representative", "employer_id")
    for name, _length in reversed(ACCOUNT):
        op.drop_column("employer", name)
