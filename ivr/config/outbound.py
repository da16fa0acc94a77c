"""outbound.toml: its shape, read and checked whole (R-OUT-1, R-OUT-4, R-XFER-5).

Enters: a table of TOML, the carriers and the lines. Leaves: `Outbound`, and a mistake for each fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from ivr.acd.offer import RingTimes
from ivr.acd.outside_leg import OUTSIDE_TIMES, Outbound
from ivr.config.mistakes import Mistakes, nearest
from ivr.config.shapes import QueuesFile, Seconds
from ivr.config.trunks import check_trunk
from ivr.domain.dialling import HOME, DiallingRules, MayNotRing, may_dial
from ivr.domain.ids import Brand
from ivr.domain.lines import Entry, Line
from ivr.pbx.trunks import Trunk

FILE: Final = "outbound.toml"
_PREFIX: Final = re.compile(r"0\d{1,9}")
_LIBRARYS: Final = frozenset(SUPPORTED_REGIONS)
_BRANDS: Final[tuple[Brand, ...]] = ("cmg", "nicms")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


class NumbersEntry(BaseModel):
    """[numbers] of outbound.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefixes: list[str] = ["01", "02", "03", "07", "080"]
    premium: StrictBool = False
    countries: list[str] = []


class CallsEntry(BaseModel):
    """[calls] of outbound.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trunk: str | None = None
    ring_timeout_s: Annotated[int, Field(ge=1, le=120)] = OUTSIDE_TIMES.ring_timeout_s
    no_ringing_timeout_s: Seconds = OUTSIDE_TIMES.no_ringing_timeout_s


class CliEntry(BaseModel):
    """[cli] of outbound.toml: lines whose first number is shown; without a name the first line that fits."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cmg: str | None = None
    nicms: str | None = None
    employers: str | None = None


class InterpreterEntry(BaseModel):
    """A table of [interpreters] in outbound.toml, named after the provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str


class OutboundFile(BaseModel):
    """outbound.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: NumbersEntry = NumbersEntry()
    calls: CallsEntry = CallsEntry()
    cli: CliEntry = CliEntry()
    interpreters: dict[str, InterpreterEntry] = {}


def read_outbound(mistakes: Mistakes, trunks: Mapping[str, Trunk], lines: Mapping[str, Line]) -> Outbound:
    """How numbers outside are rung, and which may be; the defaults where the file is not sound."""
    found = mistakes.model(FILE, "", OutboundFile, mistakes.table(FILE)) or OutboundFile()
    calls = found.calls
    check_trunk(mistakes, FILE, "calls.trunk", calls.trunk, trunks)
    dialling = _dialling(mistakes, found.numbers)
    return Outbound(
        trunk=None if calls.trunk is None else trunks.get(calls.trunk),
        times=RingTimes(calls.ring_timeout_s, calls.no_ringing_timeout_s),
        clis=MappingProxyType({brand: _cli(mistakes, found.cli, brand, brand, lines) for brand in _BRANDS}),
        employer_cli=_cli(mistakes, found.cli, "employers", "cmg", lines),
        interpreters=MappingProxyType(
            {name: _interpreter(mistakes, name, entry, dialling) for name, entry in found.interpreters.items()}
        ),
        dialling=dialling,
    )


def check_call_backs(mistakes: Mistakes, queues: QueuesFile, outbound: Outbound) -> None:
    """Nobody is promised a call that cannot be made (R-WAIT-3)."""
    tables = {"waiting": queues.waiting} | {f"queues.{name}": entry for name, entry in queues.queues.items()}
    for name, entry in tables.items():
        if entry.call_back_after_s and outbound.trunk is None:
            expected = f"0, or a carrier to ring callers through: calls.trunk of {FILE}"
            mistakes.add("queues.toml", f"{name}.call_back_after_s", entry.call_back_after_s, expected)


def _dialling(mistakes: Mistakes, numbers: NumbersEntry) -> DiallingRules:
    for prefix in numbers.prefixes:
        if _PREFIX.fullmatch(prefix) is None:
            expected = "the beginning of a national number, 0 and at least one more digit, such as '07'"
            mistakes.add(FILE, "numbers.prefixes", prefix, expected)
    for country in numbers.countries:
        _check_country(mistakes, country)
    return DiallingRules(tuple(numbers.prefixes), numbers.premium, tuple(numbers.countries))


def _cli(mistakes: Mistakes, entry: CliEntry, key: str, brand: Brand, lines: Mapping[str, Line]) -> str:
    """The first number of the line that is named, else of the first line of the brand that takes such calls."""
    name: str | None = getattr(entry, key)
    if name is not None:
        known = mistakes.table("lines.toml").keys()
        if "lines.toml" in mistakes.texts and name not in known:
            mistakes.add(FILE, f"cli.{key}", name, "a line of lines.toml" + nearest(name, known))
        return lines[name].numbers[0] if name in lines else ""
    wanted = Entry.EMPLOYER if key == "employers" else Entry.MENU
    fits = (line.numbers[0] for line in lines.values() if line.entry is wanted and line.brand == brand)
    return next(fits, "")


def _interpreter(mistakes: Mistakes, name: str, entry: InterpreterEntry, dialling: DiallingRules) -> str:
    """The national number; one that agents could not dial either is a mistake."""
    verdict = may_dial(dialling, entry.number)
    if isinstance(verdict, MayNotRing):
        mistakes.add(FILE, f"interpreters.{name}.number", entry.number, f"a number that may be dialled ({verdict.why})")
        return ""
    return verdict.number


def _check_country(mistakes: Mistakes, country: str) -> None:
    if country == HOME:
        mistakes.add(FILE, "numbers.countries", country, "countries abroad; numbers here are named in prefixes")
    elif country not in _LIBRARYS or _COUNTRY.fullmatch(country) is None:
        expected = "a country's two-letter code (ISO 3166-1)" + nearest(country, _LIBRARYS)
        mistakes.add(FILE, "numbers.countries", country, expected)
