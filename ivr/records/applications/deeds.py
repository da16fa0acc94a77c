"""What is done to a new-application call back beside its attempts: allocated, re-timed, corrected, completed, given up,
entered, emptied (R-CB-10, R-CB-11). Audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, update

from ivr.domain.applications import ApplicationEnding, ApplicationState, OfflineTemplate, Rules, first_attempt_at
from ivr.domain.dialling import DiallingRules
from ivr.domain.oversight import Deed
from ivr.errors import RequestError
from ivr.records.applications import letters, posting
from ivr.records.applications.holding import again, change, check_answered, complete, held, open_one, tell
from ivr.records.applications.raising import checked, dialled
from ivr.records.applications.reading import Application
from ivr.records.deeds import By, staff
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class Allocated:
    """It, and whether the agent was told by mail: they were not who has no address."""

    application: Application
    mailed: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """Who is to be rung, as it is right."""

    full_name: str
    address: str
    born_on: date | None
    contact_number: str
    details: str


def allocate(sql: Connection, application_id: str, staff_number: str, by: By, now: datetime) -> Allocated | None:
    """A leader gives it to an agent, who is told by mail; or to another than before. Raises RequestError."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    agent_id = staff(sql, staff_number)
    if agent_id is None:
        raise RequestError("nobody who takes calls has this staff number", error_id="agent.unknown")
    values = {
        "state": ApplicationState.AWAITING_CALLS.value,
        "agent_id": agent_id,
        "allocated_at": now,
        "allocated_by": by.agent_id,
    }
    if found.state is ApplicationState.AWAITING_ALLOCATION:
        values |= {"next_at": first_attempt_at(now, found.wanted_at)}
    change(sql, found, **values)
    tell(sql, by, Deed.APPLICATION_ALLOCATED, found, now, why=f"to {staff_number}")
    changed = again(sql, found, now)
    return None if changed is None else Allocated(changed, posting.allocated(sql, changed, agent_id, now))


def set_next(sql: Connection, application_id: str, at: datetime, by: By, now: datetime) -> Application | None:
    """Agree when the next attempt is made."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    if found.why_no_attempt is not None:
        raise RequestError(found.why_no_attempt, error_id="application.no_attempt")
    if at < now:
        raise RequestError("the agreed time is past; agree another", error_id="call_back.time_past")
    change(sql, found, next_at=at)
    tell(sql, by, Deed.APPLICATION_RETIMED, found, now)
    return again(sql, found, now)


def correct(
    sql: Connection, application_id: str, to: Corrected, rules: DiallingRules, by: By, now: datetime
) -> Application | None:
    """Who is to be rung was written down wrongly."""
    found = _with_person(sql, application_id, by, now)
    if found is None:
        return None
    values = {
        "full_name": to.full_name,
        "address": to.address,
        "born_on": to.born_on,
        "contact_number": dialled(sql, rules, to.contact_number),
        "details": to.details,
    }
    _person(sql, found, values)
    tell(sql, by, Deed.APPLICATION_CHANGED, found, now, why="who is to be rung")
    return again(sql, found, now)


def fill_in(
    sql: Connection, application_id: str, template: OfflineTemplate, fields: Mapping[str, str], by: By, now: datetime
) -> Application | None:
    """The offline application that it carries, as it stands; until it is entered (R-CB-11)."""
    found = _with_person(sql, application_id, by, now)
    if found is None:
        return None
    _check_to_enter(found)
    change(sql, found, template=template.value, brand=template.brand)
    _person(sql, found, {"fields": checked(template, fields)})
    tell(sql, by, Deed.APPLICATION_CHANGED, found, now, why=template.value)
    return again(sql, found, now)


def enter(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    """The offline application has been entered into the case system, which is back (R-CB-11)."""
    found = held(sql, application_id, by, now)
    if found is None:
        return None
    _check_to_enter(found)
    change(sql, found, entered_at=now, entered_by=by.agent_id)
    tell(sql, by, Deed.APPLICATION_ENTERED, found, now)
    return again(sql, found, now)


def close(
    sql: Connection, application_id: str, outcome: str, rules: Rules, by: By, now: datetime
) -> Application | None:
    """A call back outcome completes it (R-CB-10)."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    if rules.outcome(outcome) is None:
        names = ", ".join(one.name for one in rules.outcomes)
        raise RequestError(f"it is completed with one of these: {names}", error_id="application.no_such_outcome")
    check_answered(found)
    complete(sql, found, ApplicationEnding.OUTCOME, by, now, outcome)
    return again(sql, found, now)


def give_up(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    """More attempts would delay the case unreasonably: the letters are issued (R-CB-11)."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    if not found.in_downtime or not found.attempts:
        words = "letters go out for one raised during downtime, after attempts; complete it with an outcome"
        raise RequestError(words, error_id="application.no_letters")
    check_answered(found)
    letters.issue_both(sql, found, by, now)
    complete(sql, found, ApplicationEnding.DELAY, by, now)
    return again(sql, found, now)


def empty(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    """Nothing of the person is kept any more; that there was a call back is."""
    found = held(sql, application_id, by, now)
    if found is None:
        return None
    if found.state is not ApplicationState.COMPLETE or (found.in_downtime and found.entered_at is None):
        words = "it is emptied once it is complete, and what was taken down offline is entered"
        raise RequestError(words, error_id="application.in_use")
    personal = ("full_name", "address", "born_on", "contact_number", "details")
    _person(sql, found, dict.fromkeys(personal) | {"fields": {}, "emptied_at": now})
    tell(sql, by, Deed.APPLICATION_EMPTIED, found, now)
    return again(sql, found, now)


def _with_person(sql: Connection, application_id: str, by: By, now: datetime) -> Application | None:
    found = held(sql, application_id, by, now)
    if found is not None and found.person is None:
        raise RequestError("nobody's number is kept of it any more", error_id="application.is_emptied")
    return found


def _check_to_enter(found: Application) -> None:
    if not found.in_downtime:
        words = "it was not raised during downtime: there is no offline application"
        raise RequestError(words, error_id="application.not_offline")
    if found.entered_at is not None:
        raise RequestError("it was entered into the case system", error_id="application.is_entered")


def _person(sql: Connection, found: Application, values: Mapping[str, object]) -> None:
    table = t.applicant
    sql.execute(update(table).where(table.c.application_id == found.application_id).values(dict(values)))
