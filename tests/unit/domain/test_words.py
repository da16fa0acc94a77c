"""Words by which records are found."""

from __future__ import annotations

import pytest

from ivr.domain.words import WORD_LENGTH, paye_word, phone_word, words, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Example", ("jane", "example")),
        ("  SIÂN   O\u2019Neill-Ŵyn ", ("sian", "oneill", "wyn")),
        ("Straße & Søn (1999) Ltd.", ("strasse", "søn", "1999", "ltd")),
        ("Ann Ann", ("ann",)),
        ("- / .", ()),
        ("x" * 200, ("x" * WORD_LENGTH,)),
    ],
)
def test_a_name_is_the_same_words_however_it_is_written(text: str, expected: tuple[str, ...]) -> None:
    """R-POP-3: case, accents, apostrophes and what stands between words make no difference."""
    assert words(text) == expected


def test_numbers_are_words_of_their_own() -> None:
    """R-POP-3: one word however a person writes the number, and never a word of a name."""
    assert {paye_word(form) for form in ("120/DB340", "120 db340", "120DB340")} == {"paye:120db340"}
    assert {phone_word(form) for form in ("03069 990011", "+44 (0)3069 990011", "0044 3069-990011")} == {
        "tel:03069990011"
    }
    assert words_of("Drama 120", "120/DB340", None) == ("drama", "120", "paye:120db340")
