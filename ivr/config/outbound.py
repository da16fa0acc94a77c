"""outbound.toml: its shape, read and checked whole (R-OUT-4).

Enters: a table of TOML. Leaves: `DiallingRules`, and a mistake for each fault.
"""

from __future__ import annotations

import re
from typing import Final

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, StrictBool

from ivr.config.mistakes import Mistakes, nearest
from ivr.domain.dialling import HOME, DiallingRules

FILE: Final = "outbound.toml"
_PREFIX: Final = re.compile(r"0\d{1,9}")
_LIBRARYS: Final = frozenset(SUPPORTED_REGIONS)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


class NumbersEntry(BaseModel):
    """[numbers] of outbound.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefixes: list[str] = ["01", "02", "03", "07", "080"]
    premium: StrictBool = False
    countries: list[str] = []


class OutboundFile(BaseModel):
    """outbound.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: NumbersEntry = NumbersEntry()


def read_outbound(mistakes: Mistakes) -> DiallingRules:
    """What may be dialled; the defaults where the file is not sound."""
    found = mistakes.model(FILE, "", OutboundFile, mistakes.table(FILE)) or OutboundFile()
    numbers = found.numbers
    for prefix in numbers.prefixes:
        if _PREFIX.fullmatch(prefix) is None:
            expected = "the beginning of a national number, 0 and at least one more digit, such as '07'"
            mistakes.add(FILE, "numbers.prefixes", prefix, expected)
    for country in numbers.countries:
        _check_country(mistakes, country)
    return DiallingRules(tuple(numbers.prefixes), numbers.premium, tuple(numbers.countries))


def _check_country(mistakes: Mistakes, country: str) -> None:
    if country == HOME:
        mistakes.add(FILE, "numbers.countries", country, "countries abroad; numbers here are named in prefixes")
    elif country not in _LIBRARYS or _COUNTRY.fullmatch(country) is None:
        expected = "a country's two-letter code (ISO 3166-1)" + nearest(country, _LIBRARYS)
        mistakes.add(FILE, "numbers.countries", country, expected)
