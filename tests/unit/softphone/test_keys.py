"""What `ivr call --keys` means, and what of it is shown."""

from __future__ import annotations

import pytest

from ivr.errors import RequestError
from ivr.softphone.keys import Digits, Wait, parse_keys


def test_a_choice_and_a_reference_are_keyed_one_after_the_other() -> None:
    """R-MENU-3: a regular caller's `1,120000000019` listens to the first words of each prompt."""
    assert parse_keys("1,120000000019") == (Wait.SOUND, Digits("1"), Wait.SOUND, Digits("120000000019"))


def test_keys_may_begin_at_once_or_with_a_wait_of_their_own() -> None:
    """R-MENU-3: type-ahead is keyed before any prompt; a patient caller hears it out."""
    assert parse_keys("!1 120#") == (Digits("1120#"),)
    assert parse_keys(";2p*") == (Wait.QUIET, Digits("2"), Wait.SECOND, Digits("*"))
    assert parse_keys("") == ()


def test_a_strange_sign_is_named() -> None:
    """Who mistypes is told what was found and what was expected."""
    with pytest.raises(RequestError, match="found 'x', expected 0-9"):
        parse_keys("1,x")


@pytest.mark.parametrize(
    ("digits", "shown"), [("1", "1"), ("120000000019", "…019"), ("12032014", "8 digits"), ("1234", "4 digits")]
)
def test_digits_are_never_shown_in_full(digits: str, shown: str) -> None:
    """R-DTMF-5: a reference by its last three, a date of birth or PIN by none."""
    assert Digits(digits).shown == shown
    assert repr(Digits(digits)) == f"Digits({shown})"
