"""The table of call activities (R-ACT). Records may go with an import; what was written of a call to them stays."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import Instant, metadata

activity = Table(
    "activity",
    metadata,
    Column("activity_id", String(20), primary_key=True),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("direction", String(10), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("call_id", String(20)),
    Column("taken_at", Instant),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("case_id", Integer),
    Column("description", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("suggested", String(40)),
    Column("outcome", String(40)),
    Column("reason", String(40)),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("agent.agent_id")),
    Column("call_back_id", String(20)),
    Index("ix_activity_kind_record_id", "kind", "record_id"),
)
Index("uq_activity_call_agent", activity.c.call_id, activity.c.agent_id, unique=True)
_is_open = text("closed_at IS NULL")
Index("ix_activity_open", activity.c.agent_id, sqlite_where=_is_open, postgresql_where=_is_open)
