"""Whether a line is open (R-LINE-5). Pure: local time and closures come in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from ivr.domain.lines import Hours


class Doors(StrEnum):
    """Whether callers are let in, and if not, why."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


def doors(hours: Hours, local: datetime, closures: Collection[date] = ()) -> Doors:
    """Whether ``hours`` hold at ``local`` (the wall clock of Europe/London); ``closures`` are whole closed days."""
    minute = local.hour * 60 + local.minute
    if not any(local.weekday() in o.days and o.opens <= minute < o.closes for o in hours.openings):
        return Doors.CLOSED
    return Doors.HOLIDAY if local.date() in closures else Doors.OPEN
