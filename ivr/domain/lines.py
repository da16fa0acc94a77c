"""Lines: what a dialled number belongs to (R-LINE-1, R-LINE-2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ivr.domain.ids import Brand, Language


class Entry(StrEnum):
    """Where a line's caller enters after the greeting."""

    MENU = "menu"
    EXISTING_CASE = "existing_case"
    NEW_APPLICATION = "new_application"
    THIRD_PARTY = "third_party"
    EMPLOYER = "employer"
    DIRECT = "direct"


class WelshOffer(StrEnum):
    """Where the one Welsh sentence that offers the Welsh Language Unit stands (R-MENU-1)."""

    AFTER_GREETING = "after_greeting"
    BEFORE_GREETING = "before_greeting"
    AFTER_OPTIONS = "after_options"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``numbers`` are national (``03069990100``); ``hours`` names an entry of hours.toml.

    ``title`` and ``title_cy``: what people read for it, in English and in Welsh.
    ``leader`` and ``deputy`` are staff numbers, for a direct line only. ``welsh_key`` is a digit.
    """

    name: str
    numbers: tuple[str, ...]
    brand: Brand
    language: Language
    entry: Entry
    hours: str
    greeting: str = "greeting"
    closed: str = "closed"
    leader: str | None = None
    deputy: str | None = None
    welsh_key: str = "4"
    welsh_offer: WelshOffer = WelshOffer.AFTER_GREETING
    title: str = ""
    title_cy: str = ""
    record: bool = False
    """Its talks are recorded (R-REC-1); never a direct line's."""

    @property
    def names(self) -> tuple[str, str]:
        """What people read for it, in English and in Welsh: its titles, else its key in words."""
        english = self.title or as_words(self.name)
        return english, self.title_cy or english


def as_words(key: str) -> str:
    """A key as a person would write it: ``new-applications`` is ``New applications``."""
    return key.replace("-", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of opening hours: ``days`` 0 (Monday) to 6, ``opens`` and ``closes`` as minutes of the local day."""

    days: tuple[int, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours under a name; ``nation`` decides the public holidays (``england-and-wales``, …)."""

    name: str
    nation: str
    openings: tuple[Opening, ...]
