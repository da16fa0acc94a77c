"""What operations write in ``dialplan/``: read, checked whole, and given as frozen values.

Every mistake is reported at once, each with file, key, what was found, what was expected and the nearest name.
Enters: a folder of TOML files. Leaves: a `Dialplan`, or ConfigError.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

from holidays import country_holidays
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from ivr.acd.ledger import Limits
from ivr.acd.offer import RingTimes
from ivr.domain.lines import Entry, Hours, Line, Opening
from ivr.domain.numbers import national
from ivr.domain.opening import Doors, doors
from ivr.domain.routes import Segments
from ivr.errors import ConfigError
from ivr.flows.services import DigitRules, Rules, WaitRules

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONDON: Final = ZoneInfo("Europe/London")
SUBDIVISIONS: Final = {"england-and-wales": "ENG", "northern-ireland": "NIR", "scotland": "SCT"}
"""The nations of hours.toml as the holidays library names them."""
_OPEN: Final = re.compile(r"^(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$")
_NUMBER: Final = re.compile(r"^0\d{9,10}$")
M = TypeVar("M", bound=BaseModel)
PROJECT: Final = Path(__file__).resolve().parent.parent
FILES: Final = ("lines.toml", "queues.toml", "hours.toml", "trunks.toml")
_DAY_MINUTES: Final = 24 * 60
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineEntry(_Strict):
    """A table of lines.toml."""

    numbers: Annotated[list[str], Field(min_length=1)]
    brand: Literal["cmg", "nicms"]
    language: Literal["en", "cy"]
    entry: Entry
    hours: str
    greeting: str = "greeting"
    closed: str = "closed"
    leader: str | None = None
    deputy: str | None = None


class HoursEntry(_Strict):
    """A table of hours.toml."""

    nation: Literal["england-and-wales", "northern-ireland", "scotland"]
    open: list[str]
    public_holidays: bool = True
    closures: list[date] = []


class SegmentsEntry(_Strict):
    """[segments] of queues.toml."""

    gich: str = "GICH"
    third_party_team: str = "Third Party"
    applications: str = "Applications"
    employer: str = "Employer"
    welsh: str = "Welsh"


class RingingEntry(_Strict):
    """[ringing] of queues.toml (R-RONA-2, R-RONA-3)."""

    ring_timeout_s: Annotated[int, Field(ge=1, le=120)] = 15
    no_ringing_timeout_s: Seconds = 4
    again_after_rona_s: Seconds = 60


class WaitingEntry(_Strict):
    """[waiting] of queues.toml (R-WAIT-1, R-WAIT-2)."""

    overflow_s: Seconds = 60
    announce_first_s: Seconds = 20
    announce_every_s: Seconds = 45
    music: str = "default"


class AgentsEntry(_Strict):
    """[agents] of queues.toml (R-STATE-4, R-STATE-6)."""

    after_call_work_s: Seconds = 600
    idle_logout_s: Seconds = 5400


class DigitsEntry(_Strict):
    """[digits] of queues.toml (R-DTMF-1)."""

    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    first_digit_s: Seconds = 6
    between_digits_s: Seconds = 4
    scin_digits: Annotated[int, Field(ge=4, le=20)] = 12
    ern_digits: Annotated[int, Field(ge=4, le=20)] = 12
    trn_digits: Annotated[int, Field(ge=4, le=20)] = 12


class QueuesFile(_Strict):
    """queues.toml."""

    segments: SegmentsEntry = SegmentsEntry()
    ringing: RingingEntry = RingingEntry()
    waiting: WaitingEntry = WaitingEntry()
    agents: AgentsEntry = AgentsEntry()
    digits: DigitsEntry = DigitsEntry()


class TrunkEntry(_Strict):
    """A table of trunks.toml."""

    addresses: Annotated[list[str], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Dialplan:
    """A whole, valid configuration; ``hash`` names its content."""

    lines: dict[str, Line]
    hours: dict[str, Hours]
    queues: QueuesFile
    trunks: dict[str, TrunkEntry]
    hash: str
    hours_entries: dict[str, HoursEntry]

    @property
    def segments(self) -> Segments:
        """The names of segments and teams that the rules speak of."""
        return Segments(**self.queues.segments.model_dump())

    @property
    def limits(self) -> Limits:
        """The queue's times as the ledger takes them."""
        return Limits(
            self.queues.waiting.overflow_s,
            self.queues.ringing.again_after_rona_s,
            self.queues.agents.after_call_work_s,
        )

    @property
    def rules(self) -> Rules:
        """The figures and names a call starts with."""
        ringing, waiting = self.queues.ringing, self.queues.waiting
        return Rules(
            segments=self.segments,
            limits=self.limits,
            ringing=RingTimes(ringing.ring_timeout_s, ringing.no_ringing_timeout_s),
            digits=DigitRules(**self.queues.digits.model_dump()),
            waiting=WaitRules(waiting.announce_first_s, waiting.announce_every_s, waiting.music),
            config_hash=self.hash,
        )

    def closures(self, name: str, years: Iterable[int]) -> frozenset[date]:
        """Whole closed days of the hours ``name``: the nation's public holidays, and operations' own (R-LINE-5)."""
        entry = self.hours_entries[name]
        public = country_holidays("GB", subdiv=SUBDIVISIONS[entry.nation], years=tuple(years))
        return frozenset(entry.closures) | (frozenset(public) if entry.public_holidays else frozenset())

    def doors(self, line: Line, now: datetime) -> Doors:
        """Whether ``line`` is open at ``now`` (aware)."""
        local = now.astimezone(LONDON)
        return doors(self.hours[line.hours], local, self.closures(line.hours, (local.year,)))

    def line_of(self, dialled: str) -> Line | None:
        """The line that a dialled number, in any form, belongs to (R-LINE-1)."""
        number = national(dialled)
        return next((line for line in self.lines.values() if number in line.numbers), None)


