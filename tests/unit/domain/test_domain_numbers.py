"""Telephone numbers as trunks deliver them, and as logs show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.numbers import caller_number, masked, national


@pytest.mark.parametrize(
    "delivered",
    [
        "03069990100",
        "443069990100",
        "+443069990100",
        "00443069990100",
        "3069990100",
        "+44 (0)306 999 0100",
        "0306-999.0100",
    ],
)
def test_every_form_of_a_number_is_one_number(delivered: str) -> None:
    """R-LINE-1: a line has its number in whatever form a trunk delivers it."""
    assert national(delivered) == "03069990100"


@pytest.mark.parametrize("delivered", ["7001", "999", "anonymous", "+3312345678901", ""])
def test_what_is_no_uk_number_stays_as_it_is(delivered: str) -> None:
    """R-LINE-1: a short number or a foreign one is never taken for a line's."""
    assert national(delivered) == delivered


def test_a_mask_shows_the_last_three_digits() -> None:
    """R-DTMF-5."""
    assert masked("123456789012") == "…012"


@given(st.text(alphabet="0123456789", max_size=3))
def test_a_mask_of_three_digits_or_fewer_shows_none(keyed: str) -> None:
    """R-DTMF-5: three digits would be all of them."""
    assert masked(keyed) == "…"


@pytest.mark.parametrize(
    ("delivered", "kept"),
    [
        ("+447700900123", "07700900123"),
        ("+44 (0)7700 900123", "07700900123"),
        ("07700900123", "07700900123"),
        ("+33199001234", "+33199001234"),
        ("7001", "7001"),
        ("anonymous", ""),
        ("Restricted", ""),
        ("+", ""),
        ("", ""),
    ],
)
def test_the_callers_number_in_one_form_or_none(delivered: str, kept: str) -> None:
    """R-LINE-1: however a trunk writes it; what is no number was withheld."""
    assert caller_number(delivered) == kept
