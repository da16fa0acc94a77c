"""At which time of day the next attempt is made (R-OUT-5, R-CB-11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call_backs import LONDON
from ivr.domain.times_of_day import LEAST, SHIPPED, next_at

_INSTANTS = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
_CLOCKS = st.lists(st.times().map(lambda t: t.replace(second=0, microsecond=0)), min_size=1, max_size=6, unique=True)


def _london(day: int, month: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=LONDON)


def _weekdays(day: date) -> bool:
    return day.weekday() < 5


def _always(_day: date) -> bool:
    return True


def test_each_time_of_day_in_turn() -> None:
    """R-CB-11: tried in the morning: next at noon, in the afternoon, in the evening, and from the beginning."""
    now, tried, found = _london(23, 11, "09:30"), [], []
    for _ in range(5):
        tried.append(now)
        now = next_at(now, tried, SHIPPED, _weekdays)
        found.append(f"{now.astimezone(LONDON):%a %H:%M}")
    assert found == ["Mon 12:30", "Mon 15:30", "Mon 18:00", "Tue 09:30", "Tue 12:30"]


def test_over_a_closed_day() -> None:
    """R-LINE-5: Friday evening: Monday morning."""
    evening = _london(27, 11, "18:00")
    tried = [_london(27, 11, clock) for clock in ("12:30", "15:30", "18:00")]
    assert next_at(evening, tried, SHIPPED, _weekdays) == _london(30, 11, "09:30")


def test_over_the_clock_change() -> None:
    """The clock goes back at night: half past nine is half past nine by London's clock."""
    evening = _london(24, 10, "18:00")
    assert next_at(evening, [evening], SHIPPED, _always) == _london(25, 10, "09:30")


def test_nearest_around_midnight() -> None:
    """An attempt at five to midnight was one at midnight."""
    late = _london(23, 11, "23:55")
    assert next_at(late, [late], (time(0, 0), time(12, 0)), _always) == _london(24, 11, "12:00")


@given(_INSTANTS, st.lists(_INSTANTS, max_size=12), _CLOCKS)
def test_always_ahead_at_one_that_was_tried_least(now: datetime, tried: list[datetime], times: list[time]) -> None:
    """R-CB-11: at one of the times given, two hours ahead or more, on an open day; none is left out for long."""
    found = next_at(now, tried, times, _weekdays)
    local = found.astimezone(LONDON)
    assert found - now >= LEAST
    assert _weekdays(local.date()) or local.time() not in times  # a time that the clock change leaves out
    assert found - now <= timedelta(days=6)


@given(st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1), timezones=st.just(UTC)), _CLOCKS)  # noqa: DTZ001 - bounds
def test_each_is_used_as_often_as_the_others(now: datetime, times: list[time]) -> None:
    """R-CB-11: whatever the times, a second round begins only after the first is whole."""
    tried: list[datetime] = []
    for _ in range(2 * len(times)):
        now = next_at(now, tried, times, _always)
        tried.append(now)
    used = [at.astimezone(LONDON).time() for at in tried]
    assert sorted(used) == sorted([*times, *times])
    assert sorted(used[: len(times)]) == sorted(times)


def test_nowhere_open() -> None:
    """A calendar without open days: tomorrow, rather than never."""
    now = _london(23, 11, "09:30")
    assert next_at(now, [now], SHIPPED, lambda _day: False) == _london(24, 11, "12:30")
