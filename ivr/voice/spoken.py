"""Numbers in words, English and Welsh, and the prompts that say them.

Pure. Welsh counts in tens as most speakers do today (``dau ddeg tri``), with the gender and mutation that the unit
asks for (``dwy funud``, ``un deg tair o funudau``). Three ways in:

* ``units(language)``: every number prompt that is made by rule, name to text, for the build;
* ``number``, ``minutes``, ``digits``: a value as the names of prompts to play one after another;
* ``slot``: the same by the name of the placeholder in a prompt's text (``{position}``, ``{minutes}`` …).
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from ivr.domain.ids import Language

_ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ENGLISH += [f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")]
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WELSH = ["dim", "un", "dau", "tri", "pedwar", "pump", "chwech", "saith", "wyth", "naw", "deg"]
_WELSH_TENS = ["un", "dau", "tri", "pedwar", "pum", "chwe", "saith", "wyth", "naw"]
_WELSH_HUNDREDS = (
    "cant",
    "dau gant",
    "tri chant",
    "pedwar cant",
    "pum cant",
    "chwe chant",
    "saith cant",
    "wyth cant",
    "naw cant",
)
# After a hundred, "a" (and) before 1 to 10, with its aspirate mutation: cant a thri.
_WELSH_AND = ("ac un", "a dau", "a thri", "a phedwar", "a phump", "a chwech", "a saith", "ac wyth", "a naw", "a deg")
_WELSH_FEMININE = {"dau": "dwy", "tri": "tair", "pedwar": "pedair"}
_WELSH_MINUTES = MappingProxyType(
    {
        1: "un funud",
        2: "dwy funud",
        3: "tair munud",
        4: "pedair munud",
        5: "pum munud",
        6: "chwe munud",
        7: "saith munud",
        8: "wyth munud",
        9: "naw munud",
        10: "deng munud",
        15: "pymtheg munud",
        20: "ugain munud",
        30: "hanner awr",
        45: "tri chwarter awr",
        60: "awr",
    }
)

MINUTE_STEPS = (*range(1, 11), *range(15, 61, 5))
"""An expected wait is only an estimate, so it is said in these steps, the next one up."""


def number_words(language: Language, number: int) -> str:
    """``number`` from 0 to 100 in words: ``twenty three``, ``dau ddeg tri``; ``ValueError`` beyond."""
    if not 0 <= number <= 100:
        raise ValueError(f"{number}: expected 0 to 100")
    return _english(number) if language == "en" else _welsh(number)


def _english(number: int) -> str:
    if number == 100:
        return "one hundred"
    if number < 20:
        return _ENGLISH[number]
    tens, ones = divmod(number, 10)
    return " ".join([_ENGLISH_TENS[tens - 2], *([_ENGLISH[ones]] if ones else [])])


def _welsh(number: int) -> str:
    if number == 100:
        return _WELSH_HUNDREDS[0]
    if number <= 10:
        return _WELSH[number]
    tens, ones = divmod(number, 10)
    ten = "ddeg" if tens == 2 else "deg"
    return " ".join([_WELSH_TENS[tens - 1], ten, *([_WELSH[ones]] if ones else [])])


def minutes_words(language: Language, minutes: int) -> str:
    """``minutes`` from 1 to 60 with their unit: ``two minutes``, ``dwy funud``; ``ValueError`` beyond."""
    if not 1 <= minutes <= 60:
        raise ValueError(f"{minutes}: expected 1 to 60 minutes")
    if language == "cy":
        return _WELSH_MINUTES.get(minutes) or f"{_feminine(_welsh(minutes))} o funudau"
    if minutes == 60:
        return "an hour"
    return f"{_english(minutes)} minute{'' if minutes == 1 else 's'}"


def _feminine(words: str) -> str:
    """The form of a Welsh number before a feminine noun: only its last word changes."""
    head, _, last = words.rpartition(" ")
    return f"{head} {_WELSH_FEMININE.get(last, last)}".strip()


def units(language: Language) -> dict[str, str]:
    """Every number prompt made by rule in ``language``: its name and its text."""
    made = {f"number-{number}": number_words(language, number) for number in range(100)}
    made |= {f"minutes-{minutes}": minutes_words(language, minutes) for minutes in MINUTE_STEPS}
    if language == "en":
        hundreds = [f"{_ENGLISH[hundred]} hundred" for hundred in range(1, 10)]
        made |= {f"hundred-{count}-and": f"{words} and" for count, words in enumerate(hundreds, 1)}
    else:
        hundreds = list(_WELSH_HUNDREDS)
        made |= {f"and-{rest}": words for rest, words in enumerate(_WELSH_AND, 1)}
    return made | {f"hundred-{count}": words for count, words in enumerate(hundreds, 1)}


def number(language: Language, value: int) -> tuple[str, ...]:
    """The prompts that say ``value`` as a number; one above 999 is said digit by digit.

    >>> number("cy", 203)
    ('hundred-2', 'and-3')
    """
    if not 0 <= value <= 999:
        return digits(str(abs(value)))
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return (f"number-{rest}",)
    if not rest:
        return (f"hundred-{hundreds}",)
    if language == "en":
        return (f"hundred-{hundreds}-and", f"number-{rest}")
    return (f"hundred-{hundreds}", f"and-{rest}" if rest <= 10 else f"number-{rest}")


def minutes(value: float) -> tuple[str, ...]:
    """The prompt that says a wait of ``value`` minutes, in the next step up; an hour is the most that is said."""
    return (f"minutes-{next((step for step in MINUTE_STEPS if step >= value), MINUTE_STEPS[-1])}",)


def digits(value: str) -> tuple[str, ...]:
    """The prompts that say ``value`` digit by digit; what is no digit (spaces, a plus) is left out."""
    return tuple(f"digit-{character}" for character in value if character in "0123456789")


_SLOTS: MappingProxyType[str, Callable[[Language, int | str], tuple[str, ...]]] = MappingProxyType(
    {
        "position": lambda language, value: number(language, int(value)),
        "minutes": lambda _language, value: minutes(float(value)),
        "digits": lambda _language, value: digits(str(value)),
        "key": lambda _language, value: digits(str(value)),
    }
)
SLOT_NAMES = frozenset(_SLOTS)
"""The placeholders that stand for a value which is only known during the call."""


def slot(language: Language, name: str, value: int | str) -> tuple[str, ...]:
    """The prompts that say ``value`` where a text has the placeholder ``name``."""
    return _SLOTS[name](language, value)
