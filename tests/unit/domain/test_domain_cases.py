"""Whose call a client's call is."""

from __future__ import annotations

from datetime import date

from ivr.domain.cases import (
    CaseGroup,
    Client,
    NoOpenCase,
    OneCase,
    OpenCase,
    Role,
    SeveralCases,
    belonging,
    relevant_segment,
)
from ivr.domain.ids import AgentId, CaseId, ClientId


def _case(number: int, role: Role = "rp", *, segment: str = "Maintenance", opened: int = 1) -> OpenCase:
    return OpenCase(CaseId(number), f"{number:012}", date(2026, 1, opened), AgentId(1), "M1", segment, role)


def _client(*cases: OpenCase) -> Client:
    return Client(ClientId(1), "cmg", cases)


def test_without_an_open_case_it_is_nobodys() -> None:
    """R-CASE-1."""
    assert belonging(_client()) == NoOpenCase()


def test_one_open_case_is_its_owners() -> None:
    """R-CASE-2."""
    assert belonging(_client(_case(1))) == OneCase(_case(1))


def test_a_paying_parents_cases_are_one_group() -> None:
    """R-CASE-5: no date of birth is asked; the newest case stands for the group."""
    cases = (_case(1, "pp", opened=1), _case(2, "pp", opened=3), _case(3, "pp", opened=2))
    assert belonging(_client(*cases)) == CaseGroup(cases[1])


def test_a_receiving_parents_several_cases_need_a_date_of_birth() -> None:
    """R-CASE-3."""
    cases = (_case(1), _case(2))
    assert belonging(_client(*cases)) == SeveralCases(cases, "Maintenance")


def test_a_dual_role_client_is_asked_as_a_receiving_parent() -> None:
    """R-CASE-4."""
    cases = (_case(1, "rp"), _case(2, "pp"))
    assert belonging(_client(*cases)) == SeveralCases(cases, "Maintenance")


def test_the_segment_of_most_cases_is_the_relevant_one() -> None:
    """R-CASE-6."""
    newest_elsewhere = _case(3, segment="Enforcement", opened=9)
    assert relevant_segment((_case(1), _case(2), newest_elsewhere)) == "Maintenance"


def test_the_newest_case_breaks_a_tie_of_segments() -> None:
    """R-CASE-6: by date opened, then the higher number."""
    later = (_case(1, opened=2), _case(2, segment="Enforcement", opened=5))
    assert relevant_segment(later) == "Enforcement"
    same_day = (_case(7, segment="Enforcement"), _case(8))
    assert relevant_segment(same_day) == "Maintenance"
