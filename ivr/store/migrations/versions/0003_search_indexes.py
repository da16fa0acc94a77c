"""Records found by words, and who opened which record.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Connection, Integer, String, text

from ivr.domain.words import words_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
WORD = String(60).with_variant(String(60, collation="C"), "postgresql")
AT_ONCE = 1000
NAMED = {
    "client": "SELECT client_id, name, NULL, NULL FROM client",
    "representative": "SELECT representative_id, name, NULL, NULL FROM representative",
    "employer": "SELECT employer_id, name, paye_reference, phone FROM employer",
    "employer_agent": "SELECT employer_agent_id, name, NULL, NULL FROM employer_agent",
}


def upgrade() -> None:
    """Make the two tables, and fill in the words of what is on record."""
    op.create_table(
        "record_word",
        Column("kind", String(20), primary_key=True),
        Column("word", WORD, primary_key=True),
        Column("record_id", Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_word_kind_record_id", "record_word", ["kind", "record_id"])
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
    for kind, query in NAMED.items():
        _fill_in(op.get_bind(), kind, query)


def _fill_in(sql: Connection, kind: str, query: str) -> None:
    insert = text("INSERT INTO record_word (kind, word, record_id) VALUES (:kind, :word, :record_id)")
    found = sql.execute(text(query)).all()
    for first in range(0, len(found), AT_ONCE):
        rows = [
            {"kind": kind, "word": word, "record_id": record_id}
            for record_id, name, paye, phone in found[first : first + AT_ONCE]
            for word in words_of(name, paye, phone)
        ]
        if rows:
            sql.execute(insert, rows)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("record_opening")
    op.drop_table("record_word")
