"""Who changes a record, or what belongs to one, and that it is audited within the transaction that changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, select

from ivr.domain.ids import AgentId
from ivr.domain.oversight import Audited, Deed
from ivr.records.index import FOUND
from ivr.store import audit
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class By:
    """Who does it, as the audit names them. ``leads``: a team leader, who may do it for others."""

    agent_id: AgentId
    actor: str
    leads: bool = False


@dataclass(frozen=True, slots=True)
class To:
    """What it is done to: a record, and the id of what belongs to it."""

    kind: str | None
    record_id: int | None
    subject: str | None = None


def note(sql: Connection, by: By, deed: Deed, to: To, now: datetime, why: str | None = None) -> None:
    """Audit it, with the call that they have, if they have one. ``why`` holds nothing personal."""
    call_id = audit.call_of(sql, by.agent_id)
    audit.note(sql, Audited(now, by.actor, deed.value, to.kind, to.record_id, to.subject, why, call_id))


def exists(sql: Connection, kind: str, record_id: int) -> bool:
    """Whether there is such a record."""
    key = _key_of(kind)
    return sql.scalar(select(key).where(key == record_id)) is not None


def hold(sql: Connection, kind: str, record_id: int) -> bool:
    """Whether there is such a record; until the transaction ends nobody else holds it."""
    key = _key_of(kind)
    return sql.scalar(select(key).where(key == record_id).with_for_update()) is not None


def staff(sql: Connection, staff_number: str) -> AgentId | None:
    """The id of who has this staff number and takes calls; None: nobody."""
    agent = t.agent
    query = select(agent.c.agent_id).where(agent.c.staff_number == staff_number, agent.c.role != "operations")
    found: int | None = sql.scalar(query)
    return None if found is None else AgentId(found)


def _key_of(kind: str) -> Column[int]:
    table = next(found for name, found in FOUND.items() if name == kind)
    return table.c[f"{kind}_id"]
