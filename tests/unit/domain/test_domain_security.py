"""What is asked in a security check, and how it is judged (R-SEC)."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ivr.domain.security import (
    ACCOUNT_QUESTIONS,
    PIN_LENGTH,
    QUESTIONS,
    AccountQuestion,
    Question,
    Secrets,
    SecurityResult,
    Verdict,
    draw_account,
    draw_client,
    failures_in_row,
    is_to_be_reported,
    judge_client,
    judge_employer,
    same_password,
    same_words,
)

ALL: Final = frozenset(AccountQuestion)
PASSED, FAILED, NOT_DONE = SecurityResult.PASSED, SecurityResult.FAILED, SecurityResult.NOT_DONE
DRAWS: Final = 4_200


def test_the_lists() -> None:
    """R-SEC-1, R-SEC-2: seven questions, six of an account, each in both languages."""
    assert [question.value for question in Question] == [
        "first_school",
        "first_pet",
        "first_job",
        "childhood_book",
        "favourite_meal",
        "favourite_place",
        "memorable_word",
    ]
    assert [question.value for question in AccountQuestion] == [
        "ern",
        "paye_reference",
        "address_line",
        "postcode",
        "phone",
        "email",
    ]
    words = [*QUESTIONS.values(), *ACCOUNT_QUESTIONS.values()]
    assert len({one.en for one in words}) == len({one.cy for one in words}) == 13
    assert QUESTIONS.keys() == set(Question)
    assert ACCOUNT_QUESTIONS.keys() == ALL


def test_every_position_and_question_is_drawn_alike() -> None:
    """R-SEC-1: each of the seven as often as any other, within five standard deviations."""
    chance = Random(1)
    positions: Counter[int] = Counter()
    questions: Counter[Question] = Counter()
    for _ in range(DRAWS):
        drawn = draw_client((), (), chance)
        assert drawn is not None
        positions.update(drawn.positions)
        questions.update(drawn.questions)
    assert positions.keys() == set(range(1, PIN_LENGTH + 1))
    assert questions.keys() == set(Question)
    expected, deviation = DRAWS * 2 / 7, (DRAWS * 2 / 7 * 5 / 7) ** 0.5
    for count in (*positions.values(), *questions.values()):
        assert abs(count - expected) < 5 * deviation


def test_the_source_is_the_systems() -> None:
    """R-SEC-1: drawn anew each time, by what nobody can foretell."""
    assert len({draw_client((), ()) for _ in range(60)}) > 20


@given(some.sets(some.integers(1, PIN_LENGTH)), some.sets(some.sampled_from(Question)))
def test_nothing_is_asked_twice(positions: set[int], questions: set[Question]) -> None:
    """R-SEC-1: what was asked before in the call is not drawn; without enough left there is no check."""
    drawn = draw_client(positions, questions)
    if len(positions) > PIN_LENGTH - 2 or len(questions) > len(Question) - 2:
        assert drawn is None
        return
    assert drawn is not None
    assert len(set(drawn.positions) - positions) == 2
    assert len(set(drawn.questions) - questions) == 2
    assert list(drawn.positions) == sorted(drawn.positions)


@given(some.sets(some.sampled_from(AccountQuestion)), some.sets(some.sampled_from(AccountQuestion)))
def test_an_account_is_asked_for_what_it_has(on_record: set[AccountQuestion], used: set[AccountQuestion]) -> None:
    """R-SEC-2: three different questions, all with an answer on record, none asked before."""
    drawn = draw_account(on_record, used, 3)
    if len(on_record - used) < 3:
        assert drawn is None
        return
    assert drawn is not None
    assert len(set(drawn)) == 3
    assert set(drawn) <= on_record - used


@given(some.lists(some.booleans(), max_size=6))
def test_all_five_right_or_failed(right: list[bool]) -> None:
    """R-SEC-1: fewer answers than were asked are no pass either."""
    assert judge_client(right) is (Verdict.PASSED if right == [True] * 5 else Verdict.FAILED)


@pytest.mark.parametrize(
    ("right", "second", "more_left", "verdict"),
    [
        ([True, True, True], False, True, Verdict.PASSED),
        ([True, False, True], False, True, Verdict.TWO_MORE),
        ([True, False, True], False, False, Verdict.FAILED),
        ([True, True], False, True, Verdict.TWO_MORE),
        ([True, True], True, True, Verdict.PASSED),
        ([True, False], True, True, Verdict.FAILED),
        ([True], True, True, Verdict.FAILED),
        ([], True, False, Verdict.FAILED),
    ],
)
def test_an_employers_rounds(right: list[bool], second: bool, more_left: bool, verdict: Verdict) -> None:  # noqa: FBT001 - cases
    """R-SEC-2: any wrong: two more, and both must be right."""
    assert judge_employer(right, second=second, more_left=more_left) is verdict


@pytest.mark.parametrize(
    ("results", "failures"),
    [
        ([], 0),
        ([FAILED], 1),
        ([FAILED, FAILED, FAILED], 3),
        ([FAILED, FAILED, PASSED], 0),
        ([FAILED, PASSED, FAILED], 1),
        ([FAILED, NOT_DONE, FAILED], 2),
    ],
)
def test_failures_in_a_row(results: list[SecurityResult], failures: int) -> None:
    """R-SEC-4: a pass resets; what had no result counts for nothing."""
    assert failures_in_row(results) == failures


def test_the_third_in_a_row_is_reported() -> None:
    """R-SEC-4: at the third, and at each after it until a pass."""
    assert [is_to_be_reported(count) for count in range(5)] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("the sea front", "Sea-Front!"),
        ("Shepherds pie", "shepherd's pie"),
        ("Tŷ Môn", "ty mon"),
        ("Y Bala", "bala"),
        ("  Hill   Top ", "hill top"),
        ("The", "the"),
    ],
)
def test_words_as_they_are_said(said: str, held: str) -> None:
    """R-SEC-3: case, accents, signs and articles do not count."""
    assert same_words(said) == same_words(held)
    assert same_words(said) != ""


@pytest.mark.parametrize(("one", "other"), [("Hill Top", "Hilltop"), ("Rex", "Max"), ("top hill", "hill top")])
def test_other_words_are_other_words(one: str, other: str) -> None:
    """R-SEC-3: nothing more is forgiven."""
    assert same_words(one) != same_words(other)


def test_a_password_as_it_is_said() -> None:
    """R-SEC-3: nobody hears capitals or spaces; signs are spelled out, and count."""
    assert same_password("Green Kettle 9") == same_password("greenkettle9")
    assert same_password("green-kettle") != same_password("green kettle")


def test_secrets_show_nothing_of_themselves() -> None:
    """No log can hold them by accident."""
    shown = repr(Secrets("4071926", "green kettle", {Question.FIRST_PET: "Biscuit"}))
    assert not [one for one in ("4071926", "green kettle", "Biscuit") if one in shown]
