"""Tables of what agents are reminded of, and of cases that are with somebody else for a time (R-CB-5, R-CB-7, R-CB-8).

Records may go with an import, what was noted of them stays: no column here refers to a record's own table.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import SERIAL, Instant, metadata

_is_open = text("closed_at IS NULL")
_is_not_over = text("ended_at IS NULL")

informal_reminder = Table(
    "informal_reminder",
    metadata,
    Column("reminder_id", String(20), primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("role", String(4), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("description", Text, nullable=False),
    Column("agent_id", ForeignKey("agent.agent_id")),
    Column("made_at", Instant, nullable=False),
    Column("made_by", ForeignKey("agent.agent_id"), nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("agent.agent_id")),
    Index("ix_informal_reminder_case_id", "case_id"),
)
Index(
    "ix_informal_reminder_open",
    informal_reminder.c.due_at,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)

put_off = Table(
    "put_off",
    metadata,
    Column("source_id", String(20), primary_key=True),
    Column("agent_id", ForeignKey("agent.agent_id"), primary_key=True),
    Column("reminds_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)

case_move = Table(
    "case_move",
    metadata,
    Column("move_id", SERIAL, primary_key=True),
    Column("case_id", Integer, nullable=False),
    Column("from_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("to_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("moved_at", Instant, nullable=False),
    Column("moved_by", ForeignKey("agent.agent_id"), nullable=False),
    Column("ended_at", Instant),
)
Index("ix_case_move_open", case_move.c.case_id, sqlite_where=_is_not_over, postgresql_where=_is_not_over)
