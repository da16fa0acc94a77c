"""What operations write in ``dialplan/``: read, checked whole, and given as frozen values.

Every mistake is reported at once, each with file, key, what was found, what was expected and the nearest name.
Enters: a folder of TOML files, or their content as it was once stored. Leaves: a `Dialplan`, or ConfigError.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

from ivr.acd.ledger import Limits
from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import Outbound
from ivr.config.mistakes import Mistakes, nearest
from ivr.config.monitor import monitor_rules
from ivr.config.office import OfficeFile, read_office
from ivr.config.outbound import check_call_backs, read_outbound
from ivr.config.shapes import HoursEntry, LineEntry, QueuesFile
from ivr.config.trunks import check_welsh, read_trunks, welsh_unit
from ivr.domain.applications import Rules as ApplicationRules
from ivr.domain.dialling import DiallingRules
from ivr.domain.ids import Brand
from ivr.domain.lines import Entry, Hours, Line, Opening, WelshOffer
from ivr.domain.numbers import national
from ivr.domain.office import Office
from ivr.domain.opening import Doors, doors
from ivr.domain.reminders import SnoozeRules
from ivr.domain.routes import Segments
from ivr.domain.thresholds import MonitorRules
from ivr.errors import ConfigError
from ivr.flows.services import DigitRules, Rules, WaitRules
from ivr.pbx.trunks import Trunk

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONDON: Final = ZoneInfo("Europe/London")
SUBDIVISIONS: Final = {"england-and-wales": "ENG", "northern-ireland": "NIR", "scotland": "SCT"}
"""The nations of hours.toml as the holidays library names them."""
_OPEN: Final = re.compile(r"^(\w{3})(?:-(\w{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)$")
_NUMBER: Final = re.compile(r"^0\d{9,10}$")
PROJECT: Final = Path(__file__).resolve().parents[2]
FILES: Final = ("lines.toml", "queues.toml", "hours.toml", "trunks.toml", "outbound.toml", "office.toml")
MENU_KEYS: Final = frozenset("123")
"""The keys of the client menu's other options (R-MENU-2)."""
_DAY_MINUTES: Final = 24 * 60


@cache
def _public_holidays(nation: str, years: tuple[int, ...]) -> frozenset[date]:
    """Kept: every call asks, and the library takes a millisecond for a year."""
    return frozenset(country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=years))


