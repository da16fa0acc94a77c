"""Which numbers may be dialled (R-OUT-4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.dialling import DiallingRules, MayNotRing, MayRing, may_dial

SHIPPED = DiallingRules()


@pytest.mark.parametrize("written", ["03069 990123", "+44 3069 990123", "0044 3069990123", "(03069) 990-123"])
def test_a_number_is_dialled_in_one_form(written: str) -> None:
    """However somebody writes it."""
    assert may_dial(SHIPPED, written) == MayRing("03069990123")


def test_premium_is_a_matter_of_the_number_not_of_its_beginning() -> None:
    """070 numbers begin as mobiles do and cost what premium numbers cost; allowed when configuration says so."""
    assert may_dial(SHIPPED, "07012 345678") == MayNotRing(
        "dialling.premium", "premium, shared cost and personal numbers are not dialled"
    )
    assert may_dial(DiallingRules(premium=True), "07012 345678") == MayRing("07012345678")
    assert isinstance(may_dial(DiallingRules(premium=True), "09061 234567"), MayNotRing)


def test_a_country_is_allowed_by_name() -> None:
    """Neither its neighbours nor its premium numbers with it."""
    irish = DiallingRules(countries=("IE",))
    assert may_dial(irish, "00353 1 234 5678") == MayRing("+35312345678")
    assert may_dial(irish, "+33 1 23 45 67 89") == MayNotRing("dialling.abroad", "numbers in FR are not dialled")
    assert may_dial(irish, "+353 1550 123 456") == MayNotRing(
        "dialling.premium", "premium, shared cost and personal numbers are not dialled"
    )


@given(st.text(max_size=40))
def test_whatever_is_typed_there_is_a_verdict(text: str) -> None:
    """Nothing but a number with an allowed beginning is dialled, and nothing fails."""
    verdict = may_dial(SHIPPED, text)
    if isinstance(verdict, MayRing):
        assert verdict.number.startswith(SHIPPED.prefixes)
        assert verdict.number.isascii()
        assert verdict.number.isdigit()
    else:
        assert verdict.why


@pytest.mark.parametrize("more", ["x5", ";ext=5", ",5", "@elsewhere.example", " ext 5", "\n", "#5"])
def test_a_number_with_something_after_it_is_none(more: str) -> None:
    """The library that knows the costs would read an extension; the PBX would dial it."""
    assert may_dial(SHIPPED, "03069 990123") == MayRing("03069990123")
    assert may_dial(SHIPPED, "03069 990123" + more) in (
        MayNotRing("dialling.no_number", "this is not a whole telephone number"),
        MayRing("03069990123"),
    )
