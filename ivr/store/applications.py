"""Tables of new-application call backs (R-CB-9 to R-CB-11).

Everything personal is in ``applicant``: a row of it can be emptied, and the rest still counts.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.columns import Instant, metadata

application = Table(
    "application",
    metadata,
    Column("application_id", String(20), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("about", String(20)),
    Column("brand", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("wanted_at", Instant),
    Column("raised_at", Instant, nullable=False),
    Column("raised_by", ForeignKey("agent.agent_id"), nullable=False),
    Column("call_id", String(20)),
    Column("in_downtime", Boolean, nullable=False),
    Column("template", String(20)),
    Column("entered_at", Instant),
    Column("entered_by", ForeignKey("agent.agent_id")),
    Column("agent_id", ForeignKey("agent.agent_id")),
    Column("allocated_at", Instant),
    Column("allocated_by", ForeignKey("agent.agent_id")),
    Column("next_at", Instant),
    Column("fee_collected_at", Instant),
    Column("completed_at", Instant),
    Column("completed_by", ForeignKey("agent.agent_id")),
    Column("ending", String(20)),
    Column("outcome", String(40)),
)
_is_open = text("state <> 'complete'")
Index("ix_application_open", application.c.raised_at, sqlite_where=_is_open, postgresql_where=_is_open)
_to_enter = text("in_downtime AND entered_at IS NULL")
Index("ix_application_to_enter", application.c.raised_at, sqlite_where=_to_enter, postgresql_where=_to_enter)

applicant = Table(
    "applicant",
    metadata,
    Column("application_id", ForeignKey("application.application_id"), primary_key=True),
    Column("full_name", String(120)),
    Column("address", Text),
    Column("born_on", Date),
    Column("contact_number", String(30)),
    Column("details", Text),
    Column("fields", JSON, nullable=False),
    Column("emptied_at", Instant),
)

application_attempt = Table(
    "application_attempt",
    metadata,
    Column("application_id", ForeignKey("application.application_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("planned_at", Instant),
    Column("began_at", Instant, nullable=False),
    Column("call_id", String(20), index=True),
    Column("by_hand", Boolean, nullable=False),
    Column("result", String(40)),
    Column("result_at", Instant),
)

application_letter = Table(
    "application_letter",
    metadata,
    Column("application_id", ForeignKey("application.application_id"), primary_key=True),
    Column("document_id", ForeignKey("document.document_id"), primary_key=True),
)
