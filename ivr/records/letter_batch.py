"""The day's batch of letters in the database (R-SEC-6): claimed by one node, each letter sent once, finished once.

Plain transactions, on either database. What was sent is kept with its letter as it was printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, insert, select, update

from ivr.domain.documents import DocumentStatus
from ivr.domain.oversight import Audited, Deed
from ivr.records.documents import Document, one
from ivr.store import audit
from ivr.store import tables as t

LEASE: Final = timedelta(minutes=1)
"""So long nobody else takes a batch up whose node is silent; each letter that is sent begins it anew."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: its name is its day, e.g. ``2026-11-23``; what was issued by ``due_at`` goes with it."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter that went, as it was printed."""

    document: Document
    pdf: bytes


def claim(sql: Connection, batch: Batch, node: str, now: datetime) -> bool:
    """Whether ``node`` (a process of one) sends it: nobody has, and no other is about it."""
    table = t.letter_batch
    row = sql.execute(select(table).where(table.c.batch == batch.name).with_for_update()).first()
    until = now + LEASE
    if row is None:
        values = {"batch": batch.name, "due_at": batch.due_at, "node": node, "claimed_until": until}
        sql.execute(insert(table).values(values))
        return True
    if row.done_at is not None or (row.node != node and row.claimed_until > now):
        return False
    sql.execute(update(table).where(table.c.batch == batch.name).values(node=node, claimed_until=until))
    return True


def unfinished(sql: Connection, but: str) -> tuple[Batch, ...]:
    """Other batches that were begun and not finished, the oldest first."""
    table = t.letter_batch
    query = select(table.c.batch, table.c.due_at).where(table.c.done_at.is_(None), table.c.batch != but)
    return tuple(Batch(*row) for row in sql.execute(query.order_by(table.c.batch)))


def is_done(sql: Connection, name: str) -> bool:
    """Whether a batch has gone."""
    table = t.letter_batch
    return sql.scalar(select(table.c.done_at).where(table.c.batch == name)) is not None


def names_like(sql: Connection, day: str) -> frozenset[str]:
    """The batches of a day."""
    return frozenset(sql.scalars(select(t.letter_batch.c.batch).where(t.letter_batch.c.batch.startswith(day))))


def waiting(sql: Connection, until: datetime) -> tuple[Document, ...]:
    """What was issued by then and has not gone, in the order of issuing."""
    table = t.document
    issued = (table.c.status == DocumentStatus.ISSUED.value, table.c.issued_at <= until)
    ids = sql.scalars(select(table.c.document_id).where(*issued).order_by(table.c.issued_at, table.c.document_id))
    return tuple(found for document_id in ids.all() if (found := one(sql, document_id)) is not None)


def send(sql: Connection, document_id: str, pdf: bytes, batch: str, node: str, now: datetime) -> Document | None:
    """It goes with this batch. None: it was cancelled or sent meanwhile, or the batch is another's now."""
    if not _extend(sql, batch, node, now):
        return None
    table = t.document
    values = {"status": DocumentStatus.SENT.value, "sent_at": now, "batch": batch, "pdf": pdf}
    still = (table.c.document_id == document_id, table.c.status == DocumentStatus.ISSUED.value)
    if sql.execute(update(table).where(*still).values(**values)).rowcount != 1:
        return None
    found = one(sql, document_id)
    if found is not None:
        deed = Audited(now, "system", Deed.DOCUMENT_SENT.value, found.kind, found.record_id, document_id, batch)
        audit.note(sql, deed)
    return found


def sent_with(sql: Connection, batch: str) -> tuple[Sent, ...]:
    """Everything that went with a batch."""
    table = t.document
    rows = sql.execute(
        select(table.c.document_id, table.c.pdf).where(table.c.batch == batch).order_by(table.c.document_id)
    ).all()
    return tuple(Sent(found, row.pdf) for row in rows if (found := one(sql, row.document_id)) is not None)


def finish(sql: Connection, batch: str, node: str, documents: int, now: datetime) -> None:
    """It has gone, whole; unless it is another's by now."""
    table = t.letter_batch
    ours = (table.c.batch == batch, table.c.node == node, table.c.done_at.is_(None))
    sql.execute(update(table).where(*ours).values(done_at=now, documents=documents))


def _extend(sql: Connection, batch: str, node: str, now: datetime) -> bool:
    table = t.letter_batch
    ours = (table.c.batch == batch, table.c.node == node, table.c.done_at.is_(None))
    return sql.execute(update(table).where(*ours).values(claimed_until=now + LEASE)).rowcount == 1
