"""Existing cases: who a client's call belongs to (R-CASE-1, R-CASE-2, R-CASE-5 to R-CASE-7). Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ivr.domain.ids import AgentId, Brand, CaseId, ClientId

Role = Literal["rp", "pp"]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case of a client. ``number`` is the case's own; ``role`` the client's in it."""

    case_id: CaseId
    number: str
    opened_on: date
    owner_id: AgentId | None
    team: str
    segment: str
    role: Role


@dataclass(frozen=True, slots=True)
class Client:
    """A client on record, with their open cases."""

    client_id: ClientId
    brand: Brand
    cases: tuple[OpenCase, ...]


@dataclass(frozen=True, slots=True)
class OneCase:
    """The call belongs to this case: its owner, team, segment (R-CASE-2, R-CASE-7)."""

    case: OpenCase


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """A paying parent's several cases have one owner, who stands on the newest (R-CASE-5)."""

    newest: OpenCase


@dataclass(frozen=True, slots=True)
class SeveralCases:
    """Only a date of birth can tell which case; without one the call goes to ``segment`` (R-CASE-3, 4, 6)."""

    cases: tuple[OpenCase, ...]
    segment: str


@dataclass(frozen=True, slots=True)
class NoOpenCase:
    """On record, without an open case: GICH, with the record (R-CASE-1)."""


Belonging = OneCase | CaseGroup | SeveralCases | NoOpenCase


def belonging(client: Client) -> Belonging:
    """Which case, case group or segment the client's call belongs to."""
    cases = client.cases
    if not cases:
        return NoOpenCase()
    if len(cases) == 1:
        return OneCase(cases[0])
    if all(case.role == "pp" for case in cases):
        return CaseGroup(max(cases, key=_newness))
    return SeveralCases(cases, relevant_segment(cases))


def relevant_segment(cases: tuple[OpenCase, ...]) -> str:
    """R-CASE-6: the segment that holds most of the open cases; the newest case breaks a tie."""
    count = Counter(case.segment for case in cases)
    most = max(count.values())
    tied = [case for case in cases if count[case.segment] == most]
    return max(tied, key=_newness).segment


def _newness(case: OpenCase) -> tuple[date, int, str]:
    return (case.opened_on, len(case.number), case.number)