@dataclass(frozen=True, slots=True)
class Dialplan:
    """What the files say, whole and valid; ``texts``: their content, by file name."""

    lines: dict[str, Line]
    hours: dict[str, Hours]
    queues: QueuesFile
    trunks: dict[str, Trunk]
    outbound: Outbound
    texts: Mapping[str, str]
    hours_entries: dict[str, HoursEntry]
    office: OfficeFile

    @property
    def dialling(self) -> DiallingRules:
        """Which numbers may be dialled (R-OUT-4)."""
        return self.outbound.dialling

    @property
    def segments(self) -> Segments:
        """The names of segments and teams that the rules speak of."""
        return Segments(**self.queues.segments.model_dump())

    @property
    def application_rules(self) -> ApplicationRules:
        """How new-application call backs go (R-CB-10, R-CB-11)."""
        return self.office.applications.rules(self.segments.applications)

    @property
    def limits(self) -> Limits:
        """The queue's times as the ledger takes them."""
        return Limits(
            self.queues.waiting.overflow_s,
            self.queues.ringing.again_after_rona_s,
            self.queues.agents.after_call_work_s,
            self.queues.agents.idle_logout_s,
        )

    @property
    def rules(self) -> Rules:
        """The figures and names a call starts with."""
        ringing = self.queues.ringing
        return Rules(
            segments=self.segments,
            limits=self.limits,
            ringing=RingTimes(ringing.ring_timeout_s, ringing.no_ringing_timeout_s),
            digits=DigitRules(**self.queues.digits.model_dump()),
            waiting=self._waiting,
            welsh_outside=welsh_unit(self.queues.welsh, self.trunks),
            outbound=self.outbound,
        )

    @property
    def office_now(self) -> Office:
        """What the desk needs of office.toml."""
        return Office(self.segments.employer, self.office.employer_teams)

    @property
    def snoozing(self) -> SnoozeRules:
        """By what steps reminders are put off (R-CB-5)."""
        return SnoozeRules(self.office.reminders.snooze_step_s, self.office.reminders.snooze_steps)

    @property
    def monitor(self) -> MonitorRules:
        """What the monitor holds queues against (R-MON-3)."""
        return monitor_rules(self.queues)

    @property
    def _waiting(self) -> WaitRules:
        waiting = self.queues.waiting
        own = self.queues.queues
        queues = {name: queue.announce for name, queue in own.items() if queue.announce is not None}
        after_s = {name: q.call_back_after_s for name, q in own.items() if q.call_back_after_s is not None}
        return WaitRules(
            waiting.announce_first_s,
            waiting.announce_every_s,
            waiting.music,
            waiting.announce,
            MappingProxyType(queues),
            waiting.call_back_after_s,
            MappingProxyType(after_s),
        )

    def closures(self, name: str, years: Iterable[int]) -> frozenset[date]:
        """Whole closed days of the hours ``name``: the nation's public holidays, and operations' own (R-LINE-5)."""
        entry = self.hours_entries[name]
        public = _public_holidays(entry.nation, tuple(years)) if entry.public_holidays else frozenset()
        return frozenset(entry.closures) | public

    def closed_days(self, name: str, years: Iterable[int]) -> dict[date, str]:
        """As `closures`, each day with the holiday's name or whose closure it is."""
        entry = self.hours_entries[name]
        public = country_holidays("GB", subdiv=SUBDIVISIONS[entry.nation], years=tuple(years))
        named = dict(public.items()) if entry.public_holidays else {}
        return dict.fromkeys(entry.closures, "our own") | named

    def doors(self, line: Line, now: datetime) -> Doors:
        """Whether ``line`` is open at ``now`` (aware)."""
        local = now.astimezone(LONDON)
        return doors(self.hours[line.hours], local, self.closures(line.hours, (local.year,)))

    def is_open_day(self, brand: Brand, day: date) -> bool:
        """Whether callers of a brand are let in at any time of a day (R-CB-3); who has no line shares the others'."""
        lines = [line for line in self.lines.values() if line.entry is not Entry.DIRECT]
        own = [line for line in lines if line.brand == brand] or lines
        return any(self._opens_on(line.hours, day) for line in own)

    def _opens_on(self, name: str, day: date) -> bool:
        if day in self.closures(name, (day.year,)):
            return False
        return any(day.weekday() in opening.days for opening in self.hours[name].openings)

    def line_of(self, dialled: str) -> Line | None:
        """The line that a dialled number, in any form, belongs to (R-LINE-1)."""
        number = national(dialled)
        return next((line for line in self.lines.values() if number in line.numbers), None)


def folder() -> Path:
    """Where operations' files are: ``IVR_DIALPLAN_DIR``, or ``dialplan`` in the project."""
    return Path(os.environ.get("IVR_DIALPLAN_DIR") or PROJECT / "dialplan")


def prompts_folder() -> Path:
    """Where the texts and recordings of prompts are: ``IVR_PROMPTS_DIR``, or ``prompts`` in the project."""
    return Path(os.environ.get("IVR_PROMPTS_DIR") or PROJECT / "prompts")


def load(folder: Path) -> Dialplan:
    """What the files in ``folder`` say. Raises ConfigError with every mistake found."""
    return _parsed(Mistakes(lambda name: (folder / name).read_text(encoding="utf-8")))


def parse(texts: Mapping[str, str]) -> Dialplan:
    """As `load`, of files by name; one that is not among them is empty."""
    return _parsed(Mistakes(lambda name: texts.get(name, "")))


