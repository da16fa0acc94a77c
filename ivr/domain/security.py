"""The security check of a call (R-SEC): what is asked, how it is judged, and what follows. Pure.

A client or representative: two positions of their PIN, the password, and two of seven questions. An employer: three
questions from the account, then two more. What is drawn comes from the caller of `draw_*`, who gives the random source.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random, SystemRandom
from typing import Final, Literal

from ivr.domain.activities import Words

PIN_LENGTH: Final = 7
PIN_DIGITS_ASKED: Final = 2
QUESTIONS_ASKED: Final = 2
EMPLOYER_FIRST: Final = 3
EMPLOYER_THEN: Final = 2
FAILURES_TO_REPORT: Final = 3
"""So many failures in a row on one SCIN or TRN, and the report of a bogus caller is made (R-SEC-4)."""
CheckedKind = Literal["client", "representative", "employer", "employer_agent"]
"""Whose record is opened for the check."""
SecretKind = Literal["client", "representative"]
"""Who has a PIN, a password and answers."""
_FILLERS: Final = frozenset({"a", "an", "the", "y", "yr", "ye"})
_NO_WORD: Final = re.compile(r"[\W_]+")
_APOSTROPHES: Final = re.compile("['\u2019]")


class SecurityResult(StrEnum):
    """What became of a call's check, as it travels with the call. The names are fixed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


class Question(StrEnum):
    """The seven questions of clients and representatives. The names are stored, and fixed."""

    FIRST_SCHOOL = "first_school"
    FIRST_PET = "first_pet"
    FIRST_JOB = "first_job"
    CHILDHOOD_BOOK = "childhood_book"
    FAVOURITE_MEAL = "favourite_meal"
    FAVOURITE_PLACE = "favourite_place"
    MEMORABLE_WORD = "memorable_word"


class AccountQuestion(StrEnum):
    """What an employer is asked from their account (R-SEC-2). The names are stored, and fixed."""

    ERN = "ern"
    PAYE_REFERENCE = "paye_reference"
    ADDRESS_LINE = "address_line"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"


QUESTIONS: Final[Mapping[Question, Words]] = {
    Question.FIRST_SCHOOL: Words("What was the name of your first school?", "Beth oedd enw eich ysgol gyntaf?"),
    Question.FIRST_PET: Words("What was the name of your first pet?", "Beth oedd enw eich anifail anwes cyntaf?"),
    Question.FIRST_JOB: Words("What was your first job?", "Beth oedd eich swydd gyntaf?"),
    Question.CHILDHOOD_BOOK: Words(
        "Which book or film did you like best as a child?", "Pa lyfr neu ffilm oedd orau gennych yn blentyn?"
    ),
    Question.FAVOURITE_MEAL: Words("What is your favourite meal?", "Beth yw eich hoff bryd o fwyd?"),
    Question.FAVOURITE_PLACE: Words(
        "Which place do you like best to visit?", "Pa le ydych chi'n hoffi ymweld ag ef fwyaf?"
    ),
    Question.MEMORABLE_WORD: Words("What is your memorable word?", "Beth yw eich gair cofiadwy?"),
}
ACCOUNT_QUESTIONS: Final[Mapping[AccountQuestion, Words]] = {
    AccountQuestion.ERN: Words("Employer reference number", "Cyfeirnod y cyflogwr"),
    AccountQuestion.PAYE_REFERENCE: Words("Employer PAYE number", "Rhif TWE y cyflogwr"),
    AccountQuestion.ADDRESS_LINE: Words("First line of the company's address", "Llinell gyntaf cyfeiriad y cwmni"),
    AccountQuestion.POSTCODE: Words("Post code", "Cod post"),
    AccountQuestion.PHONE: Words("Telephone number", "Rhif ffôn"),
    AccountQuestion.EMAIL: Words("E-mail address", "Cyfeiriad e-bost"),
}


class CheckStatus(StrEnum):
    """How far a check is. The names are stored."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """Ended without a result: given up, or the call ended."""
    UNIDENTIFIED = "unidentified"
    """The caller cannot identify themselves: not a failed check (R-SEC-4)."""


class Verdict(StrEnum):
    """What the answers to one round come to."""

    PASSED = "passed"
    FAILED = "failed"
    TWO_MORE = "two_more"
    """An employer answered something wrong: two more questions, and both must be right."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a client or representative is asked: PIN positions from 1, in order; the password always."""

    positions: tuple[int, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a caller sets up at first contact. Nothing of it is ever read again; ``repr`` shows none of it."""

    pin: str
    password: str
    answers: Mapping[Question, str]

    def __repr__(self) -> str:
        """No secret stands in a log."""
        return "Secrets(…)"


def draw_client(
    used_positions: Collection[int], used_questions: Collection[str], source: Random | None = None
) -> Drawn | None:
    """Two positions and two questions, none of them asked in this call before. None: not enough are left.

    ``source``: by default the system's cryptographic one.
    """
    chance = source or SystemRandom()
    positions = [one for one in range(1, PIN_LENGTH + 1) if one not in used_positions]
    questions = [one for one in Question if one not in used_questions]
    if len(positions) < PIN_DIGITS_ASKED or len(questions) < QUESTIONS_ASKED:
        return None
    asked = chance.sample(positions, PIN_DIGITS_ASKED)
    return Drawn(tuple(sorted(asked)), tuple(chance.sample(questions, QUESTIONS_ASKED)))


def draw_account(
    on_record: Collection[AccountQuestion], used: Collection[str], count: int, source: Random | None = None
) -> tuple[AccountQuestion, ...] | None:
    """``count`` questions of those that the account has an answer to, none asked before. None: not enough are left."""
    left = [one for one in AccountQuestion if one in on_record and one not in used]
    return None if len(left) < count else tuple((source or SystemRandom()).sample(left, count))


def judge_client(right: Sequence[bool]) -> Verdict:
    """All five right to pass (R-SEC-1)."""
    whole = len(right) == PIN_DIGITS_ASKED + 1 + QUESTIONS_ASKED
    return Verdict.PASSED if whole and all(right) else Verdict.FAILED


def judge_employer(right: Sequence[bool], *, second: bool, more_left: bool) -> Verdict:
    """Three right pass; any wrong: two more, and both must be right (R-SEC-2).

    ``second``: this is the second round; ``more_left``: the account has two more to ask. Without them it has failed.
    """
    whole = len(right) == (EMPLOYER_THEN if second else EMPLOYER_FIRST)
    if whole and all(right):
        return Verdict.PASSED
    return Verdict.TWO_MORE if not second and more_left else Verdict.FAILED


def failures_in_row(results: Sequence[SecurityResult]) -> int:
    """How many failures stand at the end, the latest result last; a pass resets (R-SEC-4)."""
    count = 0
    for result in reversed(results):
        if result is SecurityResult.PASSED:
            break
        count += result is SecurityResult.FAILED
    return count


def is_to_be_reported(failures: int) -> bool:
    """Whether the form about a bogus caller is made: at the third failure in a row, and at each after it."""
    return failures >= FAILURES_TO_REPORT


def same_words(text: str) -> str:
    """Spoken words as they are compared: no case, accents, signs or articles, one space between.

    >>> same_words("  Ysgol y Bryn-Glas! ")
    'ysgol bryn glas'
    """
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    words = _NO_WORD.sub(" ", _APOSTROPHES.sub("", plain)).split()
    kept = [word for word in words if word not in _FILLERS]
    return " ".join(kept or words)


def same_password(text: str) -> str:
    """A spoken password as it is compared: nobody hears capitals or spaces.

    >>> same_password("Green  Kettle 9")
    'greenkettle9'
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
