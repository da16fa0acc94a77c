"""New-application call backs (R-CB-9 to R-CB-11).

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Integer, String, Text, text

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = text("state <> 'complete'")
TO_ENTER = text("in_downtime AND entered_at IS NULL")


def upgrade() -> None:
    """Make the tables and their indexes."""
    _application()
    op.create_table(
        "applicant",
        _of_application(),
        Column("full_name", String(120)),
        Column("address", Text),
        Column("born_on", Date),
        Column("contact_number", String(30)),
        Column("details", Text),
        Column("fields", JSON, nullable=False),
        Column("emptied_at", INSTANT),
    )
    op.create_table(
        "application_attempt",
        _of_application(),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("planned_at", INSTANT),
        Column("began_at", INSTANT, nullable=False),
        Column("call_id", String(20), index=True),
        Column("by_hand", Boolean, nullable=False),
        Column("result", String(40)),
        Column("result_at", INSTANT),
    )
    op.create_table(
        "application_letter",
        _of_application(),
        Column("document_id", String(20), ForeignKey("document.document_id"), primary_key=True),
    )


def _application() -> None:
    op.create_table(
        "application",
        Column("application_id", String(20), primary_key=True),
        Column("state", String(20), nullable=False),
        Column("reason", String(20), nullable=False),
        Column("about", String(20)),
        Column("brand", String(10), nullable=False),
        Column("language", String(2), nullable=False),
        Column("wanted_at", INSTANT),
        Column("raised_at", INSTANT, nullable=False),
        Column("raised_by", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("call_id", String(20)),
        Column("in_downtime", Boolean, nullable=False),
        Column("template", String(20)),
        Column("entered_at", INSTANT),
        Column("entered_by", Integer, ForeignKey("agent.agent_id")),
        Column("agent_id", Integer, ForeignKey("agent.agent_id")),
        Column("allocated_at", INSTANT),
        Column("allocated_by", Integer, ForeignKey("agent.agent_id")),
        Column("next_at", INSTANT),
        Column("fee_collected_at", INSTANT),
        Column("completed_at", INSTANT),
        Column("completed_by", Integer, ForeignKey("agent.agent_id")),
        Column("ending", String(20)),
        Column("outcome", String(40)),
    )
    op.create_index("ix_application_open", "application", ["raised_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "ix_application_to_enter", "application", ["raised_at"], sqlite_where=TO_ENTER, postgresql_where=TO_ENTER
    )


def _of_application() -> Column[str]:
    return Column("application_id", String(20), ForeignKey("application.application_id"), primary_key=True)


def downgrade() -> None:
    """Take them away."""
    for name in ("application_letter", "application_attempt", "applicant", "application"):
        op.drop_table(name)
