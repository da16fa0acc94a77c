"""Recordings on record: each file of a call, and what is asked of its recording. Plain SQL; the files are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from ivr.domain.events import CallState
from ivr.domain.ids import CallId, RecordingId
from ivr.domain.oversight import Audited, Deed
from ivr.domain.recordings import Quiet, RecordingRow, Stretch, Why, Wishes
from ivr.store import audit
from ivr.store import tables as t

RETENTION: Final = "service retention"
"""As the audit names who deletes what is too old."""
DELETED_AT_ONCE: Final = 500
"""So many at most in one transaction; the next sweep takes the rest."""


def began(sql: Connection, row: RecordingRow) -> None:
    """A file is being made from now on."""
    sql.execute(insert(t.recording).values({**_changing(row), "call_id": row.call_id, "part": row.part}))


def changed(sql: Connection, row: RecordingRow) -> None:
    """It is quiet now, or heard again, or has ended."""
    values = _changing(row)
    del values["recording_id"]
    sql.execute(update(t.recording).where(t.recording.c.recording_id == row.recording_id).values(values))


def of_call(sql: Connection, call_id: CallId) -> tuple[RecordingRow, ...]:
    """Every file of a call, in order."""
    table = t.recording
    return _rows(sql.execute(select(table).where(table.c.call_id == call_id).order_by(table.c.part)))


def one(sql: Connection, recording_id: RecordingId) -> RecordingRow | None:
    """A recording; None: there never was one."""
    return next(iter(_rows(sql.execute(select(t.recording).where(t.recording.c.recording_id == recording_id)))), None)


def next_part(sql: Connection, call_id: CallId) -> int:
    """The number of a call's next file."""
    return int(sql.scalar(select(func.count()).where(t.recording.c.call_id == call_id)) or 0) + 1


def unfinished(sql: Connection, node: str) -> tuple[RecordingRow, ...]:
    """What is being made on a node, or was when a process ended."""
    table = t.recording
    return _rows(sql.execute(_on(node).where(table.c.ended_at.is_(None), table.c.deleted_at.is_(None))))


def is_over(sql: Connection, call_id: CallId) -> bool:
    """Whether the call has ended, or is not on record."""
    state = sql.scalar(select(t.call.c.state).where(t.call.c.call_id == call_id))
    return state is None or state == CallState.ENDED.value


def too_old(sql: Connection, node: str, before: datetime) -> tuple[RecordingRow, ...]:
    """What is there, on a node, and ended before then: what is deleted is exactly what is listed here."""
    table = t.recording
    query = _on(node).where(table.c.deleted_at.is_(None), table.c.ended_at < before)
    return _rows(sql.execute(query.order_by(table.c.began_at).limit(DELETED_AT_ONCE)))


def deleted(sql: Connection, gone: Sequence[tuple[RecordingRow, Why]], now: datetime) -> None:
    """These files are not there any more: the rows stay and say so, and the audit."""
    table = t.recording
    for row, why in gone:
        values = {"deleted_at": now, "why": why.value, "peaks": None}
        sql.execute(update(table).where(table.c.recording_id == row.recording_id).values(values))
        entry = Audited(
            now,
            RETENTION,
            Deed.RECORDING_DELETED.value,
            kind="recording",
            subject=row.recording_id,
            why=why.value,
            call_id=row.call_id,
        )
        audit.note(sql, entry)


def played(sql: Connection, row: RecordingRow, actor: str, now: datetime) -> None:
    """Somebody opens it to listen (R-REC-2)."""
    what = Deed.RECORDING_PLAYED.value
    entry = Audited(now, actor, what, kind="recording", subject=row.recording_id, call_id=row.call_id)
    audit.note(sql, entry)


def was_opened(sql: Connection, recording_id: RecordingId, actor: str, since: datetime) -> bool:
    """Whether they have opened it since then, which the audit tells."""
    entry, what = t.audit.c, Deed.RECORDING_PLAYED.value
    query = select(entry.audit_id).where(
        entry.actor == actor, entry.what == what, entry.subject == recording_id, entry.at >= since
    )
    return sql.execute(query.limit(1)).first() is not None


def peaks(sql: Connection, recording_id: RecordingId) -> list[int] | None:
    """Its wave form, if it was made before."""
    table = t.recording
    found: list[int] | None = sql.scalar(select(table.c.peaks).where(table.c.recording_id == recording_id))
    return found


def keep_peaks(sql: Connection, recording_id: RecordingId, found: list[int]) -> None:
    """Make its wave form once."""
    table = t.recording
    kept = (table.c.recording_id == recording_id, table.c.deleted_at.is_(None))
    sql.execute(update(table).where(*kept).values(peaks=found))


def wishes(sql: Connection, call_id: CallId) -> Wishes:
    """What is asked of the call's recording."""
    wish = t.recording_wish.c
    row = sql.execute(select(wish.hushed, wish.muted, wish.paused).where(wish.call_id == call_id)).first()
    return Wishes() if row is None else Wishes(row.hushed, row.muted, row.paused)


def wish(sql: Connection, call_id: CallId, wanted: Wishes) -> None:
    """Keep what is asked, for whatever process and part of the call comes."""
    table = t.recording_wish
    sql.execute(delete(table).where(table.c.call_id == call_id))
    if wanted != Wishes():
        values = {"call_id": call_id, "hushed": wanted.check, "muted": wanted.muted, "paused": wanted.paused}
        sql.execute(insert(table).values(values))


def hush(sql: Connection, call_id: CallId, *, on: bool) -> None:
    """A security check of the call begins or ends."""
    before = wishes(sql, call_id)
    wish(sql, call_id, Wishes(on, before.muted, before.paused))


def _on(node: str) -> Select[Any]:
    """Files are where their call was."""
    return select(t.recording).join(t.call, t.call.c.call_id == t.recording.c.call_id).where(t.call.c.node == node)


def _changing(row: RecordingRow) -> dict[str, Any]:
    return {
        "recording_id": row.recording_id,
        "file": row.file,
        "began_at": row.began_at,
        "ended_at": row.ended_at,
        "ms": row.ms,
        "bytes": row.size,
        "silences": [asdict(stretch) for stretch in row.quiet],
        "why": row.why,
    }


def _rows(found: Any) -> tuple[RecordingRow, ...]:
    return tuple(_row(row) for row in found)


def _row(row: Row[Any]) -> RecordingRow:
    return RecordingRow(
        RecordingId(row.recording_id),
        CallId(row.call_id),
        row.part,
        row.began_at,
        row.ended_at,
        row.ms,
        row.bytes,
        tuple(Stretch(Quiet(one["kind"]), one["at_ms"], one["ms"]) for one in row.silences),
        row.deleted_at,
        row.why,
    )
