"""What a waiting caller may be told: their place, the time they may expect, and in which steps that is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

SAID_MINUTES: Final = (2, 3, 5, 10, 15, 20, 30, 45, 60)
"""The waits that are said, the next one up: the first is said as less than it, one beyond the last as more than it."""
OVER_AN_HOUR: Final = SAID_MINUTES[-1] + 1


class Announce(StrEnum):
    """What of a call's place is announced while it waits (R-WAIT-2)."""

    POSITION = "position"
    EXPECTED_WAIT = "expected_wait"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """How a waiting call stands.

    ``position``: 1 for who is next among the calls sharing an open scope, None while nobody eligible is logged in.
    ``expected_s``: seconds until an answer, None while too little is known. ``queues``: its open scopes, in order.
    ``since``: when it was queued, the last time.
    """

    position: int | None
    expected_s: float | None = None
    queues: tuple[str, ...] = ()
    since: datetime | None = None


def minutes_said(expected_s: float) -> int:
    """The step in which a wait is said: one of SAID_MINUTES, or OVER_AN_HOUR.

    >>> minutes_said(90), minutes_said(130), minutes_said(400), minutes_said(3601)
    (2, 3, 10, 61)
    """
    return next((step for step in SAID_MINUTES if expected_s <= step * 60), OVER_AN_HOUR)
