"""An agent raises a formal call back: for themselves, or for the case's owner (R-CB-1 to R-CB-4). Audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from sqlalchemy import ColumnElement, Connection, exists, false, insert, select

from ivr.domain.activities import Outcome
from ivr.domain.call_backs import CallBackRow, OpenDay, Whose, alarm, preferred_at
from ivr.domain.dialling import DiallingRules, MayNotRing
from ivr.domain.ids import AgentId, Brand, CallId, new_call_back_id
from ivr.domain.oversight import Deed
from ivr.domain.purposes import ContactKind
from ivr.domain.service_requests import FOR_CALL_BACK
from ivr.errors import RequestError
from ivr.records import activity_deeds, call_backs
from ivr.records.activity_deeds import Closing
from ivr.records.call_back_deeds import check_ahead
from ivr.records.call_backs import CallBack
from ivr.records.deeds import By, To, hold, note
from ivr.records.requirements import requirements_of
from ivr.records.service_requests import Made, make
from ivr.records.suppressions import may_ring
from ivr.store import audit
from ivr.store import tables as t
from ivr.store.statements import values_of


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed with the contact. ``case_number``: needed for the owner, but for an employer.

    ``outcome``: of the outbound call that led to it, which is closed first.
    """

    whose: Whose
    kind: ContactKind
    record_id: int
    contact_number: str
    description: str
    case_number: str | None = None
    wanted_at: datetime | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the configuration says: which numbers may be rung, on which days the helpline is open."""

    dialling: DiallingRules
    open_days: Callable[[Brand, date], bool]


@dataclass(frozen=True, slots=True)
class Owned:
    """The case it is about, if any, and who owns it or the employer."""

    case_id: int | None
    owner_id: int | None


def raise_one(sql: Connection, agreed: Agreed, given: Given, by: By, now: datetime) -> CallBack | None:
    """Raise it. None: there is no such record. Raises RequestError where it cannot be, and says why."""
    if not hold(sql, agreed.kind, agreed.record_id):
        return None
    _close_call(sql, agreed.outcome, by, now)
    number = _number(sql, agreed, given.dialling)
    check_ahead(agreed.wanted_at, now)
    owned = _owned(sql, agreed)
    is_open_day = partial(given.open_days, call_backs.brand_of(sql, agreed.kind, agreed.record_id, owned.case_id))
    row = _row(sql, agreed, owned, number, is_open_day, by, now)
    sql.execute(insert(t.call_back).values(values_of(row)))
    note(sql, by, Deed.CALL_BACK_RAISED, To(row.kind, row.record_id, row.call_back_id), now, why=row.whose.value)
    return call_backs.one(sql, row.call_back_id, now)


def _row(
    sql: Connection, agreed: Agreed, owned: Owned, number: str, is_open_day: OpenDay, by: By, now: datetime
) -> CallBackRow:
    wanted_at = agreed.wanted_at or _preferred(sql, agreed, is_open_day, now)
    due = alarm(now, agreed.whose, wanted_at, is_open_day)
    for_owner, call_id = agreed.whose is Whose.OWNER, audit.call_of(sql, by.agent_id)
    made = Made(FOR_CALL_BACK, agreed.kind, agreed.record_id, owned.case_id, call_back=True)
    return CallBackRow(
        new_call_back_id(now),
        agreed.whose,
        number,
        agreed.description,
        due.starts_at,
        due.ends_at,
        now,
        agreed.kind,
        agreed.record_id,
        owned.case_id,
        agent_id=None if for_owner or owned.owner_id == by.agent_id else AgentId(by.agent_id),
        scope=next(iter(call_backs.queues_of(sql, by.agent_id)), None),
        wanted_at=wanted_at,
        raised_by=by.agent_id,
        call_id=None if call_id is None else CallId(call_id),
        service_request_id=make(sql, made, by, now) if for_owner else None,
    )


def _close_call(sql: Connection, outcome: Outcome | None, by: By, now: datetime) -> None:
    """R-CB-1: an outbound call that led to it is closed first. Raises RequestError while nobody says with what."""
    written = t.activity
    theirs = (written.c.agent_id == by.agent_id, written.c.call_id == audit.call_of(sql, by.agent_id))
    query = select(written.c.activity_id).where(*theirs, written.c.direction == "outbound")
    activity_id = sql.scalar(query.where(written.c.closed_at.is_(None), written.c.taken_at.is_not(None)))
    if activity_id is None:
        return
    if outcome is None:
        words = "the outbound call that led to it is closed first: choose its outcome"
        raise RequestError(words, error_id="call_back.call_open")
    activity_deeds.close(sql, activity_id, Closing(outcome), by, now)


def _number(sql: Connection, agreed: Agreed, rules: DiallingRules) -> str:
    verdict = may_ring(sql, rules, agreed.contact_number, agreed.kind, agreed.record_id)
    if isinstance(verdict, MayNotRing):
        raise RequestError(verdict.why, error_id=verdict.error_id)
    return verdict.number


def _preferred(sql: Connection, agreed: Agreed, is_open_day: OpenDay, now: datetime) -> datetime | None:
    """R-CB-4: the contact named no time: the one they have saved."""
    saved = requirements_of(sql, agreed.kind, agreed.record_id).preferred_time
    return None if saved is None else preferred_at(now, time.fromisoformat(saved), is_open_day)


def _owned(sql: Connection, agreed: Agreed) -> Owned:
    if agreed.kind == "employer" and agreed.case_number is None:
        employer = t.employer
        manager = sql.scalar(select(employer.c.manager_id).where(employer.c.employer_id == agreed.record_id))
        return _checked(agreed, Owned(None, manager))
    if agreed.case_number is None:
        return _checked(agreed, Owned(None, None))
    return case_of(sql, agreed.kind, agreed.record_id, agreed.case_number)


def case_of(sql: Connection, kind: ContactKind, record_id: int, number: str) -> Owned:
    """The contact's case with this number, and who owns it. Raises RequestError where they have none such."""
    case = t.case_file
    query = select(case.c.case_id, case.c.owner_id).where(case.c.number == number, _is_theirs(kind, record_id))
    row = sql.execute(query).first()
    if row is None:
        raise RequestError("this contact has no case with this number", error_id="record.no_such_case")
    return Owned(row.case_id, row.owner_id)


def _checked(agreed: Agreed, owned: Owned) -> Owned:
    if agreed.whose is Whose.OWNER and owned.owner_id is None:
        words = "nobody owns it: say which case it is about, or raise it for yourself"
        raise RequestError(words, error_id="call_back.no_owner")
    return owned


def _is_theirs(kind: ContactKind, record_id: int) -> ColumnElement[bool]:
    """The case is the client's, or one of a client's whom the representative acts for; employers have none."""
    party, acts = t.case_party, t.representative_acts_for
    theirs = exists().where(party.c.case_id == t.case_file.c.case_id)
    if kind == "client":
        return theirs.where(party.c.client_id == record_id)
    if kind == "employer":
        return false()
    return theirs.where(acts.c.client_id == party.c.client_id, acts.c.representative_id == record_id)
