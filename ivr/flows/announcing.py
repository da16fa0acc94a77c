"""What an announcement says to a waiting caller (R-WAIT-2, R-RONA-4). Pure.

Numbers that grow take hope away, so a later announcement keeps to what was said: a position is only said when it is not
above the one said before, an expected wait only when it is not longer, unless it has at least doubled and is five
minutes more; then the caller is told the truth. Where nothing is left to say they are thanked for waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ivr.domain.waiting import OVER_AN_HOUR, SAID_MINUTES, Announce, Place, minutes_said
from ivr.voice.names import Prompt

WRONG_BY_MIN: Final = 5
"""A wait that was announced this many minutes too short, and by half, is corrected."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller was told last; None: not yet. ``minutes`` as `minutes_said` gives them."""

    position: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A prompt, with the value that its text has a place for."""

    prompt: Prompt
    position: int | None = None
    minutes: int | None = None

    @property
    def values(self) -> dict[str, int]:
        """The value by the name of its place in the text."""
        given = {"position": self.position, "minutes": self.minutes}
        return {name: value for name, value in given.items() if value is not None}


def busy(place: Place) -> Sentence:
    """What a caller hears who could not be put through at once."""
    return Sentence(Prompt.NOBODY_FREE_NOW if place.position is None else Prompt.WAITING_BUSY)


def announcement(place: Place, announce: Announce, told: Told) -> tuple[tuple[Sentence, ...], Told]:
    """What is said now, and what the caller has been told after it. Nothing where announcements are off, but for
    R-RONA-4: while nobody eligible is logged in only that nobody is free, whatever is set.
    """
    if place.position is None:
        return (Sentence(Prompt.NOBODY_FREE_NOW),), told
    if announce is Announce.NONE:
        return (), told
    minutes = _minutes(place, announce, told)
    wants_position = announce is not Announce.EXPECTED_WAIT or place.expected_s is None
    position = place.position if wants_position and not _is_above(place.position, told.position) else None
    said = [
        *([] if position is None else [_position(position)]),
        *([] if minutes is None else [_wait(minutes)]),
    ]
    return tuple(said) or (Sentence(Prompt.WAITING_THANKS),), Told(position or told.position, minutes or told.minutes)


def _minutes(place: Place, announce: Announce, told: Told) -> int | None:
    """The wait to say, None for none."""
    if announce is Announce.POSITION or place.expected_s is None:
        return None
    minutes = minutes_said(place.expected_s)
    if not _is_above(minutes, told.minutes):
        return minutes
    earlier = told.minutes or 0
    return minutes if minutes >= max(2 * earlier, earlier + WRONG_BY_MIN) else None


def _is_above(value: int, earlier: int | None) -> bool:
    return earlier is not None and value > earlier


def _position(position: int) -> Sentence:
    if position == 1:
        return Sentence(Prompt.WAITING_NEXT)
    return Sentence(Prompt.WAITING_POSITION, position=position)


def _wait(minutes: int) -> Sentence:
    if minutes == SAID_MINUTES[0]:
        return Sentence(Prompt.WAITING_UNDER_TWO_MINUTES)
    if minutes == OVER_AN_HOUR:
        return Sentence(Prompt.WAITING_OVER_AN_HOUR)
    return Sentence(Prompt.WAITING_EXPECTED, minutes=minutes)
