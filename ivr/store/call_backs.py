"""Tables of call backs, service requests, and what outbound calls need of a record.

Records may go with an import, what was agreed with them stays: no column here refers to a record's own table.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import SERIAL, Instant, metadata

_is_open = text("closed_at IS NULL")

service_request = Table(
    "service_request",
    metadata,
    Column("service_request_id", String(20), primary_key=True),
    Column("process", String(60), nullable=False),
    Column("area", String(60), nullable=False),
    Column("sub_area", String(60), nullable=False),
    Column("status", String(20), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("case_id", Integer),
    Column("owner_id", ForeignKey("agent.agent_id")),
    Column("call_back", Boolean, nullable=False),
    Column("made_by", ForeignKey("agent.agent_id")),
    Column("call_id", String(20)),
    Column("closed_at", Instant),
    Column("team", String(60)),
    Column("description", Text),
    Index("ix_service_request_kind_record_id", "kind", "record_id"),
)
Index("ix_service_request_open", service_request.c.made_at, sqlite_where=_is_open, postgresql_where=_is_open)

call_back = Table(
    "call_back",
    metadata,
    Column("call_back_id", String(20), primary_key=True),
    Column("whose", String(10), nullable=False),
    Column("contact_number", String(30), nullable=False),
    Column("description", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("case_id", Integer),
    Column("agent_id", ForeignKey("agent.agent_id")),
    Column("scope", String(80)),
    Column("wanted_at", Instant),
    Column("raised_by", ForeignKey("agent.agent_id")),
    Column("call_id", String(20)),
    Column("service_request_id", ForeignKey("service_request.service_request_id")),
    Column("passed_on", Boolean, nullable=False),
    Column("called_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", ForeignKey("agent.agent_id")),
    Column("result", String(30)),
    Index("ix_call_back_kind_record_id", "kind", "record_id"),
)
Index("ix_call_back_open", call_back.c.starts_at, sqlite_where=_is_open, postgresql_where=_is_open)

contact_requirement = Table(
    "contact_requirement",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    Column("interpreter", String(60)),
    Column("face_to_face", Boolean, nullable=False),
    Column("preferred_time", String(5)),
    Column("alternative_format", String(60)),
    Column("set_at", Instant),
    Column("set_by", ForeignKey("agent.agent_id")),
)

outbound_attempt = Table(
    "outbound_attempt",
    metadata,
    Column("attempt_id", String(20), primary_key=True),
    Column("call_id", String(20), nullable=False, index=True),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("kind", String(20)),
    Column("record_id", Integer),
    Column("purpose", String(40)),
    Column("purpose_expected", Boolean),
    Column("ended_at", Instant),
    Column("outcome", String(12)),
    Column("call_back_id", String(20), index=True),
    Index("ix_outbound_attempt_kind_record_id", "kind", "record_id"),
)

security_result = Table(
    "security_result",
    metadata,
    Column("security_result_id", SERIAL, primary_key=True),
    Column("call_id", String(20), nullable=False, index=True),
    Column("result", String(10), nullable=False),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("at", Instant, nullable=False),
)
