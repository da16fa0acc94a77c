"""The tables of the security check (R-SEC): what is kept of a caller's secrets, and each check that was begun.

Secrets are kept so that this table alone gives none of them (docs/security-check.md); the key is not in the database.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from ivr.store.columns import Instant, metadata

security_secret = Table(
    "security_secret",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    Column("key_id", String(16), nullable=False),
    Column("salt", String(32), nullable=False),
    Column("pin", JSON, nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("set_by", ForeignKey("agent.agent_id")),
)

security_check = Table(
    "security_check",
    metadata,
    Column("check_id", String(20), primary_key=True),
    Column("call_id", String(20), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("employer_id", Integer),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("status", String(12), nullable=False),
    Column("second", Boolean, nullable=False),
    Column("positions", JSON, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("asked_before", JSON, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("failures", Integer),
    Column("document_id", String(20)),
    Column("service_request_id", String(20)),
    Index("ix_security_check_kind_record_id", "kind", "record_id"),
)
_is_open = text("status = 'open'")
Index(
    "uq_security_check_open",
    security_check.c.call_id,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
