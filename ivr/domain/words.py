"""Words by which records are found: folded, so that however somebody writes a name it is the same word (R-POP-3). Pure.

Case, accents and apostrophes make no difference: ``Siân O'Neill`` has the words ``sian`` and ``oneill``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from ivr.domain.numbers import national

RecordKind = Literal["client", "representative", "employer", "employer_agent"]
WORD_LENGTH: Final = 60
"""What is longer is found by its beginning."""
_APOSTROPHES: Final = re.compile(r"['\u2018\u2019`\u00b4]")
_BETWEEN: Final = re.compile(r"[\W_]+")
_PAYE: Final = "paye:"
_PHONE: Final = "tel:"


def words(text: str) -> tuple[str, ...]:
    """The different words of a name or of what somebody types, in order."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold()))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(dict.fromkeys(word[:WORD_LENGTH] for word in _BETWEEN.split(letters) if word))


def paye_word(reference: str) -> str:
    """The word for a PAYE reference number: ``120/DB340`` and ``120 db340`` are one. Never a word of a name."""
    return (_PAYE + "".join(words(reference)))[:WORD_LENGTH]


def phone_word(number: str) -> str:
    """The word for a telephone number in any form a person writes. Never a word of a name."""
    return (_PHONE + national(number))[:WORD_LENGTH]


def words_of(name: str, paye_reference: str | None = None, phone: str | None = None) -> tuple[str, ...]:
    """Every word that a record is found by, other than its own reference."""
    paye = (paye_word(paye_reference),) if paye_reference else ()
    return (*words(name), *paye, *((phone_word(phone),) if phone else ()))
