"""What each agent is to be reminded of, from every source, and when it pops up (R-CB-5, R-CB-8, R-CB-10).

A source reads, for many agents at once, what is open and whose it is now; `SOURCES` lists them. Whatever they find is
put off and comes again by the same rules. Plain reads on one connection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, text

from ivr.domain.ids import AgentId
from ivr.domain.reminders import (
    BEFORE,
    PutOff,
    SnoozeRules,
    Source,
    dismissed_until,
    pops_up_at,
    snoozed_until,
)
from ivr.records import call_backs, informal
from ivr.records.applications import reading
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class Due:
    """Something that ``agent_id`` is to be reminded of. ``source_id``: its own id, which no other thing has.

    ``starts_at``: its time, a formal call back's alarm; ``ends_at``: by when, where there is a limit. ``kind`` and
    ``record_id``: the contact's record; ``role``: of an informal reminder's client. ``name``, ``contact_number`` and
    ``description`` are personal.
    """

    source: Source
    source_id: str
    agent_id: AgentId
    starts_at: datetime
    ends_at: datetime | None = None
    name: str | None = None
    contact_number: str | None = None
    description: str = ""
    kind: str | None = None
    record_id: int | None = None
    case_id: int | None = None
    case_ending: str | None = None
    role: str | None = None

    @property
    def reminds_at(self) -> datetime:
        """When it first pops up."""
        return self.starts_at - BEFORE[self.source]


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something due, and when it pops up next, or has popped up."""

    due: Due
    pops_up_at: datetime


ReadSource = Callable[[Connection, Collection[AgentId], datetime], Iterable[Due]]


def _formal(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> Iterable[Due]:
    for agent_id, held in call_backs.held_by_each(sql, agent_ids, now).items():
        for one in held:
            yield Due(
                Source.CALL_BACK,
                one.call_back_id,
                agent_id,
                one.starts_at,
                one.ends_at,
                one.name,
                one.contact_number,
                one.description,
                one.kind,
                one.record_id,
                one.case_id,
                one.case_ending,
            )


def _informal(sql: Connection, agent_ids: Collection[AgentId], _now: datetime) -> Iterable[Due]:
    for agent_id, held in informal.held_by_each(sql, agent_ids).items():
        for one in held:
            yield Due(
                Source.INFORMAL,
                one.reminder_id,
                agent_id,
                one.due_at,
                name=one.name,
                description=one.description,
                kind=None if one.record_id is None else "client",
                record_id=one.record_id,
                case_id=one.case_id,
                case_ending=one.case_ending,
                role=one.role,
            )


def _applications(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> Iterable[Due]:
    """The next attempt of each (R-CB-10); while one goes on, or wants its result, there is none."""
    for agent_id, held in reading.held_by_each(sql, agent_ids, now).items():
        for one in held:
            if one.next_at is not None and one.person is not None:
                yield Due(
                    Source.APPLICATION,
                    one.application_id,
                    agent_id,
                    one.next_at,
                    name=one.person.full_name,
                    contact_number=one.person.contact_number,
                )


SOURCES: Final[tuple[ReadSource, ...]] = (_formal, _informal, _applications)
"""Everything that reminds: a new source is added here."""
_PUT_OFF: Final = text(
    """INSERT INTO put_off (source_id, agent_id, reminds_at, until) VALUES (:source_id, :agent_id, :reminds_at, :until)
    ON CONFLICT (source_id, agent_id) DO UPDATE SET reminds_at = excluded.reminds_at, until = excluded.until"""
).bindparams(bindparam("reminds_at", type_=t.Instant()), bindparam("until", type_=t.Instant()))


def of_each(sql: Connection, agent_ids: Collection[AgentId], now: datetime) -> dict[AgentId, tuple[Reminder, ...]]:
    """The reminders of each of these agents, by when they pop up."""
    if not agent_ids:
        return {}
    off = _put_off(sql, agent_ids)
    found = [due for read in SOURCES for due in read(sql, agent_ids, now)]
    all_ = [Reminder(due, pops_up_at(due.reminds_at, off.get((due.source_id, due.agent_id)))) for due in found]
    all_.sort(key=lambda one: (one.pops_up_at, one.due.source_id))
    return {agent_id: tuple(one for one in all_ if one.due.agent_id == agent_id) for agent_id in agent_ids}


def snooze(
    sql: Connection, source_id: str, steps: int, agent_id: AgentId, rules: SnoozeRules, now: datetime
) -> datetime | None:
    """Put off one's own by so many steps; when it comes again. None: one has no such reminder."""
    due = _own(sql, source_id, agent_id, now)
    return None if due is None else _keep(sql, due, snoozed_until(now, steps, rules), now)


def dismiss(sql: Connection, source_id: str, agent_id: AgentId, rules: SnoozeRules, now: datetime) -> datetime | None:
    """Take one's own from the screen; when it comes again all the same. None: one has no such reminder."""
    due = _own(sql, source_id, agent_id, now)
    return None if due is None else _keep(sql, due, dismissed_until(now, due.starts_at, rules), now)


def _own(sql: Connection, source_id: str, agent_id: AgentId, now: datetime) -> Due | None:
    found = (one.due for one in of_each(sql, [agent_id], now)[agent_id])
    return next((due for due in found if due.source_id == source_id), None)


def _keep(sql: Connection, due: Due, until: datetime, now: datetime) -> datetime:
    """Keep it; what is past of the same agent's says nothing any more."""
    table = t.put_off
    sql.execute(delete(table).where(table.c.agent_id == due.agent_id, table.c.until <= now))
    row = {"source_id": due.source_id, "agent_id": due.agent_id, "reminds_at": due.reminds_at, "until": until}
    sql.execute(_PUT_OFF, row)
    return until


def _put_off(sql: Connection, agent_ids: Collection[AgentId]) -> dict[tuple[str, int], PutOff]:
    table = t.put_off
    rows = sql.execute(select(table).where(table.c.agent_id.in_(agent_ids)))
    return {(row.source_id, row.agent_id): PutOff(row.reminds_at, row.until) for row in rows}
