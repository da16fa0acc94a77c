"""When a reminder pops up, and comes again (R-CB-5, R-CB-8, R-CB-10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ivr.domain.reminders import (
    BEFORE,
    PutOff,
    SnoozeRules,
    Source,
    dismissed_until,
    pops_up_at,
    snoozed_until,
)

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RULES = SnoozeRules()


def test_how_long_before() -> None:
    """R-CB-5, R-CB-8: five minutes; R-CB-10: fifteen."""
    minutes = {source: before / timedelta(minutes=1) for source, before in BEFORE.items()}
    assert minutes == {Source.CALL_BACK: 5, Source.INFORMAL: 5, Source.APPLICATION: 15}


@pytest.mark.parametrize(("steps", "minutes"), [(1, 15), (2, 30), (8, 120), (9, 120)])
def test_snoozed_in_steps_of_15_minutes_up_to_120(steps: int, minutes: int) -> None:
    """R-CB-5."""
    assert snoozed_until(NINE, steps, RULES) == NINE + timedelta(minutes=minutes)


def test_dismissed_it_comes_again_at_its_time_and_then_after_a_step() -> None:
    """R-CB-5: nothing but closing silences it."""
    starts_at = NINE + timedelta(minutes=5)
    assert dismissed_until(NINE, starts_at, RULES) == starts_at
    assert dismissed_until(starts_at, starts_at, RULES) == starts_at + timedelta(minutes=15)


def test_what_was_put_off_says_nothing_of_another_time() -> None:
    """R-CB-5: times set again are reminded of anew; and nothing is reminded of before its time."""
    put_off = PutOff(NINE, NINE + timedelta(hours=2))
    assert pops_up_at(NINE, None) == NINE
    assert pops_up_at(NINE, put_off) == put_off.until
    later = NINE + timedelta(hours=1)
    assert pops_up_at(later, put_off) == later
    assert pops_up_at(later, PutOff(later, NINE)) == later
