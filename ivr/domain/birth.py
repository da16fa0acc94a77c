"""Which of several cases a child's date of birth means (R-CASE-3, R-CASE-4). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ivr.domain.cases import OpenCase
from ivr.domain.ids import AgentId

DATE_DIGITS: Final = 8
"""DDMMYYYY."""


@dataclass(frozen=True, slots=True)
class CaseChildren:
    """An open case and the dates of birth of its qualifying children."""

    case: OpenCase
    born: tuple[date, ...]

    @property
    def eldest(self) -> date | None:
        """When the eldest qualifying child was born."""
        return min(self.born, default=None)


@dataclass(frozen=True, slots=True)
class Selected:
    """The date means this case."""

    case: OpenCase


@dataclass(frozen=True, slots=True)
class OneOwner:
    """The date fits several cases, and one agent owns them all: it is that owner's call."""

    owner_id: AgentId
    cases: tuple[CaseChildren, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The date fits several cases: another child's is asked for, and matched among these."""

    cases: tuple[CaseChildren, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The date fits no case."""


Selection = Selected | OneOwner | Ambiguous | NoMatch


def keyed_date(digits: str) -> date | None:
    """The date keyed as DDMMYYYY; None when the digits are no date."""
    if len(digits) != DATE_DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None


def select(cases: Sequence[CaseChildren], born: date) -> Selection:
    """The case whose eldest qualifying child was born on ``born``; failing that, the one with any such child."""
    fitting = tuple(one for one in cases if one.eldest == born) or tuple(one for one in cases if born in one.born)
    if not fitting:
        return NoMatch()
    if len(fitting) == 1:
        return Selected(fitting[0].case)
    owners = {one.case.owner_id for one in fitting}
    owner_id = owners.pop() if len(owners) == 1 else None
    return Ambiguous(fitting) if owner_id is None else OneOwner(owner_id, fitting)
