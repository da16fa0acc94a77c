"""The security check as it goes over the wire (R-SEC). What a caller says stands in bodies alone, and is answered to
nobody.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, SecretStr

from ivr.domain.security import QUESTIONS, CheckedKind, Question, SecretKind, Secrets, same_password, same_words
from ivr.records.after_check import NOTES_LENGTH
from ivr.records.call_check import CallCheck
from ivr.records.checked import Readiness
from ivr.records.security import SecurityNow
from ivr.web.models import Model

RecordId = Annotated[int, Field(ge=1, le=999_999_999)]


def _is_pin(given: SecretStr) -> SecretStr:
    text = given.get_secret_value()
    if not (text.isascii() and text.isdigit()):
        raise ValueError("expected seven digits")
    return given


def _is_digit(given: SecretStr) -> SecretStr:
    if given.get_secret_value() and not (given.get_secret_value().isascii() and given.get_secret_value().isdigit()):
        raise ValueError("expected a digit, or nothing")
    return given


def _is_password(given: SecretStr) -> SecretStr:
    if len(same_password(given.get_secret_value())) < 6:
        raise ValueError("expected at least six letters or digits")
    return given


def _has_words(given: SecretStr) -> SecretStr:
    if not same_words(given.get_secret_value()):
        raise ValueError("expected a word or more")
    return given


Said = Annotated[SecretStr, Field(max_length=200)]
Digit = Annotated[SecretStr, Field(max_length=1), AfterValidator(_is_digit)]
Answer = Annotated[SecretStr, Field(min_length=1, max_length=200), AfterValidator(_has_words)]


class CheckBody(Model):
    """Whose check is begun: the caller's record. ``employer_id``: on behalf of whom an employer agent calls."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "client", "record_id": 1},
                {"kind": "employer_agent", "record_id": 1, "employer_id": 2},
            ]
        }
    )

    kind: CheckedKind
    record_id: RecordId
    employer_id: RecordId | None = None


class AnswersBody(Model):
    """What the caller has said to what stands open. ``questions``: those that it answers, as they were asked, so that
    answers never meet other questions. An answer that they do not know is empty.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "questions": ["first_pet", "first_job"],
                    "pin": ["4", "1"],
                    "password": "green kettle",
                    "answers": ["Rex", "baker"],
                },
                {"questions": ["postcode", "phone", "ern"], "right": [True, True, False]},
            ]
        }
    )

    questions: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=5)]
    pin: Annotated[tuple[Digit, ...], Field(max_length=2, description="the digits, in the order asked")] = ()
    password: Said = SecretStr("")
    answers: Annotated[tuple[Said, ...], Field(max_length=2, description="in the order asked")] = ()
    right: Annotated[
        tuple[bool, ...],
        Field(max_length=3, description="an employer's answers against the account, marked by the agent"),
    ] = ()


class BogusBody(Model):
    """Who the caller said they were, and in the agent's words why they are not believed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "client", "record_id": 1, "notes": "Was told the answers."}]}
    )

    kind: SecretKind
    record_id: RecordId
    notes: Annotated[str, Field(max_length=NOTES_LENGTH, pattern=r"^[^\x00]*$")] = ""


class CallSecurity(Model):
    """What became of a call's security check so far, and the check itself."""

    security: SecurityNow
    check: CallCheck


class QuestionWords(Model):
    """One of the seven questions, in English and in Welsh."""

    question: Question
    en: str
    cy: str


class RecordSecurity(Model):
    """Whether a record's contact can be checked, and the questions that are set up at first contact."""

    readiness: Readiness
    questions: tuple[QuestionWords, ...] = tuple(
        QuestionWords(question=question, en=words.en, cy=words.cy) for question, words in QUESTIONS.items()
    )


class Answers(Model):
    """The answers to the seven questions."""

    first_school: Answer
    first_pet: Answer
    first_job: Answer
    childhood_book: Answer
    favourite_meal: Answer
    favourite_place: Answer
    memorable_word: Answer


class SecretsBody(Model):
    """PIN, password and answers, as the caller chose them at first contact (R-SEC-1)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pin": "7305184",
                    "password": "green kettle",
                    "answers": {
                        "first_school": "Sample Road",
                        "first_pet": "Rex",
                        "first_job": "baker",
                        "childhood_book": "The Invented Island",
                        "favourite_meal": "cawl",
                        "favourite_place": "the sea front",
                        "memorable_word": "lantern",
                    },
                }
            ]
        }
    )

    pin: Annotated[SecretStr, Field(min_length=7, max_length=7), AfterValidator(_is_pin)]
    password: Annotated[Said, AfterValidator(_is_password)]
    answers: Answers

    def value(self) -> Secrets:
        """The same as the domain's value."""
        answers = {question: getattr(self.answers, question.value).get_secret_value() for question in Question}
        return Secrets(self.pin.get_secret_value(), self.password.get_secret_value(), answers)
