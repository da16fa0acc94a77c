"""An agent raises a new-application call back for a caller with no record (R-CB-9, R-CB-11). Audited, and mailed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from ivr.domain.applications import About, ApplicationReason, ApplicationState, OfflineTemplate, Rules
from ivr.domain.dialling import DiallingRules, MayNotRing
from ivr.domain.ids import ApplicationId, Brand, Language, new_application_id
from ivr.domain.offline import FIELDS
from ivr.domain.oversight import Deed, Switch
from ivr.errors import RequestError
from ivr.records.applications import posting, reading
from ivr.records.applications.reading import Application
from ivr.records.deeds import By, To, note
from ivr.records.suppressions import may_ring
from ivr.store import audit
from ivr.store import tables as t

KIND = "application"


@dataclass(frozen=True, slots=True)
class Given:
    """What the configuration says: its rules, which numbers may be rung, on which days the helpline is open."""

    rules: Rules
    dialling: DiallingRules
    open_days: Callable[[Brand, date], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller said. ``wanted_at`` None: any time; ``template`` and ``fields``: of a call during downtime."""

    full_name: str
    address: str
    born_on: date | None
    contact_number: str
    reason: ApplicationReason
    about: About | None = None
    wanted_at: datetime | None = None
    details: str = ""
    brand: Brand = "cmg"
    language: Language = "en"
    template: OfflineTemplate | None = None
    fields: Mapping[str, str] | None = None


def raise_one(sql: Connection, asked: Asked, given: Given, by: By, now: datetime) -> Application:
    """Raise it, and mail it. Raises RequestError where it cannot be, and says why."""
    in_downtime = _in_downtime(sql)
    _check(asked, now, in_downtime=in_downtime)
    number = dialled(sql, given.dialling, asked.contact_number)
    application_id = new_application_id(now)
    sql.execute(insert(t.application).values(_values(sql, application_id, asked, by, now, in_downtime=in_downtime)))
    sql.execute(insert(t.applicant).values(_personal(application_id, asked, number)))
    note(sql, by, Deed.APPLICATION_RAISED, To(KIND, None, application_id), now, why=_why(asked))
    made = reading.one(sql, application_id, now)
    if made is None:
        raise LookupError(application_id)
    posting.raised(sql, made, now)
    return made


def dialled(sql: Connection, rules: DiallingRules, number: str) -> str:
    """The number as it may be dialled (R-OUT-4). Raises RequestError."""
    verdict = may_ring(sql, rules, number)
    if isinstance(verdict, MayNotRing):
        raise RequestError(verdict.why, error_id=verdict.error_id)
    return verdict.number


def checked(template: OfflineTemplate, fields: Mapping[str, str]) -> dict[str, str]:
    """What is filled in, without what is empty. Raises RequestError for a field that the template does not have."""
    known = {one.name for one in FIELDS[template]}
    if not fields.keys() <= known:
        raise RequestError("this application form has no such field", error_id="application.no_such_field")
    return {name: text for name, text in fields.items() if text.strip()}


def _check(asked: Asked, now: datetime, *, in_downtime: bool) -> None:
    if (asked.reason is ApplicationReason.EXISTING_CASE) is not (asked.about is not None):
        words = "say what the existing case is about; and only of an existing case"
        raise RequestError(words, error_id="application.about")
    if asked.wanted_at is not None and asked.wanted_at < now:
        raise RequestError("the agreed time is past; agree another", error_id="call_back.time_past")
    if in_downtime and asked.template is None:
        words = "the case system is down: choose the offline application that it carries"
        raise RequestError(words, error_id="application.template_needed")
    if not in_downtime and asked.template is not None:
        words = "the case system is up: make the application there"
        raise RequestError(words, error_id="application.no_template")
    if asked.template is not None:
        checked(asked.template, asked.fields or {})


def _values(
    sql: Connection, application_id: ApplicationId, asked: Asked, by: By, now: datetime, *, in_downtime: bool
) -> dict[str, object]:
    return {
        "application_id": application_id,
        "state": ApplicationState.AWAITING_ALLOCATION.value,
        "reason": asked.reason.value,
        "about": None if asked.about is None else asked.about.value,
        "brand": asked.brand if asked.template is None else asked.template.brand,
        "language": asked.language,
        "wanted_at": asked.wanted_at,
        "raised_at": now,
        "raised_by": by.agent_id,
        "call_id": audit.call_of(sql, by.agent_id),
        "in_downtime": in_downtime,
        "template": None if asked.template is None else asked.template.value,
    }


def _personal(application_id: ApplicationId, asked: Asked, number: str) -> dict[str, object]:
    return {
        "application_id": application_id,
        "full_name": asked.full_name,
        "address": asked.address,
        "born_on": asked.born_on,
        "contact_number": number,
        "details": asked.details,
        "fields": {} if asked.template is None else checked(asked.template, asked.fields or {}),
    }


def _why(asked: Asked) -> str:
    return asked.reason.value if asked.about is None else f"{asked.reason.value}: {asked.about.value}"


def _in_downtime(sql: Connection) -> bool:
    table = t.switch
    return sql.scalar(select(table.c.is_on).where(table.c.name == Switch.DOWNTIME.value)) is True
