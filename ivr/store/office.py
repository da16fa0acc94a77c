"""Tables beside records: links of employer agents as callers confirmed them, notes of contacts (R-EMP-3, R-ACT-2).

Records may go with an import: no column here refers to a record's own table.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from ivr.store.columns import SERIAL, Instant, metadata

employer_link = Table(
    "employer_link",
    metadata,
    Column("call_id", String(20), primary_key=True),
    Column("employer_agent_id", Integer, primary_key=True, autoincrement=False),
    Column("employer_id", Integer, primary_key=True, autoincrement=False),
    Column("confirmed_at", Instant, nullable=False),
    Column("confirmed_by", ForeignKey("agent.agent_id"), nullable=False),
)

contact_note = Table(
    "contact_note",
    metadata,
    Column("note_id", SERIAL, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("activity_id", String(20)),
    Column("text", Text, nullable=False),
    Index("ix_contact_note_kind_record_id", "kind", "record_id"),
)
