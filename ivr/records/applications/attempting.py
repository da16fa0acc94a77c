"""The attempts of a new-application call back: begun with their call, or entered by hand; their results (R-CB-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Update, delete, insert, select, update

from ivr.domain.applications import CONTACTS, FAILURES, ApplicationEnding, AttemptResult, is_ended, why_no_attempt
from ivr.domain.ids import Brand
from ivr.domain.oversight import Deed
from ivr.domain.purposes import AttemptOutcome
from ivr.domain.times_of_day import next_at
from ivr.errors import RequestError
from ivr.records.applications.holding import again, change, complete, open_one, tell
from ivr.records.applications.raising import Given, dialled
from ivr.records.applications.reading import Application, Tried
from ivr.records.deeds import By
from ivr.store import tables as t

NO_ATTEMPT = "application.no_attempt"


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt whose call is to be made: its number of order, what is dialled, under which brand."""

    number: int
    dialled: str
    brand: Brand


@dataclass(frozen=True, slots=True)
class Ended:
    """How an attempt ended; whether the application fee was collected, where that is asked (R-CB-11)."""

    result: AttemptResult
    fee_collected: bool | None = None


def begin(sql: Connection, application_id: str, given: Given, by: By, now: datetime) -> Begun | None:
    """Begin the next attempt, before its call is asked for. None: there is no such call back. Raises RequestError."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    person = found.person
    if person is None:
        raise RequestError("nobody's number is kept of it any more", error_id="application.is_emptied")
    number = dialled(sql, given.dialling, person.contact_number)
    return Begun(_begin(sql, found, by, now), number, found.brand)


def linked(sql: Connection, application_id: str, number: int, call_id: str, by: By, now: datetime) -> None:
    """The attempt's call is being made."""
    sql.execute(_at(application_id, number).values(call_id=call_id))
    found = open_one(sql, application_id, by, now)
    if found is not None:
        tell(sql, by, Deed.APPLICATION_ATTEMPTED, found, now, why=f"attempt {number}")


def not_begun(sql: Connection, application_id: str, number: int, by: By, now: datetime) -> None:
    """Its call could not be made: there was no attempt."""
    found = open_one(sql, application_id, by, now)
    attempt = None if found is None else _numbered(found, number)
    if found is not None and attempt is not None:
        _remove(sql, found, attempt)


def by_hand(
    sql: Connection, application_id: str, began_at: datetime, ended: Ended, given: Given, by: By, now: datetime
) -> Application | None:
    """An attempt made on another phone, with its own date and time (R-ACT-4)."""
    found = open_one(sql, application_id, by, now)
    if found is None:
        return None
    if began_at > now:
        raise RequestError("an attempt that was made has its time in the past", error_id="application.time_ahead")
    number = _begin(sql, found, by, began_at, is_by_hand=True)
    tell(sql, by, Deed.APPLICATION_ATTEMPTED, found, now, why=f"attempt {number}, by hand")
    return set_result(sql, application_id, number, ended, given, by, now)


def set_result(
    sql: Connection, application_id: str, number: int, ended: Ended, given: Given, by: By, now: datetime
) -> Application | None:
    """Say how an attempt ended; the third failure completes it (R-CB-10). Raises RequestError."""
    found = open_one(sql, application_id, by, now)
    attempt = None if found is None else _numbered(found, number)
    if found is None or attempt is None:
        return None
    _check_result(found, attempt, ended)
    sql.execute(_at(application_id, number).values(result=ended.result.value, result_at=now))
    tell(sql, by, Deed.APPLICATION_ATTEMPT_ENDED, found, now, why=f"attempt {number}: {ended.result.value}")
    if ended.fee_collected:
        change(sql, found, fee_collected_at=now)
    _go_on(sql, found, ended.result, given, by, now)
    return again(sql, found, now)


def withdraw(sql: Connection, application_id: str, number: int, by: By, now: datetime) -> Application | None:
    """An attempt in which nobody was rung, the agent's own phone was not answered, counts as none."""
    found = open_one(sql, application_id, by, now)
    attempt = None if found is None else _numbered(found, number)
    if found is None or attempt is None:
        return None
    if attempt.result is not None or not attempt.is_over or not _rang_nobody(sql, attempt):
        words = "somebody was rung in this attempt: say how it ended"
        raise RequestError(words, error_id="application.was_attempted")
    _remove(sql, found, attempt)
    tell(sql, by, Deed.APPLICATION_ATTEMPT_WITHDRAWN, found, now, why=f"attempt {number}")
    return again(sql, found, now)


def _begin(sql: Connection, found: Application, by: By, began_at: datetime, *, is_by_hand: bool = False) -> int:
    if found.why_no_attempt is not None:
        raise RequestError(found.why_no_attempt, error_id=NO_ATTEMPT)
    number = len(found.attempts) + 1
    values = {
        "application_id": found.application_id,
        "number": number,
        "agent_id": by.agent_id,
        "planned_at": found.next_at,
        "began_at": began_at,
        "by_hand": is_by_hand,
    }
    sql.execute(insert(t.application_attempt).values(values))
    change(sql, found, next_at=None)
    return number


def _check_result(found: Application, attempt: Tried, ended: Ended) -> None:
    if attempt.result is not None:
        raise RequestError("this attempt has its result", error_id="application.has_result")
    if not attempt.is_over:
        raise RequestError("the call is still up: its result is asked for after it", error_id="application.call_up")
    asks_fee = found.in_downtime and ended.result in CONTACTS
    if asks_fee and ended.fee_collected is None:
        words = "contact was made: say whether the application fee was collected"
        raise RequestError(words, error_id="application.fee_needed")
    if ended.fee_collected and not asks_fee:
        words = "a fee is collected on contact made, of a call back raised during downtime"
        raise RequestError(words, error_id="application.no_fee")


def _go_on(sql: Connection, found: Application, result: AttemptResult, given: Given, by: By, now: datetime) -> None:
    """It ends, or the next attempt is planned at another time of day, or an outcome is asked for."""
    results = [*(one.result for one in found.attempts if one.result is not None), result]
    if is_ended(results, in_downtime=found.in_downtime):
        complete(sql, found, ApplicationEnding.THIRD_FAILURE, by, now)
    elif result in FAILURES and why_no_attempt(len(found.attempts), in_downtime=found.in_downtime) is None:
        tried = [one.began_at for one in found.attempts]
        is_open_day = partial(given.open_days, found.brand)
        change(sql, found, next_at=next_at(now, tried, given.rules.times_of_day, is_open_day))


def _numbered(found: Application, number: int) -> Tried | None:
    return next((one for one in found.attempts if one.number == number), None)


def _at(application_id: str, number: int) -> Update:
    table = t.application_attempt
    return update(table).where(table.c.application_id == application_id, table.c.number == number)


def _remove(sql: Connection, found: Application, attempt: Tried) -> None:
    table = t.application_attempt
    mine = (table.c.application_id == found.application_id, table.c.number == attempt.number)
    sql.execute(delete(table).where(*mine))
    change(sql, found, next_at=attempt.planned_at)


def _rang_nobody(sql: Connection, attempt: Tried) -> bool:
    if attempt.by_hand:
        return False
    made = t.outbound_attempt
    outcome = sql.scalar(select(made.c.outcome).where(made.c.call_id == attempt.call_id))
    return outcome is None or outcome == AttemptOutcome.CANCELLED
