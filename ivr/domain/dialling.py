"""Which numbers may be dialled (R-OUT-4), and why a contact is suppressed (R-OUT-2). Pure.

What a number costs is known by a maintained library; which beginnings are allowed, by configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from ivr.domain.numbers import national

HOME: Final = "GB"
HOME_CODE: Final = 44
_DIGITS: Final = re.compile(r"\+?[0-9]{3,17}")
_COSTLY: Final = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
    }
)


class Reason(StrEnum):
    """R-OUT-2: why a contact is not to be rung; the names are fixed."""

    OPTED_OUT = "opted_out"
    CLIENT_DIED = "client_died"
    QUALIFYING_CHILD_DIED = "qualifying_child_died"
    OTHER_CHILD_DIED = "relevant_other_child_died"
    OTHER = "other_exceptional_reason"


IN_WORDS: Final = {
    Reason.OPTED_OUT: "the contact has opted out",
    Reason.CLIENT_DIED: "the client has died",
    Reason.QUALIFYING_CHILD_DIED: "a qualifying child has died",
    Reason.OTHER_CHILD_DIED: "a relevant other child has died",
    Reason.OTHER: "there is another exceptional reason",
}


@dataclass(frozen=True, slots=True)
class DiallingRules:
    """outbound.toml. ``prefixes``: beginnings in national form; ``countries``: two-letter codes of others."""

    prefixes: tuple[str, ...] = ("01", "02", "03", "07", "080")
    premium: bool = False
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MayRing:
    """It may be dialled, as ``number``: national form, or with + abroad."""

    number: str


@dataclass(frozen=True, slots=True)
class MayNotRing:
    """It may not; ``why`` is in words for who asked, ``error_id`` stable."""

    error_id: str
    why: str


RingVerdict = MayRing | MayNotRing


def may_dial(rules: DiallingRules, text: str) -> RingVerdict:
    """Whether a number, as somebody writes it, may be dialled at all (R-OUT-4)."""
    number = national(text)
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        return MayNotRing("dialling.no_number", "this is not a whole telephone number")
    if parsed.country_code != HOME_CODE:
        return _abroad(rules, parsed)
    if not rules.premium and phonenumbers.number_type(parsed) in _COSTLY:
        return MayNotRing("dialling.premium", "premium, shared cost and personal numbers are not dialled")
    if not number.startswith(rules.prefixes):
        return MayNotRing(
            "dialling.not_allowed", f"only numbers that begin with {', '.join(rules.prefixes)} are dialled"
        )
    return MayRing(number)


def suppressed(reason: Reason, words: str | None) -> MayNotRing:
    """R-OUT-2, with the reason."""
    why = IN_WORDS[reason] + (f": {words}" if words else "")
    return MayNotRing("dialling.suppressed", f"this contact is not to be rung: {why}")


def _parsed(number: str) -> PhoneNumber | None:
    """The number as the library has it; it would also read letters and extensions, which nobody dials."""
    if _DIGITS.fullmatch(number) is None:
        return None
    try:
        return phonenumbers.parse(number, HOME)
    except NumberParseException:
        return None


def _abroad(rules: DiallingRules, parsed: PhoneNumber) -> RingVerdict:
    country = phonenumbers.region_code_for_number(parsed)
    if country is None or country not in rules.countries:
        where = "abroad" if country is None else f"in {country}"
        return MayNotRing("dialling.abroad", f"numbers {where} are not dialled")
    if not rules.premium and phonenumbers.number_type(parsed) in _COSTLY:
        return MayNotRing("dialling.premium", "premium, shared cost and personal numbers are not dialled")
    return MayRing(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
