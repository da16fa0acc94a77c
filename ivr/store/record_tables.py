"""The tables of records and staff: what ``ivr import`` writes and an agent's screen opens."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from ivr.store.columns import metadata

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
    Column("pin_hash", String(200)),
    Column("email", String(254)),
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
    Column("address_line", String(120)),
    Column("postcode", String(10)),
    Column("email", String(254)),
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
    Column("employer_id", Integer),
)

representative_acts_for = Table(
    "representative_acts_for",
    metadata,
    Column("representative_id", ForeignKey("representative.representative_id"), primary_key=True),
    Column("client_id", ForeignKey("client.client_id"), primary_key=True),
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