class _Mistakes:
    """What is wrong, collected while reading, so that all of it can be told at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lines: list[str] = []

    def add(self, file: str, key: str, found: object, expected: str) -> None:
        """One mistake: where it is, what stands there, what should."""
        self.lines.append(f"{file}: {key}: found {found!r}, expected {expected}")

    def table(self, file: str) -> dict[str, Any]:
        """A file's content, empty when it cannot be read."""
        try:
            return tomllib.loads((self._folder / file).read_text(encoding="utf-8"))
        except OSError as error:
            self.lines.append(f"{file}: {error.strerror} ({self._folder}), expected a readable file")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.lines.append(f"{file}: not valid TOML: {error}")
        return {}

    def model(self, file: str, key: str, shape: type[M], value: object) -> M | None:
        """``value`` in its shape; None, and a mistake for each fault, when it has not that shape."""
        try:
            return shape.model_validate(value)
        except ValidationError as error:
            for fault in error.errors():
                self._fault(file, key, shape, fault)
        return None

    def _fault(self, file: str, key: str, shape: type[BaseModel], fault: ErrorDetails) -> None:
        where = ".".join(str(part) for part in (key, *fault["loc"]) if part != "")
        if fault["type"] == "extra_forbidden":
            name = str(fault["loc"][-1])
            self.add(file, where, name, "no such key" + nearest(name, _keys(shape, fault["loc"][:-1])))
        elif fault["type"] == "missing":
            self.lines.append(f"{file}: {where}: missing, expected a value")
        else:
            self.add(file, where, fault["input"], fault["msg"])


