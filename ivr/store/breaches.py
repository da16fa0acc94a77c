"""Thresholds that are broken: written when one breaks, when it is acknowledged, and when it is kept again (R-MON-3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, text, update

from ivr.domain.ids import AgentId
from ivr.domain.oversight import Audited, Deed
from ivr.domain.thresholds import BreachKind
from ivr.store import audit
from ivr.store.columns import Instant
from ivr.store.oversight import breach

_BEGIN: Final = text(
    "INSERT INTO breach (queue, what, since) VALUES (:queue, :what, :since) ON CONFLICT DO NOTHING"
).bindparams(bindparam("since", type_=Instant()))


@dataclass(frozen=True, slots=True)
class Begun:
    """A threshold of the queue ``key`` that has broken."""

    key: str
    what: BreachKind
    since: datetime


def keep(sql: Connection, begun: Collection[Begun], ended: Collection[int], now: datetime) -> None:
    """Write what has broken, and what is over by its number. What another node has written already stays as it is."""
    for one in begun:
        sql.execute(_BEGIN, {"queue": one.key, "what": one.what.value, "since": one.since})
    if ended:
        over = (breach.c.breach_id.in_(ended), breach.c.ended_at.is_(None))
        sql.execute(update(breach).where(*over).values(ended_at=now))


def acknowledge(sql: Connection, key: str, what: BreachKind, leader: AgentId, actor: str, now: datetime) -> bool:
    """A team leader knows of it; the first to say so is named, and audited. False: it is not broken now."""
    is_it = (breach.c.queue == key, breach.c.what == what.value, breach.c.ended_at.is_(None))
    row = sql.execute(breach.select().where(*is_it).with_for_update()).first()
    if row is None:
        return False
    if row.acknowledged_at is None:
        values = {"acknowledged_at": now, "acknowledged_by": leader}
        sql.execute(update(breach).where(breach.c.breach_id == row.breach_id).values(values))
        deed = Deed.BREACH_ACKNOWLEDGED.value
        audit.note(sql, Audited(now, actor, deed, "breach", row.breach_id, key, why=what.value))
    return True
