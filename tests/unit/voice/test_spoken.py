"""Numbers as callers hear them, in English and in Welsh (R-WAIT-2: position and expected wait)."""

from __future__ import annotations

import pytest

from ivr.domain.ids import Language
from ivr.voice import spoken


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", 0, "zero"),
        ("en", 13, "thirteen"),
        ("en", 18, "eighteen"),
        ("en", 40, "forty"),
        ("en", 99, "ninety nine"),
        ("en", 100, "one hundred"),
        ("cy", 0, "dim"),
        ("cy", 10, "deg"),
        ("cy", 13, "un deg tri"),
        ("cy", 20, "dau ddeg"),
        ("cy", 23, "dau ddeg tri"),
        ("cy", 56, "pum deg chwech"),
        ("cy", 65, "chwe deg pump"),
        ("cy", 100, "cant"),
    ],
)
def test_numbers_in_words(language: Language, number: int, words: str) -> None:
    """R-WAIT-2: a position is said in words, Welsh in tens: dau ddeg tri."""
    assert spoken.number_words(language, number) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "un funud"),
        (2, "dwy funud"),
        (3, "tair munud"),
        (4, "pedair munud"),
        (5, "pum munud"),
        (6, "chwe munud"),
        (10, "deng munud"),
        (12, "un deg dwy o funudau"),
        (23, "dau ddeg tair o funudau"),
        (25, "dau ddeg pump o funudau"),
        (30, "hanner awr"),
        (60, "awr"),
    ],
)
def test_welsh_minutes_are_feminine_and_mutate(minutes: int, words: str) -> None:
    """R-WAIT-2: the expected wait in Welsh has the gender and mutation of munud."""
    assert spoken.minutes_words("cy", minutes) == words


@pytest.mark.parametrize(("minutes", "words"), [(1, "one minute"), (2, "two minutes"), (60, "an hour")])
def test_english_minutes(minutes: int, words: str) -> None:
    """R-WAIT-2: one minute, two minutes."""
    assert spoken.minutes_words("en", minutes) == words


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("en", 217, "two hundred and seventeen"),
        ("en", 300, "three hundred"),
        ("cy", 203, "dau gant a thri"),
        ("cy", 101, "cant ac un"),
        ("cy", 323, "tri chant dau ddeg tri"),
        ("cy", 600, "chwe chant"),
        ("en", 1204, "one two zero four"),
    ],
)
def test_hundreds_are_put_together(language: Language, value: int, words: str) -> None:
    """R-WAIT-2: above 99 a number is several prompts, which together are its words."""
    texts = spoken.units(language) | {f"digit-{n}": spoken.number_words(language, n) for n in range(10)}
    assert " ".join(texts[name] for name in spoken.number(language, value)) == words


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_number_and_wait_has_its_prompts(language: Language) -> None:
    """R-WAIT-2: whatever the position or the wait, nothing that is asked for is missing."""
    made = spoken.units(language).keys() | {f"digit-{digit}" for digit in range(10)}
    for value in range(1100):
        assert made >= set(spoken.number(language, value)) | set(spoken.minutes(value))


@pytest.mark.parametrize(("minutes", "said"), [(0, 1), (0.4, 1), (4.2, 5), (10.5, 15), (16, 20), (59, 60), (300, 60)])
def test_a_wait_is_said_in_the_next_step(minutes: float, said: int) -> None:
    """R-WAIT-2: an estimate never promises less than was reckoned, and never more than an hour."""
    assert spoken.minutes(minutes) == (f"minutes-{said}",)


def test_digits_of_a_telephone_number() -> None:
    """R-WAIT-3: the number to be rung is read back digit by digit, its spaces silent."""
    assert spoken.digits("03069 990102")[:3] == ("digit-0", "digit-3", "digit-0")
    assert len(spoken.digits("+44 3069 990102")) == 12


def test_words_beyond_the_range_are_refused() -> None:
    """A number without a prompt is a fault of the program, not a silence for the caller."""
    with pytest.raises(ValueError, match="0 to 100"):
        spoken.number_words("en", 101)
    with pytest.raises(ValueError, match="1 to 60"):
        spoken.minutes_words("cy", 0)
