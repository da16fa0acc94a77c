"""What a caller gets while the service does not answer, made from the lines as plain dialplan (R-LINE-3 to R-LINE-5).

Enters: lines, hours, closures, prompt files. Leaves: rows for ``asterisk-conf/fallback.conf`` and ``queues.conf``.
Pure; who writes the files is ``ivr.pbx.conf``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from ivr.domain.lines import Entry, Hours, Line, Opening

GENERAL_QUEUE: Final = "fallback-gich"
EMPLOYER_QUEUE: Final = "fallback-employer"
APOLOGY: Final = "fallback-apology"
CLOSED: Final = "closed"
NOT_IN_USE: Final = "not-in-use"

_TIME_ZONE: Final = "Europe/London"
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LAST_MINUTE: Final = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class FallbackQueue:
    """One of Asterisk's own queues: ``phones`` are endpoint names (``7001``)."""

    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fallback:
    """All that the fallback needs.

    ``hours`` and ``closures`` by the name of hours; ``closures`` are whole days, at most a year ahead.
    ``prompts``: name → English file, Welsh file (with or without extension); a missing prompt is left out of the call.
    """

    lines: tuple[Line, ...] = ()
    hours: Mapping[str, Hours] = field(default_factory=dict)
    closures: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    queues: tuple[FallbackQueue, ...] = (FallbackQueue(GENERAL_QUEUE, ()), FallbackQueue(EMPLOYER_QUEUE, ()))
    prompts: Mapping[str, tuple[Path, Path]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as the template reads it; times are GotoIfTime's specifications, messages Playback's argument."""

    name: str
    numbers: tuple[str, ...]
    queue: str
    open_at: tuple[str, ...]
    closed_on: tuple[str, ...]
    apology: str
    closed_message: str
    leader: str
    deputy: str
    phones: str


def line_rows(fallback: Fallback) -> tuple[LineRow, ...]:
    """Every line's row."""
    return tuple(_row(line, fallback) for line in fallback.lines)


def announcement(prompts: Mapping[str, tuple[Path, Path]], name: str, *, welsh_first: bool = False) -> str:
    """A prompt in both languages as Playback's argument (files joined by ``&``), empty when it is not built."""
    files = prompts.get(name)
    if files is None:
        return ""
    spoken = [str(path.with_suffix("")) for path in files]
    return "&".join(reversed(spoken) if welsh_first else spoken)


def open_specification(opening: Opening) -> str:
    """``Opening((0, 1), 480, 1080)`` → ``08:00-17:59,mon&tue,*,*,Europe/London``; the closing minute is closed."""
    last = min(opening.closes - 1, _LAST_MINUTE)
    days = "&".join(_DAYS[day] for day in opening.days)
    return f"{_clock(opening.opens)}-{_clock(last)},{days},*,*,{_TIME_ZONE}"


def closure_specification(day: date) -> str:
    """A whole closed day, e.g. ``*,*,25,dec,Europe/London``. GotoIfTime knows no year."""
    return f"*,*,{day.day},{_MONTHS[day.month - 1]},{_TIME_ZONE}"


def _row(line: Line, fallback: Fallback) -> LineRow:
    hours = fallback.hours.get(line.hours)
    closures = fallback.closures.get(line.hours, ())
    welsh_first = line.language == "cy"
    closed = line.closed if line.closed in fallback.prompts else CLOSED
    return LineRow(
        name=line.name,
        numbers=line.numbers,
        queue=EMPLOYER_QUEUE if line.entry is Entry.EMPLOYER else GENERAL_QUEUE,
        open_at=tuple(open_specification(opening) for opening in (hours.openings if hours else ())),
        closed_on=tuple(closure_specification(day) for day in closures),
        apology=announcement(fallback.prompts, APOLOGY, welsh_first=welsh_first),
        closed_message=announcement(fallback.prompts, closed, welsh_first=welsh_first),
        leader=_dial(line.leader),
        deputy=_dial(line.deputy),
        phones="&".join(phone for phone in (_dial(line.leader), _dial(line.deputy)) if phone),
    )


def _dial(staff_number: str | None) -> str:
    return f"PJSIP/{staff_number}" if staff_number else ""


def _clock(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"
