"""Call backs, service requests, contact requirements, outbound attempts, results of security checks.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text, text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = text("closed_at IS NULL")


def upgrade() -> None:
    """Make the tables."""
    _make_service_requests()
    _make_call_backs()
    _make_requirements()
    _make_attempts()
    _make_security_results()


def _make_service_requests() -> None:
    op.create_table(
        "service_request",
        Column("service_request_id", String(20), primary_key=True),
        Column("process", String(60), nullable=False),
        Column("area", String(60), nullable=False),
        Column("sub_area", String(60), nullable=False),
        Column("status", String(20), nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("case_id", Integer),
        Column("owner_id", Integer, ForeignKey("agent.agent_id")),
        Column("call_back", Boolean, nullable=False),
        Column("made_by", Integer, ForeignKey("agent.agent_id")),
        Column("call_id", String(20)),
        Column("closed_at", INSTANT),
    )
    op.create_index("ix_service_request_kind_record_id", "service_request", ["kind", "record_id"])
    op.create_index("ix_service_request_open", "service_request", ["made_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def _make_call_backs() -> None:
    op.create_table(
        "call_back",
        Column("call_back_id", String(20), primary_key=True),
        Column("whose", String(10), nullable=False),
        Column("contact_number", String(30), nullable=False),
        Column("description", Text, nullable=False),
        Column("starts_at", INSTANT, nullable=False),
        Column("ends_at", INSTANT, nullable=False),
        Column("raised_at", INSTANT, nullable=False),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("case_id", Integer),
        Column("agent_id", Integer, ForeignKey("agent.agent_id")),
        Column("scope", String(80)),
        Column("wanted_at", INSTANT),
        Column("raised_by", Integer, ForeignKey("agent.agent_id")),
        Column("call_id", String(20)),
        Column("service_request_id", String(20), ForeignKey("service_request.service_request_id")),
        Column("passed_on", Boolean, nullable=False),
        Column("called_at", INSTANT),
        Column("closed_at", INSTANT),
        Column("closed_by", Integer, ForeignKey("agent.agent_id")),
        Column("result", String(30)),
    )
    op.create_index("ix_call_back_kind_record_id", "call_back", ["kind", "record_id"])
    op.create_index("ix_call_back_open", "call_back", ["starts_at"], sqlite_where=OPEN, postgresql_where=OPEN)


def _make_requirements() -> None:
    op.create_table(
        "contact_requirement",
        Column("kind", String(20), primary_key=True),
        Column("record_id", Integer, primary_key=True, autoincrement=False),
        Column("interpreter", String(60)),
        Column("face_to_face", Boolean, nullable=False),
        Column("preferred_time", String(5)),
        Column("alternative_format", String(60)),
        Column("set_at", INSTANT),
        Column("set_by", Integer, ForeignKey("agent.agent_id")),
    )


def _make_attempts() -> None:
    op.create_table(
        "outbound_attempt",
        Column("attempt_id", String(20), primary_key=True),
        Column("call_id", String(20), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("started_at", INSTANT, nullable=False),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("purpose", String(40)),
        Column("purpose_expected", Boolean),
        Column("ended_at", INSTANT),
        Column("outcome", String(12)),
    )
    op.create_index("ix_outbound_attempt_call_id", "outbound_attempt", ["call_id"])
    op.create_index("ix_outbound_attempt_kind_record_id", "outbound_attempt", ["kind", "record_id"])


def _make_security_results() -> None:
    op.create_table(
        "security_result",
        Column("security_result_id", SERIAL, primary_key=True),
        Column("call_id", String(20), nullable=False),
        Column("result", String(10), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_security_result_call_id", "security_result", ["call_id"])


def downgrade() -> None:
    """Take them away."""
    for table in ("security_result", "outbound_attempt", "contact_requirement", "call_back", "service_request"):
        op.drop_table(table)
