"""Mail on its way out, agents' e-mail addresses, teams of service requests, links confirmed, notes of contacts.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, text

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(Integer, "sqlite")
GIVEN_UP = text("gave_up_at IS NOT NULL")


def upgrade() -> None:
    """Add columns, make tables and indexes."""
    op.add_column("agent", Column("email", String(254)))
    op.add_column("mail", Column("first_tried_at", INSTANT))
    op.add_column("mail", Column("claim", String(60)))
    op.add_column("mail", Column("offered_at", INSTANT))
    op.create_index("ix_mail_given_up", "mail", ["gave_up_at"], sqlite_where=GIVEN_UP, postgresql_where=GIVEN_UP)
    op.add_column("service_request", Column("team", String(60)))
    op.add_column("service_request", Column("description", Text))
    op.create_table(
        "employer_link",
        Column("call_id", String(20), primary_key=True),
        Column("employer_agent_id", Integer, primary_key=True, autoincrement=False),
        Column("employer_id", Integer, primary_key=True, autoincrement=False),
        Column("confirmed_at", INSTANT, nullable=False),
        Column("confirmed_by", Integer, ForeignKey("agent.agent_id"), nullable=False),
    )
    op.create_table(
        "contact_note",
        Column("note_id", SERIAL, primary_key=True),
        Column("kind", String(20), nullable=False),
        Column("record_id", Integer, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("activity_id", String(20)),
        Column("text", Text, nullable=False),
        Index("ix_contact_note_kind_record_id", "kind", "record_id"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("contact_note")
    op.drop_table("employer_link")
    op.drop_column("service_request", "description")
    op.drop_column("service_request", "team")
    op.drop_index("ix_mail_given_up", "mail")
    for name in ("offered_at", "claim", "first_tried_at"):
        op.drop_column("mail", name)
    op.drop_column("agent", "email")
