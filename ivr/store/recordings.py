"""The tables of recordings (R-REC): each file, and what is asked of a call's recording now."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, text

from ivr.store.columns import Instant, metadata

recording = Table(
    "recording",
    metadata,
    Column("recording_id", String(20), primary_key=True),
    Column("call_id", String(20), nullable=False),
    Column("part", Integer, nullable=False),
    Column("file", String(40), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ms", Integer),
    Column("bytes", Integer),
    Column("silences", JSON, nullable=False),
    Column("peaks", JSON),
    Column("deleted_at", Instant),
    Column("why", String(20)),
    Index("ix_recording_call_id", "call_id"),
)
_is_kept = text("deleted_at IS NULL")
Index("ix_recording_kept", recording.c.began_at, sqlite_where=_is_kept, postgresql_where=_is_kept)

recording_wish = Table(
    "recording_wish",
    metadata,
    Column("call_id", String(20), primary_key=True),
    Column("hushed", Boolean, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False),
)
