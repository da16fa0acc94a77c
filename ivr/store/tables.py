"""The tables, as SQLAlchemy Core knows them; Alembic's migrations make them.

Facts (``call_event``, ``agent_event``) are appended and never changed; they hold internal ids, never a person's data.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ivr.store.activities import activity
from ivr.store.applications import applicant, application, application_attempt, application_letter
from ivr.store.call_backs import call_back, contact_requirement, outbound_attempt, security_result, service_request
from ivr.store.columns import SERIAL, Instant, metadata
from ivr.store.documents import document, letter_batch
from ivr.store.mails import mail
from ivr.store.office import contact_note, employer_link
from ivr.store.oversight import alert, audit, breach, program_token, suppression, switch
from ivr.store.record_tables import (
    agent,
    case_file,
    case_party,
    child,
    client,
    employer,
    employer_agent,
    employer_agent_acts_for,
    record_word,
    representative,
    representative_acts_for,
    segment,
    team,
)
from ivr.store.recordings import recording, recording_wish
from ivr.store.reminders import case_move, informal_reminder, put_off
from ivr.store.security import security_check, security_secret

__all__ = [
    "SERIAL",
    "Instant",
    "activity",
    "agent",
    "agent_event",
    "agent_live",
    "alert",
    "applicant",
    "application",
    "application_attempt",
    "application_letter",
    "audit",
    "breach",
    "call",
    "call_attempt",
    "call_back",
    "call_event",
    "call_party",
    "call_rung",
    "call_scope",
    "case_file",
    "case_move",
    "case_party",
    "child",
    "client",
    "configuration",
    "contact_note",
    "contact_requirement",
    "direct_ring",
    "document",
    "employer",
    "employer_agent",
    "employer_agent_acts_for",
    "employer_link",
    "informal_reminder",
    "letter_batch",
    "mail",
    "metadata",
    "offer",
    "outbound_attempt",
    "program_token",
    "put_off",
    "record_import",
    "record_word",
    "recording",
    "recording_wish",
    "representative",
    "representative_acts_for",
    "security_check",
    "security_result",
    "security_secret",
    "segment",
    "service_request",
    "session",
    "suppression",
    "switch",
    "team",
]

agent_live = Table(
    "agent_live",
    metadata,
    Column("agent_id", ForeignKey("agent.agent_id"), primary_key=True),
    Column("staff_number", String(20), nullable=False),
    Column("team", String(60), nullable=False),
    Column("segment", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Instant, nullable=False),
    Column("code", String(60)),
    Column("idle_since", Instant),
    Column("pending", String(20)),
    Column("pending_code", String(60)),
    Column("call_id", String(20)),
    Column("offer_id", String(20)),
    Column("endpoint", String(60), nullable=False, server_default=""),
    Column("deadline_at", Instant),
    Column("back_state", String(20)),
    Column("back_code", String(60)),
    Column("back_left_ms", Integer),
    Column("back_pending", String(20)),
    Column("back_pending_code", String(60)),
    *(Column(name, String(60)) for name in ("pending_by", "back_pending_by")),
    Column("back_call_id", String(20)),
)
_is_available = text("state = 'available'")
for _scope in ("team", "segment"):
    Index(
        f"ix_agent_live_available_by_{_scope}",
        agent_live.c[_scope],
        agent_live.c.idle_since,
        agent_live.c.agent_id,
        sqlite_where=_is_available,
        postgresql_where=_is_available,
    )

call = Table(
    "call",
    metadata,
    Column("call_id", String(20), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("line", String(60), nullable=False),
    Column("brand", String(10), nullable=False),
    Column("language", String(2), nullable=False),
    Column("channel_id", String(80), nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("dnis", String(30), nullable=False),
    Column("cli", String(30), nullable=False),
    Column("node", String(30), nullable=False),
    Column("kind", String(30)),
    Column("menu_choice", String(2)),
    Column("first_waiting_at", Instant),
    Column("enqueued_at", Instant),
    Column("overflow_at", Instant),
    Column("overflowed", Boolean, nullable=False),
    Column("after_rona_position", Integer),
    Column("offer_id", String(20)),
    Column("agent_id", ForeignKey("agent.agent_id")),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
    Column("end", String(20)),
    Column("client_id", Integer),
    Column("case_id", Integer),
    Column("employer_id", Integer),
    Column("employer_agent_id", Integer),
    Column("representative_id", Integer),
    Column("pop", String(10), nullable=False),
    Column("config_hash", String(64), nullable=False),
    Column("agent_channel_id", String(80), nullable=False, server_default=""),
    Column("call_back_number", String(30)),
    Column("call_back_asked_at", Instant),
    Column("called_back_at", Instant),
)
_is_waiting = text("state = 'waiting'")
Index(
    "ix_call_waiting", call.c.first_waiting_at, call.c.call_id, sqlite_where=_is_waiting, postgresql_where=_is_waiting
)
_is_call_back = text("state = 'waiting' AND call_back_number IS NOT NULL")
Index("ix_call_back_waiting", call.c.call_id, sqlite_where=_is_call_back, postgresql_where=_is_call_back)
_is_up = text("state <> 'ended'")
Index("ix_call_up", call.c.arrived_at, call.c.call_id, sqlite_where=_is_up, postgresql_where=_is_up)
Index("ix_call_arrived_at", call.c.arrived_at)
_is_direct_talk = text("kind = 'direct' AND state = 'talking'")
Index("ix_call_direct_talk", call.c.agent_id, sqlite_where=_is_direct_talk, postgresql_where=_is_direct_talk)

call_scope = Table(
    "call_scope",
    metadata,
    Column("call_id", ForeignKey("call.call_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("key", String(80), nullable=False),
    Column("name", String(60), nullable=False),
    Column("agent_id", Integer),
    Column("added", Boolean, nullable=False),
    Column("reach", String(10), nullable=False),
    Column("opened_at", Instant),
)
_has_agent = text("agent_id IS NOT NULL")
Index("ix_call_scope_agent", call_scope.c.agent_id, sqlite_where=_has_agent, postgresql_where=_has_agent)

call_rung = Table(
    "call_rung",
    metadata,
    Column("call_id", ForeignKey("call.call_id"), primary_key=True),
    Column("agent_id", Integer, primary_key=True),
    Column("blocked", Boolean, nullable=False),
    Column("until", Instant, nullable=False),
)

call_attempt = Table(
    "call_attempt",
    metadata,
    Column("attempt_id", SERIAL, primary_key=True),
    Column("call_id", ForeignKey("call.call_id"), nullable=False, index=True),
    Column("what", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("keyed", String(30), nullable=False),
    Column("at", Instant, nullable=False),
)

offer = Table(
    "offer",
    metadata,
    Column("offer_id", String(20), primary_key=True),
    Column("call_id", ForeignKey("call.call_id"), nullable=False, index=True),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("scope", String(80), nullable=False),
    Column("position", Integer, nullable=False),
    Column("own", Boolean, nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
_is_ringing = text("state = 'ringing'")
for _whose in ("agent", "call"):  # R-RONA-1, should all else fail: an agent or a call has one ringing offer at most
    Index(
        f"uq_offer_ringing_{_whose}",
        offer.c[f"{_whose}_id"],
        unique=True,
        sqlite_where=_is_ringing,
        postgresql_where=_is_ringing,
    )

direct_ring = Table(
    "direct_ring",
    metadata,
    Column("ring_id", String(20), primary_key=True),
    Column("call_id", ForeignKey("call.call_id"), nullable=False, index=True),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("endpoint", String(60), nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
Index("ix_direct_ring_ringing", direct_ring.c.agent_id, sqlite_where=_is_ringing, postgresql_where=_is_ringing)

call_party = Table(
    "call_party",
    metadata,
    Column("party_id", String(20), primary_key=True),
    Column("call_id", ForeignKey("call.call_id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("state", String(12), nullable=False),
    Column("agent_id", ForeignKey("agent.agent_id")),
    Column("endpoint", String(120), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("number", String(30), nullable=False),
    Column("target", String(80), nullable=False),
    Column("asked_by", ForeignKey("agent.agent_id")),
    Column("reason", Text),
    Column("notes", Text),
    Column("answered_at", Instant),
    Column("ended_at", Instant),
)
_is_live = text("ended_at IS NULL")
Index("ix_call_party_live", call_party.c.agent_id, sqlite_where=_is_live, postgresql_where=_is_live)

call_event = Table(
    "call_event",
    metadata,
    Column("event_id", SERIAL, primary_key=True),
    Column("call_id", String(20), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("step", String(30), nullable=False),
    Column("data", JSON, nullable=False),
)

agent_event = Table(
    "agent_event",
    metadata,
    Column("event_id", SERIAL, primary_key=True),
    Column("agent_id", Integer, nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("code", String(60)),
    Column("cause", String(60), nullable=False),
    Column("call_id", String(20)),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("agent_id", ForeignKey("agent.agent_id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
)

configuration = Table(
    "configuration",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("accepted_at", Instant, nullable=False),
    Column("content", Text, nullable=False),
)

record_import = Table(
    "record_import",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("steps", Integer, nullable=False),
    Column("steps_done", Integer, nullable=False),
    Column("highest_id", Integer, nullable=False),
)
