"""Which of a queue's thresholds are broken, and since when (R-MON-3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ivr.domain.thresholds import BreachKind, Limits, MonitorRules, Rules, Standing, broken, longest_wait_breaks_at

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LIMITS: Final = Limits(waiting=2, longest_wait_s=60, service_level_percent=80, service_level_calls=5)
QUIET: Final = Standing("segment:GICH", 0, None, None, 0)


def test_a_quiet_queue_keeps_everything() -> None:
    """R-MON-3: nobody waits, nobody called yet."""
    assert broken(QUIET, LIMITS, NOW) == {}
    assert longest_wait_breaks_at(QUIET, LIMITS) is None


def test_as_many_as_the_limit_may_wait() -> None:
    """R-MON-3: more than the limit break it."""
    assert broken(replace(QUIET, waiting=2), LIMITS, NOW) == {}
    assert broken(replace(QUIET, waiting=3), LIMITS, NOW) == {BreachKind.WAITING: NOW}


def test_the_longest_wait_breaks_at_its_instant() -> None:
    """R-MON-3: not when somebody looks."""
    waits = replace(QUIET, waiting=1, longest_waiting_since=NOW - timedelta(seconds=60))
    assert longest_wait_breaks_at(waits, LIMITS) == NOW
    assert broken(waits, LIMITS, NOW - timedelta(microseconds=1)) == {}
    assert broken(waits, LIMITS, NOW + timedelta(seconds=9)) == {BreachKind.LONGEST_WAIT: NOW}


def test_a_service_level_is_judged_once_enough_calls_count() -> None:
    """R-MON-3: the first caller of the day who gives up is no alarm."""
    low = replace(QUIET, service_level_percent=79, service_level_calls=5)
    assert broken(low, LIMITS, NOW) == {BreachKind.SERVICE_LEVEL: NOW}
    assert broken(replace(low, service_level_percent=80), LIMITS, NOW) == {}
    assert broken(replace(low, service_level_calls=4), LIMITS, NOW) == {}


def test_a_limit_of_nought_is_none() -> None:
    """R-MON-3: operations switch one off."""
    worst = Standing("segment:GICH", 99, NOW - timedelta(days=1), 0, 99)
    assert set(broken(worst, LIMITS, NOW)) == set(BreachKind)
    assert broken(worst, Limits(0, 0, 0, 1), NOW) == {}


def test_a_queue_has_its_own_rules_or_those_of_all() -> None:
    """R-MON-3."""
    own = Rules(limits=LIMITS)
    rules = MonitorRules(queues={"segment:GICH": own})
    assert rules.of("segment:GICH") is own
    assert rules.of("segment:Employer") is rules.shared
