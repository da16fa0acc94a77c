"""Tables of the API's own house: what is audited, tokens, suppressed contacts, leaders' switches, agents' alerts,
broken thresholds.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import SERIAL, Instant, metadata

audit = Table(
    "audit",
    metadata,
    Column("audit_id", SERIAL, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("subject", String(80)),
    Column("why", Text),
    Column("call_id", String(20)),
    Index("ix_audit_kind_record_id", "kind", "record_id"),
    Index("ix_audit_actor", "actor"),
)

program_token = Table(
    "program_token",
    metadata,
    Column("token_id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("revoked_at", Instant),
)

suppression = Table(
    "suppression",
    metadata,
    Column("suppression_id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("words", Text),
    Column("set_at", Instant, nullable=False),
    Column("set_by", ForeignKey("agent.agent_id"), nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", ForeignKey("agent.agent_id")),
    Column("lifted_why", Text),
    Index("ix_suppression_kind_record_id", "kind", "record_id"),
)
_is_open = text("lifted_at IS NULL")
Index(  # a reason stands once on a record
    "uq_suppression_open",
    suppression.c.kind,
    suppression.c.record_id,
    suppression.c.reason,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)

switch = Table(
    "switch",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("alert_id", String(20), primary_key=True),
    Column("call_id", ForeignKey("call.call_id"), nullable=False),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("team", String(60), nullable=False),
    Column("to_all", Boolean, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", ForeignKey("agent.agent_id")),
    Column("ended_at", Instant),
)
_is_not_over = text("ended_at IS NULL")
Index("ix_alert_open", alert.c.call_id, sqlite_where=_is_not_over, postgresql_where=_is_not_over)

breach = Table(
    "breach",
    metadata,
    Column("breach_id", SERIAL, primary_key=True),
    Column("queue", String(80), nullable=False),
    Column("what", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", ForeignKey("agent.agent_id")),
    Column("ended_at", Instant),
)
Index(  # a threshold is broken once at a time
    "uq_breach_now",
    breach.c.queue,
    breach.c.what,
    unique=True,
    sqlite_where=_is_not_over,
    postgresql_where=_is_not_over,
)