def _parsed(mistakes: Mistakes) -> Dialplan:
    entries = _read_hours(mistakes)
    hours = {name: _hours(mistakes, name, entry) for name, entry in entries.items()}
    known = mistakes.table("hours.toml").keys() if "hours.toml" in mistakes.texts else None
    lines = _read_lines(mistakes, known)
    queues = mistakes.model("queues.toml", "", QueuesFile, mistakes.table("queues.toml")) or QueuesFile()
    trunks = read_trunks(mistakes)
    check_welsh(mistakes, queues.welsh, trunks)
    outbound = read_outbound(mistakes, trunks, lines)
    check_call_backs(mistakes, queues, outbound)
    office = read_office(mistakes)
    if mistakes.lines:
        raise ConfigError(mistakes.lines)
    return Dialplan(lines, hours, queues, trunks, outbound, mistakes.texts, entries, office)


def _read_hours(mistakes: Mistakes) -> dict[str, HoursEntry]:
    return {
        name: entry
        for name, value in mistakes.table("hours.toml").items()
        if (entry := mistakes.model("hours.toml", name, HoursEntry, value)) is not None
    }


def _hours(mistakes: Mistakes, name: str, entry: HoursEntry) -> Hours:
    openings = [_opening(mistakes, f"{name}.open", text) for text in entry.open]
    return Hours(name, entry.nation, tuple(o for o in openings if o is not None))


def _opening(mistakes: Mistakes, key: str, text: str) -> Opening | None:
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


def _read_lines(mistakes: Mistakes, hours: Collection[str] | None) -> dict[str, Line]:
    """``hours``: the names that hours.toml has, sound or not; None when it cannot be read."""
    lines: dict[str, Line] = {}
    taken: dict[str, str] = {}
    for name, value in mistakes.table("lines.toml").items():
        entry = mistakes.model("lines.toml", name, LineEntry, value)
        if entry is not None:
            _check_line(mistakes, name, entry, hours)
            numbers = tuple(_number(mistakes, name, text, taken) for text in entry.numbers)
            lines[name] = Line(name, numbers, **entry.model_dump(exclude={"numbers"}))
    return lines


def _number(mistakes: Mistakes, name: str, text: str, taken: dict[str, str]) -> str:
    number = national(text)
    if _NUMBER.match(number) is None:
        mistakes.add("lines.toml", f"{name}.numbers", text, "a UK number of ten or eleven digits")
    if taken.setdefault(number, name) != name:
        mistakes.add("lines.toml", f"{name}.numbers", text, f"a number no other line has ({taken[number]} has it)")
    return number


def _check_line(mistakes: Mistakes, name: str, entry: LineEntry, hours: Collection[str] | None) -> None:
    if hours is not None and entry.hours not in hours:
        mistakes.add("lines.toml", f"{name}.hours", entry.hours, "a name from hours.toml" + nearest(entry.hours, hours))
    if entry.entry is Entry.MENU and entry.welsh_key in MENU_KEYS:
        expected = "a key that no other option of the menu has (0, 4 to 9)"
        mistakes.add("lines.toml", f"{name}.welsh_key", entry.welsh_key, expected)
    if entry.entry is not Entry.MENU and entry.welsh_offer is WelshOffer.AFTER_OPTIONS:
        expected = "'after_greeting' or 'before_greeting': this line has no options"
        mistakes.add("lines.toml", f"{name}.welsh_offer", entry.welsh_offer.value, expected)
    if (entry.entry is Entry.DIRECT) != (entry.leader is not None):
        expected = "leader for an entry 'direct', and for no other"
        mistakes.add("lines.toml", f"{name}.leader", entry.leader, expected)
    if entry.record and entry.entry is Entry.DIRECT:
        mistakes.add("lines.toml", f"{name}.record", entry.record, "false: a direct line is never recorded")
