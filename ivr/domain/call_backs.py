"""Formal call backs (R-CB-1 to R-CB-7): when they are due, how they end. Pure: the calendar comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from ivr.domain.ids import AgentId, CallBackId, CallId, ServiceRequestId

LONDON: Final = ZoneInfo("Europe/London")
ALARM_BEFORE: Final = timedelta(minutes=30)
REMINDER_BEFORE: Final = timedelta(minutes=5)
LOOKED_AHEAD_DAYS: Final = 31
"""Who never opens again within so many days has no next open day: the limit is then the next day."""

OpenDay = Callable[[date], bool]
"""Whether the helpline is open on a day (of Europe/London) at all."""


class Whose(StrEnum):
    """R-CB-1: for whom it is raised; which decides when its alarm ends (R-CB-3)."""

    SELF = "self"
    OWNER = "owner"


class Result(StrEnum):
    """R-CB-6: what a call back is closed with; the names are fixed."""

    CANCELLED = "cancelled"
    NOT_REQUIRED = "not_required"
    DONE = "done"
    SUPPRESSED = "suppressed"
    SEND_FOR_TRANSLATION = "send_for_translation"
    UNSUCCESSFUL = "unsuccessful"


CALLED: Final = frozenset({Result.DONE, Result.UNSUCCESSFUL, Result.SEND_FOR_TRANSLATION})
"""Results that somebody who called has: only these can be in time."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """R-CB-3: from when to when it is to be called."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CallBackRow:
    """A formal call back as the database has it. ``contact_number`` and ``description`` are personal.

    ``agent_id``: whose it is whatever becomes of the case; None: the case's owner (an employer's account manager), or,
    where there is none, the queue ``scope``. ``wanted_at``: the agreed time.
    """

    call_back_id: CallBackId
    whose: Whose
    contact_number: str
    description: str
    starts_at: datetime
    ends_at: datetime
    raised_at: datetime
    kind: str | None = None
    record_id: int | None = None
    case_id: int | None = None
    agent_id: AgentId | None = None
    scope: str | None = None
    wanted_at: datetime | None = None
    raised_by: AgentId | None = None
    call_id: CallId | None = None
    service_request_id: ServiceRequestId | None = None
    passed_on: bool = False
    called_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: AgentId | None = None
    result: Result | None = None


def limit_at(raised_at: datetime, is_open_day: OpenDay) -> datetime:
    """The 24 hour limit: the same clock time a day later, on a closed day the next open one (R-CB-3). UTC."""
    local = raised_at.astimezone(LONDON)
    return _at(_open_from(local.date() + timedelta(days=1), is_open_day), local.time(), raised_at)


def preferred_at(raised_at: datetime, preferred: time, is_open_day: OpenDay) -> datetime:
    """The next time that somebody's clock shows the time they prefer, on an open day (R-CB-4). UTC."""
    local = raised_at.astimezone(LONDON)
    first = local.date() if preferred > local.time() else local.date() + timedelta(days=1)
    return _at(_open_from(first, is_open_day), preferred, raised_at)


def alarm(raised_at: datetime, whose: Whose, wanted_at: datetime | None, is_open_day: OpenDay) -> Alarm:
    """When a call back raised at ``raised_at`` is to be called (R-CB-3). ``wanted_at``: the agreed time, if any."""
    limit = limit_at(raised_at, is_open_day)
    if wanted_at is None:
        return _not_before(raised_at, Alarm(limit - ALARM_BEFORE, limit))
    ends_at = wanted_at if whose is Whose.SELF else max(limit, wanted_at)
    return _not_before(raised_at, Alarm(wanted_at - ALARM_BEFORE, ends_at))


def alarm_again(
    now: datetime, raised_at: datetime, whose: Whose, wanted_at: datetime | None, is_open_day: OpenDay
) -> Alarm:
    """The alarm of one whose times are set again (R-CB-5): the limit stays that of the request."""
    return _not_before(now, alarm(raised_at, whose, wanted_at, is_open_day))


def was_in_time(row_ends_at: datetime, called_at: datetime | None) -> bool:
    """R-CB-6: it was called, by its end."""
    return called_at is not None and called_at <= row_ends_at


def _not_before(now: datetime, found: Alarm) -> Alarm:
    """A start already past: at once."""
    return Alarm(max(found.starts_at, now), max(found.ends_at, now))


def _open_from(day: date, is_open_day: OpenDay) -> date:
    days = (day + timedelta(days=ahead) for ahead in range(LOOKED_AHEAD_DAYS))
    return next((one for one in days if is_open_day(one)), day)


def _at(day: date, clock: time, like: datetime) -> datetime:
    """The instant at which London's clock shows ``clock`` on ``day``, in the zone of ``like``."""
    return datetime.combine(day, clock.replace(tzinfo=None, fold=0), LONDON).astimezone(like.tzinfo)
