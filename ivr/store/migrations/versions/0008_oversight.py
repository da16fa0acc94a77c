"""What is audited, programs' tokens, suppressed contacts, leaders' switches; agents are found by their names' words.

Openings of records move into the audit.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Text, text

from ivr.domain.words import words_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OPEN = text("lifted_at IS NULL")


def upgrade() -> None:
    """Make the tables, move the openings, and keep the words of agents' names."""
    _make_audit()
    _make_tokens_and_switches()
    _make_suppressions()
    op.drop_index("ix_record_opening_kind_record_id", "record_opening")
    op.drop_table("record_opening")
    _index_agents(op.get_bind())


def _make_audit() -> None:
    op.create_table(
        "audit",
        Column("audit_id", SERIAL, primary_key=True),
        Column("at", INSTANT, nullable=False),
        Column("actor", String(80), nullable=False),
        Column("what", String(40), nullable=False),
        Column("kind", String(20)),
        Column("record_id", Integer),
        Column("subject", String(80)),
        Column("why", Text),
        Column("call_id", String(20)),
    )
    op.create_index("ix_audit_kind_record_id", "audit", ["kind", "record_id"])
    op.create_index("ix_audit_actor", "audit", ["actor"])
    op.execute(
        """INSERT INTO audit (at, actor, what, kind, record_id, call_id)
        SELECT o.at, 'agent ' || a.staff_number, 'record_opened', o.kind, o.record_id, o.call_id
        FROM record_opening o JOIN agent a ON a.agent_id = o.agent_id ORDER BY o.opening_id"""
    )


def _make_tokens_and_switches() -> None:
    op.create_table(
        "program_token",
        Column("token_id", Integer, primary_key=True),
        Column("name", String(60), nullable=False, unique=True),
        Column("role", String(20), nullable=False),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column("made_at", INSTANT, nullable=False),
        Column("made_by", String(80), nullable=False),
        Column("revoked_at", INSTANT),
    )
    op.create_table(
        "switch",
        Column("name", String(20), primary_key=True),
        Column("is_on", sa.Boolean, nullable=False),
        Column("since", INSTANT, nullable=False),
        Column("actor", String(80), nullable=False),
    )


def _make_suppressions() -> None:
    op.create_table(
        "suppression",
        Column("suppression_id", Integer, primary_key=True),
        Column("kind", String(20), nullable=False),
        Column("record_id", Integer, nullable=False),
        Column("reason", String(40), nullable=False),
        Column("words", Text),
        Column("set_at", INSTANT, nullable=False),
        Column("set_by", Integer, ForeignKey("agent.agent_id"), nullable=False),
        Column("lifted_at", INSTANT),
        Column("lifted_by", Integer, ForeignKey("agent.agent_id")),
        Column("lifted_why", Text),
    )
    op.create_index("ix_suppression_kind_record_id", "suppression", ["kind", "record_id"])
    op.create_index(
        "uq_suppression_open",
        "suppression",
        ["kind", "record_id", "reason"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _index_agents(sql: Connection) -> None:
    rows = [
        {"word": word, "record_id": agent_id}
        for agent_id, name in sql.execute(text("SELECT agent_id, name FROM agent")).all()
        for word in words_of(name)
    ]
    if rows:
        insert = text("INSERT INTO record_word (kind, word, record_id) VALUES ('agent', :word, :record_id)")
        sql.execute(insert, rows)


def downgrade() -> None:
    """Take them away; the openings go back to their own table."""
    op.execute("DELETE FROM record_word WHERE kind = 'agent'")
    op.create_table(
        "record_opening",
        Column("opening_id", SERIAL, primary_key=True),
        Column("agent_id", Integer, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("kind", String(20), nullable=False),
        Column("record_id", Integer, nullable=False),
        Column("call_id", String(20)),
    )
    op.create_index("ix_record_opening_kind_record_id", "record_opening", ["kind", "record_id"])
    op.execute(
        """INSERT INTO record_opening (agent_id, at, kind, record_id, call_id)
        SELECT a.agent_id, u.at, u.kind, u.record_id, u.call_id FROM audit u
        JOIN agent a ON u.actor = 'agent ' || a.staff_number WHERE u.what = 'record_opened' ORDER BY u.audit_id"""
    )
    for table in ("suppression", "switch", "program_token", "audit"):
        op.drop_table(table)
