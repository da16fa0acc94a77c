"""Telephone numbers as trunks deliver them, and the one form the service compares (R-LINE-1)."""

from __future__ import annotations

import re
from typing import Final

_UK_PREFIXES: Final = ("+44", "0044", "44")
_SEPARATORS: Final = re.compile(r"[\s().-]")
_DIGITS: Final = re.compile(r"\+?[0-9]+")
_NATIONAL_DIGITS: Final = range(9, 11)


def national(dialled: str) -> str:
    """The national form (``03069990100``) of a number delivered as 0…, 44…, +44…, 0044… or without any prefix.

    What is not a UK number of nine or ten significant digits is returned without separators, otherwise unchanged.
    """
    number = _SEPARATORS.sub("", dialled)
    for prefix in _UK_PREFIXES:
        if number.startswith(prefix):
            rest = number.removeprefix(prefix).removeprefix("0")
            if len(rest) in _NATIONAL_DIGITS and rest.isdigit():
                return "0" + rest
    if number.isdigit() and len(number) in _NATIONAL_DIGITS and not number.startswith("0"):
        return "0" + number
    return number


def caller_number(delivered: str) -> str:
    """The caller's number as rows and screens have it: national, one abroad with its ``+``; empty when withheld.

    Carriers write ``anonymous``, ``Restricted``, ``Unavailable`` and more in place of one that is withheld.
    """
    number = national(delivered)
    return number if _DIGITS.fullmatch(number) else ""


def masked(reference: str) -> str:
    """A reference or telephone number as a log may show it: its last three digits (R-DTMF-5)."""
    return "…" + reference[-3:] if len(reference) > 3 else "…"
