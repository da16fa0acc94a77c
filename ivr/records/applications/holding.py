"""A new-application call back held for a change: nobody else changes it until the transaction ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from ivr.domain.applications import ApplicationEnding, ApplicationState
from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records.applications import reading
from ivr.records.applications.raising import KIND
from ivr.records.applications.reading import Application, Tried
from ivr.records.deeds import By, To, note
from ivr.store import tables as t

NOT_YOURS = "application.not_yours"


def held(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    """It, for who has it or leads. None: there is none. Raises RequestError."""
    table = t.application
    sql.execute(select(table.c.application_id).where(table.c.application_id == application_id).with_for_update())
    found = reading.one(sql, application_id, now)
    if found is None:
        return None
    if not by.leads and reading.holder_of(sql, application_id) != by.agent_id:
        raise RequestError("this call back is another agent's; a team leader may allocate it", error_id=NOT_YOURS)
    return found


def open_one(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    """The same where it is not complete."""
    found = held(sql, application_id, by, now)
    if found is not None and found.state is ApplicationState.COMPLETE:
        raise RequestError("this call back is complete", error_id="application.is_complete")
    return found


def change(sql: Connection, found: Application, **values: object) -> None:
    """Change its row."""
    table = t.application
    sql.execute(update(table).where(table.c.application_id == found.application_id).values(values))


def again(sql: Connection, found: Application, now: datetime) -> Application | None:
    """As it is now."""
    return reading.one(sql, found.application_id, now)


def tell(sql: Connection, by: By, deed: Deed, found: Application, now: datetime, why: str | None = None) -> None:
    """Audit it."""
    note(sql, by, deed, To(KIND, None, found.application_id), now, why=why)


def complete(
    sql: Connection, found: Application, ending: ApplicationEnding, by: By, now: datetime, outcome: str | None = None
) -> None:
    """It is complete; with an outcome, or by how it ended."""
    values = {"completed_at": now, "completed_by": by.agent_id, "next_at": None, "outcome": outcome}
    change(sql, found, **values, state=ApplicationState.COMPLETE.value, ending=ending.value)
    tell(sql, by, Deed.APPLICATION_COMPLETED, found, now, why=ending.value if outcome is None else outcome)


def unanswered(found: Application) -> Tried | None:
    """The attempt that has no result yet."""
    return next((one for one in found.attempts if one.result is None), None)


def check_answered(found: Application) -> None:
    """Raises RequestError while an attempt has no result."""
    if unanswered(found) is not None:
        raise RequestError("say first how the last attempt ended", error_id="application.result_first")
