"""When a call back is to be called (R-CB-3 to R-CB-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ivr.domain.call_backs import (
    ALARM_BEFORE,
    LONDON,
    Alarm,
    Whose,
    alarm,
    alarm_again,
    limit_at,
    preferred_at,
    was_in_time,
)

_FAST = settings(phases=[Phase.explicit, Phase.generate], deadline=None)
_INSTANTS = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def _on(day: int, month: int, clock: str, year: int = 2014) -> datetime:
    hour, minute = clock.split(":")
    return datetime(year, month, day, int(hour), int(minute), tzinfo=LONDON)


def _always(_day: date) -> bool:
    return True


def _weekdays(day: date) -> bool:
    return day.weekday() < 5


def test_raised_for_oneself_with_an_agreed_time() -> None:
    """R-CB-3, worked: raised 23/10/2014 for oneself for 25/10/2014 18:00: 17:30 to 18:00 that day."""
    found = alarm(_on(23, 10, "11:00"), Whose.SELF, _on(25, 10, "18:00"), _always)
    assert found == Alarm(_on(25, 10, "17:30"), _on(25, 10, "18:00"))


def test_raised_for_the_owner_with_an_agreed_time_within_the_limit() -> None:
    """R-CB-3, worked: taken 01/04/2014 09:30, owner to ring at 14:00: start 13:30, end 02/04/2014 09:30."""
    found = alarm(_on(1, 4, "09:30"), Whose.OWNER, _on(1, 4, "14:00"), _always)
    assert found == Alarm(_on(1, 4, "13:30"), _on(2, 4, "09:30"))


def test_raised_for_the_owner_with_an_agreed_time_behind_the_limit() -> None:
    """R-CB-3: the agreed time, where that is later than the limit."""
    found = alarm(_on(1, 4, "09:30"), Whose.OWNER, _on(3, 4, "14:00"), _always)
    assert found == Alarm(_on(3, 4, "13:30"), _on(3, 4, "14:00"))


@pytest.mark.parametrize("whose", Whose)
def test_with_no_preference_it_is_due_at_the_limit(whose: Whose) -> None:
    """R-CB-3, worked: the same with no preference: start 02/04/2014 09:00, end 09:30."""
    found = alarm(_on(1, 4, "09:30"), whose, None, _always)
    assert found == Alarm(_on(2, 4, "09:00"), _on(2, 4, "09:30"))


def test_the_limit_on_a_closed_day_is_the_next_open_day() -> None:
    """R-CB-3: raised on a Friday, due on Monday at the same time; after a holiday Monday, on Tuesday."""
    friday = _on(20, 11, "16:45", 2026)
    assert limit_at(friday, _weekdays) == _on(23, 11, "16:45", 2026)
    holiday = date(2026, 11, 23)
    assert limit_at(friday, lambda day: _weekdays(day) and day != holiday) == _on(24, 11, "16:45", 2026)


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        (_on(28, 3, "09:30", 2026), datetime(2026, 3, 29, 8, 30, tzinfo=UTC)),
        (_on(24, 10, "09:30", 2026), datetime(2026, 10, 25, 9, 30, tzinfo=UTC)),
        (_on(28, 3, "01:30", 2026), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_limit_is_the_same_time_on_the_clock_when_the_clocks_change(raised: datetime, due: datetime) -> None:
    """R-CB-3: 23 or 25 hours, as Europe/London has them; a time that the night leaves out is an hour later."""
    assert limit_at(raised.astimezone(UTC), _always) == due


def test_a_start_already_past_is_at_once() -> None:
    """R-CB-3: agreed for ten minutes from now, it starts now."""
    now = _on(1, 4, "09:30")
    assert alarm(now, Whose.SELF, _on(1, 4, "09:40"), _always) == Alarm(now, _on(1, 4, "09:40"))


def test_times_set_again_keep_the_limit_of_the_request() -> None:
    """R-CB-5: set again at noon, the owner still has until 24 hours after the call."""
    raised, noon = _on(1, 4, "09:30"), _on(1, 4, "12:00")
    again = alarm_again(noon, raised, Whose.OWNER, _on(1, 4, "12:10"), _always)
    assert again == Alarm(noon, _on(2, 4, "09:30"))
    late = alarm_again(_on(3, 4, "12:00"), raised, Whose.OWNER, None, _always)
    assert late == Alarm(_on(3, 4, "12:00"), _on(3, 4, "12:00"))


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [(time(14, 0), _on(20, 11, "14:00", 2026)), (time(9, 0), _on(23, 11, "09:00", 2026))],
)
def test_the_preferred_time_is_its_next_one_on_an_open_day(preferred: time, expected: datetime) -> None:
    """R-CB-4: on a Friday at 10:00, two in the afternoon is today, nine is Monday."""
    assert preferred_at(_on(20, 11, "10:00", 2026), preferred, _weekdays) == expected


def test_in_time_is_called_by_its_end() -> None:
    """R-CB-6."""
    end = _on(1, 4, "14:00")
    assert was_in_time(end, end)
    assert not was_in_time(end, end + timedelta(seconds=1))
    assert not was_in_time(end, None)


@_FAST
@given(
    raised=_INSTANTS,
    wanted=st.none() | _INSTANTS,
    whose=st.sampled_from(Whose),
    closed=st.frozensets(st.integers(0, 6), max_size=6),
)
def test_whatever_is_agreed_the_alarm_is_sound(
    raised: datetime, wanted: datetime | None, whose: Whose, closed: frozenset[int]
) -> None:
    """R-CB-3: never before it was raised, never ended before begun; the limit on an open day, at the same time."""

    def is_open(day: date) -> bool:
        return day.weekday() not in closed

    found, limit = alarm(raised, whose, wanted, is_open), limit_at(raised, is_open)
    assert raised <= found.starts_at <= found.ends_at
    assert timedelta(hours=23) <= limit - raised <= timedelta(days=7, hours=1)
    assert is_open(limit.astimezone(LONDON).date())
    if wanted is None:
        assert found == Alarm(limit - ALARM_BEFORE, limit)
    elif whose is Whose.OWNER:
        assert found.ends_at == max(limit, wanted)
    elif wanted >= raised:
        assert found.ends_at == wanted