def _keys(shape: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    for part in path:
        inner = shape.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        shape = inner
    return list(shape.model_fields)


def nearest(found: str, known: Iterable[str]) -> str:
    """A hint at the known name most like ``found``, or nothing."""
    close = difflib.get_close_matches(found, list(known), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the database has of the names that configuration speaks of."""

    segments: frozenset[str]
    teams: frozenset[str]
    staff: frozenset[str]


def not_on_record(dialplan: Dialplan, known: OnRecord) -> list[str]:
    """A mistake for each segment, team and staff number that ``dialplan`` names and nobody has."""
    wanted: list[tuple[str, str, str, str, frozenset[str]]] = []
    for key, name in dialplan.queues.segments.model_dump().items():
        what, pool = ("team", known.teams) if key.endswith("_team") else ("segment", known.segments)
        wanted.append(("queues.toml", f"segments.{key}", name, what, pool))
    for line in dialplan.lines.values():
        for key, staff in (("leader", line.leader), ("deputy", line.deputy)):
            if staff is not None:
                wanted.append(("lines.toml", f"{line.name}.{key}", staff, "staff number", known.staff))
    return [
        f"{file}: {key}: found {name!r}, expected a {what} on record{nearest(name, pool)}"
        for file, key, name, what, pool in wanted
        if name not in pool
    ]


def folder() -> Path:
    """Where operations' files are: ``IVR_DIALPLAN_DIR``, or ``dialplan`` in the project."""
    return Path(os.environ.get("IVR_DIALPLAN_DIR") or PROJECT / "dialplan")


def load(folder: Path) -> Dialplan:
    """The configuration in ``folder``. Raises ConfigError with every mistake found."""
    mistakes = _Mistakes(folder)
    entries = _read_hours(mistakes)
    hours = {name: _hours(mistakes, name, entry) for name, entry in entries.items()}
    lines = _read_lines(mistakes, hours)
    queues = mistakes.model("queues.toml", "", QueuesFile, mistakes.table("queues.toml")) or QueuesFile()
    trunks = {
        name: entry
        for name, value in mistakes.table("trunks.toml").items()
        if (entry := mistakes.model("trunks.toml", name, TrunkEntry, value)) is not None
    }
    if mistakes.lines:
        raise ConfigError(mistakes.lines)
    return Dialplan(lines, hours, queues, trunks, _hash(folder), entries)


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()


def _read_hours(mistakes: _Mistakes) -> dict[str, HoursEntry]:
    return {
        name: entry
        for name, value in mistakes.table("hours.toml").items()
        if (entry := mistakes.model("hours.toml", name, HoursEntry, value)) is not None
    }


def _hours(mistakes: _Mistakes, name: str, entry: HoursEntry) -> Hours:
    openings = [_opening(mistakes, f"{name}.open", text) for text in entry.open]
    return Hours(name, entry.nation, tuple(o for o in openings if o is not None))


def _opening(mistakes: _Mistakes, key: str, text: str) -> Opening | None:
    found = _OPEN.match(text)
    expected = "days and times such as 'mon-fri 08:00-20:00'"
    if found is None:
        mistakes.add("hours.toml", key, text, expected)
        return None
    first, last = found[1], found[2] or found[1]
    opens, closes = int(found[3]) * 60 + int(found[4]), int(found[5]) * 60 + int(found[6])
    if first not in _DAYS or last not in _DAYS or not 0 <= opens < closes <= _DAY_MINUTES:
        mistakes.add("hours.toml", key, text, expected + ", closing after opening, within one day")
        return None
    start, end = _DAYS.index(first), _DAYS.index(last)
    days = tuple(range(start, end + 1)) if start <= end else (*range(start, 7), *range(end + 1))
    return Opening(days, opens, closes)


def _read_lines(mistakes: _Mistakes, hours: dict[str, Hours]) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    taken: dict[str, str] = {}
    for name, value in mistakes.table("lines.toml").items():
        entry = mistakes.model("lines.toml", name, LineEntry, value)
        if entry is not None:
            _check_line(mistakes, name, entry, hours)
            numbers = tuple(_number(mistakes, name, text, taken) for text in entry.numbers)
            lines[name] = Line(name, numbers, **entry.model_dump(exclude={"numbers"}))
    return lines


def _number(mistakes: _Mistakes, name: str, text: str, taken: dict[str, str]) -> str:
    number = national(text)
    if _NUMBER.match(number) is None:
        mistakes.add("lines.toml", f"{name}.numbers", text, "a UK number of ten or eleven digits")
    if taken.setdefault(number, name) != name:
        mistakes.add("lines.toml", f"{name}.numbers", text, f"a number no other line has ({taken[number]} has it)")
    return number


def _check_line(mistakes: _Mistakes, name: str, entry: LineEntry, hours: dict[str, Hours]) -> None:
    if entry.hours not in hours:
        mistakes.add("lines.toml", f"{name}.hours", entry.hours, "a name from hours.toml" + nearest(entry.hours, hours))
    if (entry.entry is Entry.DIRECT) != (entry.leader is not None):
        expected = "leader for an entry 'direct', and for no other"
        mistakes.add("lines.toml", f"{name}.leader", entry.leader, expected)
