"""Whom an employer agent acts for, confirmed with the caller before a query is answered (R-EMP-3): once in a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, or_, select

from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records.deeds import By, To, note
from ivr.records.opened import Colleague
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class LinkConfirmed:
    """In this call: that the employer agent acts for the employer, by whom and when."""

    employer_agent_id: int
    employer_id: int
    confirmed_at: datetime
    confirmed_by: Colleague


def of_call(sql: Connection, call_id: str) -> tuple[LinkConfirmed, ...] | None:
    """What was confirmed in a call, in that order. None: there is no such call."""
    if sql.scalar(select(t.call.c.call_id).where(t.call.c.call_id == call_id)) is None:
        return None
    link, agent = t.employer_link, t.agent
    query = (
        select(link, agent.c.staff_number, agent.c.name)
        .join(agent, agent.c.agent_id == link.c.confirmed_by)
        .where(link.c.call_id == call_id)
        .order_by(link.c.confirmed_at, link.c.employer_id)
    )
    return tuple(
        LinkConfirmed(row.employer_agent_id, row.employer_id, row.confirmed_at, Colleague(row.staff_number, row.name))
        for row in sql.execute(query)
    )


def confirm(
    sql: Connection, call_id: str, employer_agent_id: int, employer_id: int, by: By, now: datetime
) -> tuple[LinkConfirmed, ...] | None:
    """Confirm a link; one that is confirmed stays. None: there is no such call. Raises RequestError."""
    known = of_call(sql, call_id)
    if known is None:
        return None
    if not _has(sql, call_id, by):
        raise RequestError("another agent has this call", error_id="call.not_yours")
    if not _acts_for(sql, employer_agent_id, employer_id):
        words = "the employer agent's record does not name this employer"
        raise RequestError(words, error_id="employer_link.not_on_record")
    if any((one.employer_agent_id, one.employer_id) == (employer_agent_id, employer_id) for one in known):
        return known
    key = {"call_id": call_id, "employer_agent_id": employer_agent_id, "employer_id": employer_id}
    sql.execute(insert(t.employer_link).values(key | {"confirmed_at": now, "confirmed_by": by.agent_id}))
    to = To("employer_agent", employer_agent_id, call_id)
    note(sql, by, Deed.EMPLOYER_LINK_CONFIRMED, to, now, why=f"employer {employer_id}")
    return of_call(sql, call_id)


def _has(sql: Connection, call_id: str, by: By) -> bool:
    """Whether they have the call now, or were the last to have it."""
    live, call = t.agent_live, t.call
    now = exists().where(live.c.agent_id == by.agent_id, live.c.call_id == call_id)
    lately = exists().where(call.c.call_id == call_id, call.c.agent_id == by.agent_id)
    return bool(sql.scalar(select(or_(now, lately))))


def _acts_for(sql: Connection, employer_agent_id: int, employer_id: int) -> bool:
    link = t.employer_agent_acts_for
    query = select(link.c.employer_id).where(link.c.employer_agent_id == employer_agent_id)
    return sql.scalar(query.where(link.c.employer_id == employer_id)) is not None
