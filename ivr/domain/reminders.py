"""Reminders of what somebody is to do at a time (R-CB-5, R-CB-8, R-CB-10): when they pop up, and come again. Pure.

A reminder is put off, never silenced: only what closes the thing itself ends it, or another time for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

ClientRole = Literal["rp", "pp"]
"""Of an informal reminder: as which of the case's clients somebody is meant."""


class Source(StrEnum):
    """What reminds."""

    CALL_BACK = "call_back"
    """A formal call back."""
    INFORMAL = "informal"
    APPLICATION = "application"
    """An attempt of a new-application call back."""


BEFORE: Final[Mapping[Source, timedelta]] = {
    Source.CALL_BACK: timedelta(minutes=5),
    Source.INFORMAL: timedelta(minutes=5),
    Source.APPLICATION: timedelta(minutes=15),
}
"""How long before its time each pops up: a formal call back before its alarm's start."""


@dataclass(frozen=True, slots=True)
class SnoozeRules:
    """R-CB-5: in steps of so many seconds, up to so many steps at a time."""

    step_s: float = 900.0
    steps: int = 8

    @property
    def step(self) -> timedelta:
        """One step."""
        return timedelta(seconds=self.step_s)


@dataclass(frozen=True, slots=True)
class PutOff:
    """Somebody has put off the reminder that was due at ``reminds_at``, ``until`` then."""

    reminds_at: datetime
    until: datetime


def pops_up_at(reminds_at: datetime, put_off: PutOff | None) -> datetime:
    """When it pops up, or has. What was put off before the times were set again counts no more."""
    if put_off is None or put_off.reminds_at != reminds_at:
        return reminds_at
    return max(reminds_at, put_off.until)


def snoozed_until(now: datetime, steps: int, rules: SnoozeRules) -> datetime:
    """When a reminder that is snoozed now comes again."""
    return now + min(steps, rules.steps) * rules.step


def dismissed_until(now: datetime, starts_at: datetime, rules: SnoozeRules) -> datetime:
    """When a reminder that is dismissed now comes again: when its time has come, then a step later."""
    return starts_at if now < starts_at else now + rules.step
