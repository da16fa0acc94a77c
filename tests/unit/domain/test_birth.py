"""Which case a child's date of birth means."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.birth import Ambiguous, CaseChildren, NoMatch, OneOwner, Selected, keyed_date, select
from ivr.domain.cases import OpenCase
from ivr.domain.ids import AgentId, CaseId

OLD, MIDDLE, YOUNG = date(2012, 3, 14), date(2015, 11, 2), date(2018, 6, 30)


def _case(number: int, *born: date, owner: int | None = None) -> CaseChildren:
    owner_id = None if owner is None else AgentId(owner)
    case = OpenCase(CaseId(number), f"90000000000{number}", OLD, owner_id, "M1", "Maintenance", "rp")
    return CaseChildren(case, born)


def test_the_eldest_childs_date_selects_the_case() -> None:
    """R-CASE-3: the date of a younger child elsewhere does not make it ambiguous."""
    one, two = _case(1, OLD, YOUNG), _case(2, MIDDLE, OLD + timedelta(days=4000))
    assert select([one, two], OLD) == Selected(one.case)
    assert select([one, two], MIDDLE) == Selected(two.case)


def test_without_an_eldest_match_any_child_that_identifies_one_case_does() -> None:
    """R-CASE-3."""
    one, two = _case(1, OLD, YOUNG), _case(2, MIDDLE)
    assert select([one, two], YOUNG) == Selected(one.case)
    assert select([one, two], date(2001, 1, 1)) == NoMatch()


def test_twins_in_two_cases_are_ambiguous_until_one_owner_has_both() -> None:
    """R-CASE-3: matched among these next; one owner of all of them takes the call."""
    one, two, other = _case(1, OLD, owner=7), _case(2, OLD, owner=8), _case(3, MIDDLE, owner=7)
    assert select([one, two, other], OLD) == Ambiguous((one, two))
    mine = _case(2, OLD, owner=7)
    assert select([one, mine, other], OLD) == OneOwner(AgentId(7), (one, mine))
    nobodys = _case(4, OLD), _case(5, OLD)
    assert select(nobodys, OLD) == Ambiguous(nobodys)


@pytest.mark.parametrize("digits", ["31022012", "00012012", "12132012", "1203201", "120320122", "ab032012", "12030000"])
def test_digits_that_are_no_date(digits: str) -> None:
    """R-DTMF-2: not a date is an invalid entry."""
    assert keyed_date(digits) is None


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_every_date_is_read_back(born: date) -> None:
    """R-CASE-3: DDMMYYYY."""
    assert keyed_date(born.strftime("%d%m%Y")) == born
