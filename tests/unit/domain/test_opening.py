"""Whether a line is open."""

from __future__ import annotations

from datetime import date, datetime

from ivr.domain.lines import Hours, Opening
from ivr.domain.opening import Doors, doors

WEEKDAYS = Hours("clients", "england-and-wales", (Opening((0, 1, 2, 3, 4), 8 * 60, 20 * 60), Opening((5,), 540, 1020)))
ALWAYS = Hours("always", "england-and-wales", (Opening(tuple(range(7)), 0, 24 * 60),))


def test_open_from_the_first_minute_to_the_last() -> None:
    """R-LINE-5: open at 08:00, closed at 20:00."""
    assert doors(WEEKDAYS, datetime(2026, 11, 23, 7, 59)) is not Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(WEEKDAYS, datetime(2026, 11, 23, 8, 0)) is Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(WEEKDAYS, datetime(2026, 11, 23, 19, 59)) is Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(WEEKDAYS, datetime(2026, 11, 23, 20, 0)) is not Doors.OPEN  # noqa: DTZ001 - local wall clock


def test_each_day_has_its_own_hours() -> None:
    """R-LINE-5: Saturday's are shorter, Sunday has none."""
    assert doors(WEEKDAYS, datetime(2026, 11, 28, 16, 59)) is Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(WEEKDAYS, datetime(2026, 11, 28, 17, 0)) is not Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(WEEKDAYS, datetime(2026, 11, 29, 12, 0)) is not Doors.OPEN  # noqa: DTZ001 - local wall clock


def test_a_closure_closes_the_whole_day() -> None:
    """R-LINE-5: public holidays and closures of operations' own."""
    assert doors(ALWAYS, datetime(2026, 12, 25, 12, 0)) is Doors.OPEN  # noqa: DTZ001 - local wall clock
    assert doors(ALWAYS, datetime(2026, 12, 25, 12, 0), {date(2026, 12, 25)}) is Doors.HOLIDAY  # noqa: DTZ001 - local wall clock
