"""What a caller gets while the service does not answer, made from the lines as plain dialplan (R-LINE-3 to R-LINE-5).

Enters: lines, hours, closures, prompt files. Leaves: rows for ``asterisk-conf/fallback.conf`` and ``queues.conf``.
Pure; who writes the files is ``ivr.pbx.conf``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ivr.domain.lines import Entry, Hours, Line, Opening
from ivr.domain.phones import PhoneKind, endpoint_of

GENERAL_QUEUE: Final = "fallback-gich"
EMPLOYER_QUEUE: Final = "fallback-employer"

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
class FallbackLine:
    """A line with what its callers need while the service is away.

    ``closures`` are whole days, at most a year ahead. ``apology`` and ``closed`` are sound files in playing order, both
    languages one after the other; what is not built yet is left out of the call.
    """

    line: Line
    hours: Hours
    closures: tuple[date, ...] = ()
    apology: tuple[Path, ...] = ()
    closed: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Fallback:
    """All that the fallback needs; ``not_in_use`` and ``no_service`` are sound files in playing order, the second for
    an agent who dials a feature code.
    """

    lines: tuple[FallbackLine, ...] = ()
    queues: tuple[FallbackQueue, ...] = (FallbackQueue(GENERAL_QUEUE, ()), FallbackQueue(EMPLOYER_QUEUE, ()))
    not_in_use: tuple[Path, ...] = ()
    no_service: tuple[Path, ...] = ()


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
    return tuple(_row(line) for line in fallback.lines)


def announcement(files: tuple[Path, ...]) -> str:
    """Sound files as Playback's argument: joined by ``&``, without the extension that names a format."""
    return "&".join(str(path.with_suffix("")) for path in files)


def open_specification(opening: Opening) -> str:
    """``Opening((0, 1), 480, 1080)`` → ``08:00-17:59,mon&tue,*,*,Europe/London``; the closing minute is closed."""
    last = min(opening.closes - 1, _LAST_MINUTE)
    days = "&".join(_DAYS[day] for day in opening.days)
    return f"{_clock(opening.opens)}-{_clock(last)},{days},*,*,{_TIME_ZONE}"


def closure_specification(day: date) -> str:
    """A whole closed day, e.g. ``*,*,25,dec,Europe/London``. GotoIfTime knows no year."""
    return f"*,*,{day.day},{_MONTHS[day.month - 1]},{_TIME_ZONE}"


def _row(entry: FallbackLine) -> LineRow:
    line = entry.line
    phones = (_dial(line.leader), _dial(line.deputy))
    return LineRow(
        name=line.name,
        numbers=line.numbers,
        queue=EMPLOYER_QUEUE if line.entry is Entry.EMPLOYER else GENERAL_QUEUE,
        open_at=tuple(open_specification(opening) for opening in entry.hours.openings),
        closed_on=tuple(closure_specification(day) for day in entry.closures),
        apology=announcement(entry.apology),
        closed_message=announcement(entry.closed),
        leader=phones[0],
        deputy=phones[1],
        phones="&".join(phone for phone in phones if phone),
    )


def _dial(staff_number: str | None) -> str:
    """Every phone of theirs; one that is not registered does not keep the others from ringing."""
    return "&".join(endpoint_of(staff_number, kind) for kind in PhoneKind) if staff_number else ""


def _clock(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02}:{minute_of_day % 60:02}"
