"""When the next attempt to reach somebody is made: at another time of day than before (R-OUT-5, R-CB-11). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from ivr.domain.call_backs import LONDON, LOOKED_AHEAD_DAYS, OpenDay

SHIPPED: Final = (time(9, 30), time(12, 30), time(15, 30), time(18, 0))
LEAST: Final = timedelta(hours=2)
"""So long after now at the earliest."""
_DAY_MINUTES: Final = 24 * 60


def next_at(now: datetime, tried: Sequence[datetime], times: Sequence[time], is_open_day: OpenDay) -> datetime:
    """The earliest moment, on an open day, at one of the times of day that were tried least. In the zone of ``now``.

    ``times``: the clock times (Europe/London) to choose from, one at least; an attempt counts for the nearest of them.
    """
    counted = Counter(_nearest(at.astimezone(LONDON).time(), times) for at in tried)
    least = min(counted[one] for one in times)
    choice = sorted(one for one in times if counted[one] == least)
    return _first(now + LEAST, choice, is_open_day).astimezone(now.tzinfo)


def _first(earliest: datetime, choice: Sequence[time], is_open_day: OpenDay) -> datetime:
    """The first of these clock times from ``earliest`` on, on an open day; should none be open, tomorrow's first."""
    today = earliest.astimezone(LONDON).date()
    days = [today + timedelta(days=ahead) for ahead in range(LOOKED_AHEAD_DAYS)]
    moments = (datetime.combine(day, one, LONDON) for day in days if is_open_day(day) for one in choice)
    found = next((at for at in moments if at.timestamp() >= earliest.timestamp()), None)
    return found or datetime.combine(days[1], choice[0], LONDON)


def _nearest(clock: time, times: Sequence[time]) -> time:
    """The nearest of the times, around midnight too."""
    return min(times, key=lambda one: (_apart(clock, one), one))


def _apart(one: time, other: time) -> int:
    minutes = abs((one.hour - other.hour) * 60 + one.minute - other.minute)
    return min(minutes, _DAY_MINUTES - minutes)
