"""The tables, as SQLAlchemy Core knows them; Alembic's migrations make them.

Facts (``call_event``, ``agent_event``) are appended and never changed; they hold internal ids, never a person's data.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant to the microsecond: timestamptz on PostgreSQL, sortable integer microseconds on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> object:  # type: ignore[override]
        """The column's type in this dialect."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """An aware instant goes in; a naive one is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, found {value!r}")
        if dialect.name == "postgresql":
            return value
        delta = value - _EPOCH
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """An aware UTC instant comes out."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        seconds, microseconds = divmod(int(str(value)), 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SERIAL = BigInteger().with_variant(Integer, "sqlite")

segment = Table("segment", metadata, Column("name", String(60), primary_key=True))

team = Table(
    "team",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("segment", ForeignKey("segment.name"), nullable=False),
    Column("leader", String(20)),
)

agent = Table(
    "agent",
    metadata,
    Column("agent_id", Integer, primary_key=True),
    Column("staff_number", String(20), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("team", ForeignKey("team.name"), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("sip_ha1", String(32), nullable=False),
)

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

client = Table(
    "client",
    metadata,
    Column("client_id", Integer, primary_key=True),
    Column("scin", String(20), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("brand", String(10), nullable=False),
)

case_file = Table(
    "case_file",
    metadata,
    Column("case_id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("owner_id", ForeignKey("agent.agent_id")),
    Column("team", ForeignKey("team.name"), nullable=False),
    Column("brand", String(10), nullable=False),
)

case_party = Table(
    "case_party",
    metadata,
    Column("case_id", ForeignKey("case_file.case_id"), primary_key=True),
    Column("client_id", ForeignKey("client.client_id"), primary_key=True, index=True),
    Column("role", String(2), primary_key=True),
)

child = Table(
    "child",
    metadata,
    Column("child_id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case_file.case_id"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("born_on", Date, nullable=False),
    Column("kind", String(3), nullable=False),
)

employer = Table(
    "employer",
    metadata,
    Column("employer_id", Integer, primary_key=True),
    Column("ern", String(20), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("paye_reference", String(40)),
    Column("phone", String(20)),
    Column("manager_id", ForeignKey("agent.agent_id")),
)

employer_agent = Table(
    "employer_agent",
    metadata,
    Column("employer_agent_id", Integer, primary_key=True),
    Column("earn", String(20), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
)

employer_agent_acts_for = Table(
    "employer_agent_acts_for",
    metadata,
    Column("employer_agent_id", ForeignKey("employer_agent.employer_agent_id"), primary_key=True),
    Column("employer_id", ForeignKey("employer.employer_id"), primary_key=True),
)

representative = Table(
    "representative",
    metadata,
    Column("representative_id", Integer, primary_key=True),
    Column("trn", String(20), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
)

representative_acts_for = Table(
    "representative_acts_for",
    metadata,
    Column("representative_id", ForeignKey("representative.representative_id"), primary_key=True),
    Column("client_id", ForeignKey("client.client_id"), primary_key=True),
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
)
_is_waiting = text("state = 'waiting'")
Index(
    "ix_call_waiting", call.c.first_waiting_at, call.c.call_id, sqlite_where=_is_waiting, postgresql_where=_is_waiting
)
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

record_word = Table(
    "record_word",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("word", String(60).with_variant(String(60, collation="C"), "postgresql"), primary_key=True),
    Column("record_id", Integer, primary_key=True, autoincrement=False),
    Index("ix_record_word_kind_record_id", "kind", "record_id"),
    sqlite_with_rowid=False,
)

record_opening = Table(
    "record_opening",
    metadata,
    Column("opening_id", SERIAL, primary_key=True),
    Column("agent_id", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("record_id", Integer, nullable=False),
    Column("call_id", String(20)),
    Index("ix_record_opening_kind_record_id", "kind", "record_id"),
)
