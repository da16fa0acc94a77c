"""The first tables: staff, records, calls and their queue, facts.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the tables, those that others refer to first."""
    _staff()
    _live_agents()
    _clients()
    _cases()
    _employers()
    _representatives()
    _calls()
    _call_indexes()
    _queue()
    _offers()
    _facts()
    _sign_in_and_configuration()


def downgrade() -> None:
    """Take the tables away, those that refer to others first."""
    for table in (
        *("configuration", "session", "agent_event", "call_event"),
        *("offer", "call_attempt", "call_rung", "call_scope", "call"),
        *("representative_acts_for", "representative", "employer_agent_acts_for", "employer_agent", "employer"),
        *("child", "case_party", "case_file", "client", "agent_live", "agent", "team", "segment"),
    ):
        op.drop_table(table)


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    """A partial index, the same on both databases."""
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _staff() -> None:
    op.create_table("segment", Column("name", String(60), primary_key=True))
    op.create_table(
        "team",
        Column("name", String(60), primary_key=True),
        Column("segment", String(60), ForeignKey("segment.name"), nullable=False),
        Column("leader", String(20)),
    )
    op.create_table(
        "agent",
        Column("agent_id", Integer, primary_key=True),
        Column("staff_number", String(20), nullable=False, unique=True),
        Column("name", String(120), nullable=False),
        Column("role", String(20), nullable=False),
        Column("team", String(60), ForeignKey("team.name"), nullable=False),
        Column("password_hash", String(200), nullable=False),
        Column("sip_ha1", String(32), nullable=False),
    )


def _live_agents() -> None:
    op.create_table(
        "agent_live",
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), primary_key=True),
        Column("staff_number", String(20), nullable=False),
        Column("team", String(60), nullable=False),
        Column("segment", String(60), nullable=False),
        Column("state", String(20), nullable=False),
        Column("since", INSTANT, nullable=False),
        Column("code", String(60)),
        Column("idle_since", INSTANT),
        Column("pending", String(20)),
        Column("pending_code", String(60)),
        Column("call_id", String(20)),
        Column("offer_id", String(20)),
        Column("endpoint", String(60), nullable=False, server_default=""),
        Column("deadline_at", INSTANT),
    )
    for scope in ("team", "segment"):
        columns = [scope, "idle_since", "agent_id"]
        _index_where(f"ix_agent_live_available_by_{scope}", "agent_live", columns, "state = 'available'")


