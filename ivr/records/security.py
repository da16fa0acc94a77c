"""The result of a call's security check (R-SEC): it travels with the call, so that nobody asks twice (R-XFER-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, or_, select

from ivr.domain.activities import Outcome
from ivr.domain.oversight import Deed
from ivr.domain.security import SecurityResult
from ivr.errors import RequestError
from ivr.records import activity_deeds
from ivr.records.deeds import By, To, note
from ivr.records.opened import Colleague
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class SecurityNow:
    """The last result of a call, by whom and when; ``not_done`` by nobody where nobody has checked."""

    result: SecurityResult
    by: Colleague | None
    at: datetime | None


NOT_DONE = SecurityNow(SecurityResult.NOT_DONE, None, None)


def security_of(sql: Connection, call_id: str) -> SecurityNow:
    """What became of the check so far."""
    table, agent = t.security_result, t.agent
    query = (
        select(table.c.result, agent.c.staff_number, agent.c.name, table.c.at)
        .join(agent, agent.c.agent_id == table.c.agent_id)
        .where(table.c.call_id == call_id)
        .order_by(table.c.security_result_id.desc())
        .limit(1)
    )
    row = sql.execute(query).first()
    return NOT_DONE if row is None else SecurityNow(SecurityResult(row.result), Colleague(*row[1:3]), row.at)


def call_exists(sql: Connection, call_id: str) -> bool:
    """Whether there is such a call."""
    return sql.scalar(select(t.call.c.call_id).where(t.call.c.call_id == call_id)) is not None


def confirm(sql: Connection, call_id: str, by: By, now: datetime) -> SecurityNow | None:
    """An employer was called, and organisation and payroll department are confirmed: instead of a check (R-SEC-5).

    None: there is no such call. Raises RequestError for another's call, and for any other kind of call.
    """
    call = sql.execute(select(t.call).where(t.call.c.call_id == call_id)).first()
    if call is None:
        return None
    check_has(sql, call_id, by)
    if not call.agent_channel_id or call.employer_id is None:
        words = "this is confirmed when an employer is called; anybody else is checked"
        raise RequestError(words, error_id="security.by_check")
    keep(sql, call_id, SecurityResult.PASSED, by, now)
    tell(sql, call_id, "security_confirmed", by, now)
    return security_of(sql, call_id)


def keep(sql: Connection, call_id: str, result: SecurityResult, by: By, now: datetime) -> None:
    """Keep a result beside those before it; a failure suggests the outcome. Audited."""
    values = {"call_id": call_id, "result": result.value, "agent_id": by.agent_id, "at": now}
    sql.execute(insert(t.security_result).values(values))
    if result is SecurityResult.FAILED:
        activity_deeds.suggest(sql, call_id, by, Outcome.FAILED_SECURITY_CHECK)
    note(sql, by, Deed.SECURITY_RESULT_SET, To("call", None, call_id), now, why=result.value)


def tell(sql: Connection, call_id: str, step: str, by: By | None, now: datetime) -> None:
    """Append a step to the call's journey: who did it, nothing of what was asked or said. ``by`` None: nobody."""
    agent = t.agent
    staff = None if by is None else sql.scalar(select(agent.c.staff_number).where(agent.c.agent_id == by.agent_id))
    data = {} if staff is None else {"agent": staff}
    sql.execute(insert(t.call_event).values(call_id=call_id, at=now, step=step, data=data))


def check_has(sql: Connection, call_id: str, by: By) -> None:
    """Raises RequestError unless they have the call now, or were the last to have it."""
    if not _has(sql, call_id, by):
        raise RequestError("another agent has this call", error_id="call.not_yours")


def _has(sql: Connection, call_id: str, by: By) -> bool:
    """Whether they have the call now, or were the last to have it."""
    live, call = t.agent_live, t.call
    now = exists().where(live.c.agent_id == by.agent_id, live.c.call_id == call_id)
    lately = exists().where(call.c.call_id == call_id, call.c.agent_id == by.agent_id)
    return bool(sql.scalar(select(or_(now, lately))))
