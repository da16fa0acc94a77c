"""What somebody did to another person or to data: appended within the transaction that does it, and read again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, insert, select

from ivr.domain.ids import AgentId
from ivr.domain.oversight import Audited
from ivr.store import tables as t
from ivr.store.oversight import audit


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of the audit with its number, which rises."""

    audit_id: int
    entry: Audited


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: by who did it, what, to whom or what, older than ``before``; at most ``limit``."""

    actor: str | None = None
    what: str | None = None
    kind: str | None = None
    record_id: int | None = None
    since: datetime | None = None
    before: int | None = None
    limit: int = 100


def note(sql: Connection, entry: Audited) -> None:
    """Append an entry; the caller's transaction is the one that does what it tells of."""
    sql.execute(insert(audit).values({field.name: getattr(entry, field.name) for field in fields(Audited)}))


def read(sql: Connection, wanted: Wanted) -> tuple[Kept, ...]:
    """The entries, the newest first."""
    query = select(audit.c.audit_id, *(audit.c[field.name] for field in fields(Audited)))
    for name in ("actor", "what", "kind", "record_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(audit.c[name] == value)
    if wanted.since is not None:
        query = query.where(audit.c.at >= wanted.since)
    if wanted.before is not None:
        query = query.where(audit.c.audit_id < wanted.before)
    rows = sql.execute(query.order_by(audit.c.audit_id.desc()).limit(wanted.limit))
    return tuple(Kept(audit_id, Audited(*entry)) for audit_id, *entry in rows)


def call_of(sql: Connection, agent_id: AgentId) -> str | None:
    """The call that the agent has now, if they have one."""
    live = t.agent_live
    found: str | None = sql.scalar(select(live.c.call_id).where(live.c.agent_id == agent_id))
    return found
