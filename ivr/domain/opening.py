"""Whether a line is open (R-LINE-5). Pure: local time and closures come in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from ivr.domain.lines import Hours


def is_open(hours: Hours, local: datetime, closures: Collection[date] = ()) -> bool:
    """Whether ``hours`` hold at ``local`` (the wall clock of Europe/London); ``closures`` are whole closed days."""
    if local.date() in closures:
        return False
    minute = local.hour * 60 + local.minute
    return any(local.weekday() in o.days and o.opens <= minute < o.closes for o in hours.openings)