def _clients() -> None:
    op.create_table(
        "client",
        Column("client_id", Integer, primary_key=True),
        Column("scin", String(20), nullable=False, unique=True),
        Column("name", String(120), nullable=False),
        Column("brand", String(10), nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "case_file",
        Column("case_id", Integer, primary_key=True),
        Column("number", String(20), nullable=False, unique=True),
        Column("opened_on", Date, nullable=False),
        Column("closed_on", Date),
        Column("owner_id", Integer, ForeignKey("agent.agent_id")),
        Column("team", String(60), ForeignKey("team.name"), nullable=False),
        Column("brand", String(10), nullable=False),
    )
    op.create_table(
        "case_party",
        Column("case_id", Integer, ForeignKey("case_file.case_id"), primary_key=True),
        Column("client_id", Integer, ForeignKey("client.client_id"), primary_key=True),
        Column("role", String(2), primary_key=True),
    )
    op.create_index("ix_case_party_client_id", "case_party", ["client_id"])
    op.create_table(
        "child",
        Column("child_id", Integer, primary_key=True),
        Column("case_id", Integer, ForeignKey("case_file.case_id"), nullable=False),
        Column("name", String(120), nullable=False),
        Column("born_on", Date, nullable=False),
        Column("kind", String(3), nullable=False),
    )
    op.create_index("ix_child_case_id", "child", ["case_id"])


def _employers() -> None:
    op.create_table(
        "employer",
        Column("employer_id", Integer, primary_key=True),
        Column("ern", String(20), nullable=False, unique=True),
        Column("name", String(120), nullable=False),
        Column("paye_reference", String(40)),
        Column("phone", String(20)),
        Column("manager_id", Integer, ForeignKey("agent.agent_id")),
    )
    op.create_table(
        "employer_agent",
        Column("employer_agent_id", Integer, primary_key=True),
        Column("earn", String(20), nullable=False, unique=True),
        Column("name", String(120), nullable=False),
    )
    op.create_table(
        "employer_agent_acts_for",
        Column("employer_agent_id", Integer, ForeignKey("employer_agent.employer_agent_id"), primary_key=True),
        Column("employer_id", Integer, ForeignKey("employer.employer_id"), primary_key=True),
    )


def _representatives() -> None:
    op.create_table(
        "representative",
        Column("representative_id", Integer, primary_key=True),
        Column("trn", String(20), nullable=False, unique=True),
        Column("name", String(120), nullable=False),
    )
    op.create_table(
        "representative_acts_for",
        Column("representative_id", Integer, ForeignKey("representative.representative_id"), primary_key=True),
        Column("client_id", Integer, ForeignKey("client.client_id"), primary_key=True),
    )


def _calls() -> None:
    op.create_table(
        "call",
        Column("call_id", String(20), primary_key=True),
        Column("state", String(10), nullable=False),
        Column("line", String(60), nullable=False),
        Column("brand", String(10), nullable=False),
        Column("language", String(2), nullable=False),
        Column("channel_id", String(80), nullable=False),
        Column("arrived_at", INSTANT, nullable=False),
        Column("dnis", String(30), nullable=False),
        Column("cli", String(30), nullable=False),
        Column("node", String(30), nullable=False),
        Column("kind", String(30)),
        Column("menu_choice", String(2)),
        Column("first_waiting_at", INSTANT),
        Column("enqueued_at", INSTANT),
        Column("overflow_at", INSTANT),
        Column("overflowed", Boolean, nullable=False),
        Column("after_rona_position", Integer),
        Column("offer_id", String(20)),
        Column("agent_id", Integer, ForeignKey("agent.agent_id")),
        Column("answered_at", INSTANT),
        Column("ended_at", INSTANT),
        Column("end", String(20)),
        Column("client_id", Integer),
        Column("case_id", Integer),
        Column("employer_id", Integer),
        Column("employer_agent_id", Integer),
        Column("representative_id", Integer),
        Column("pop", String(10), nullable=False),
        Column("config_hash", String(64), nullable=False),
    )


def _call_indexes() -> None:
    op.create_index("ix_call_arrived_at", "call", ["arrived_at"])
    _index_where("ix_call_up", "call", ["arrived_at", "call_id"], "state <> 'ended'")
    _index_where("ix_call_waiting", "call", ["first_waiting_at", "call_id"], "state = 'waiting'")


def _queue() -> None:
    op.create_table(
        "call_scope",
        Column("call_id", String(20), ForeignKey("call.call_id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("kind", String(10), nullable=False),
        Column("key", String(80), nullable=False),
        Column("name", String(60), nullable=False),
        Column("agent_id", Integer),
        Column("added", Boolean, nullable=False),
        Column("reach", String(10), nullable=False),
        Column("opened_at", INSTANT),
    )
    _index_where("ix_call_scope_agent", "call_scope", ["agent_id"], "agent_id IS NOT NULL")
    op.create_table(
        "call_rung",
        Column("call_id", String(20), ForeignKey("call.call_id"), primary_key=True),
        Column("agent_id", Integer, primary_key=True),
        Column("blocked", Boolean, nullable=False),
        Column("until", INSTANT, nullable=False),
    )


def _offers() -> None:
    op.create_table(
        "offer",
        Column("offer_id", String(20), primary_key=True),
        Column("call_id", String(20), ForeignKey("call.call_id"), nullable=False),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("scope", String(80), nullable=False),
        Column("position", Integer, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("state", String(12), nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("ended_at", INSTANT),
    )
    op.create_index("ix_offer_call_id", "offer", ["call_id"])
    for whose in ("agent", "call"):
        _index_where(f"uq_offer_ringing_{whose}", "offer", [f"{whose}_id"], "state = 'ringing'", unique=True)


def _facts() -> None:
    op.create_table(
        "call_event",
        Column("event_id", SERIAL, primary_key=True),
        Column("call_id", String(20), nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("step", String(30), nullable=False),
        Column("data", sa.JSON, nullable=False),
    )
    op.create_index("ix_call_event_call_id", "call_event", ["call_id"])
    op.create_table(
        "agent_event",
        Column("event_id", SERIAL, primary_key=True),
        Column("agent_id", Integer, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("before", String(20), nullable=False),
        Column("after", String(20), nullable=False),
        Column("code", String(60)),
        Column("cause", String(60), nullable=False),
        Column("call_id", String(20)),
    )
    op.create_index("ix_agent_event_agent_id", "agent_event", ["agent_id"])
    op.create_table(
        "call_attempt",
        Column("attempt_id", SERIAL, primary_key=True),
        Column("call_id", String(20), ForeignKey("call.call_id"), nullable=False),
        Column("what", String(20), nullable=False),
        Column("number", Integer, nullable=False),
        Column("outcome", String(12), nullable=False),
        Column("keyed", String(30), nullable=False),
        Column("at", INSTANT, nullable=False),
    )
    op.create_index("ix_call_attempt_call_id", "call_attempt", ["call_id"])


def _sign_in_and_configuration() -> None:
    op.create_table(
        "session",
        Column("token_hash", String(64), primary_key=True),
        Column("agent_id", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("made_at", INSTANT, nullable=False),
        Column("ends_at", INSTANT, nullable=False),
    )
    op.create_table(
        "configuration",
        Column("hash", String(64), primary_key=True),
        Column("accepted_at", INSTANT, nullable=False),
        Column("content", Text, nullable=False),
    )
