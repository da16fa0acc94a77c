"""Which fields each letter and form takes (R-SEC-4, R-CB-11): one list for templates, service and desk. Pure.

A field's value is text, as it stands in the document's row: a day ``2026-11-23``, a time ``14:05``, lines apart by line
feeds. Whoever makes a document fills in what is known by one of the functions below; the agent who reviews it fills in
the rest. What is required must be there when it is issued, not before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from ivr.domain.documents import Form

LONDON: Final = ZoneInfo("Europe/London")
_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_DIGITS: Final = re.compile(r"\d{1,20}")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no text holds: it could be neither stored nor printed."""


class Shape(StrEnum):
    """What a field holds."""

    LINE = "line"
    """One line."""
    LINES = "lines"
    """Several lines, a report."""
    ADDRESS = "address"
    """A postal address, line by line."""
    DAY = "day"
    TIME = "time"
    """Of the clock in London."""
    DIGITS = "digits"
    """A reference."""


class Filler(StrEnum):
    """Who fills a field in; the agent may change any."""

    SYSTEM = "system"
    AGENT = "agent"


MOST: Final[Mapping[Shape, int]] = MappingProxyType(
    {Shape.LINE: 120, Shape.LINES: 4000, Shape.ADDRESS: 400, Shape.DAY: 10, Shape.TIME: 5, Shape.DIGITS: 20}
)
"""The most characters of each."""
_EXPECTED: Final[Mapping[Shape, str]] = MappingProxyType(
    {
        Shape.LINE: "one line",
        Shape.LINES: "text",
        Shape.ADDRESS: "an address of up to 8 lines",
        Shape.DAY: "a day",
        Shape.TIME: "a time, e.g. 14:05",
        Shape.DIGITS: "digits only",
    }
)
_ADDRESS_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its key in templates and rows, what people read before it, and an example of it."""

    key: str
    en: str
    cy: str
    shape: Shape
    by: Filler
    required: bool
    example: str


_ADDRESSEE: Final = Field(
    "addressee", "Addressed to", "Cyfeirir at", Shape.LINE, Filler.SYSTEM, required=True, example="Jo Sample"
)
_ADDRESS: Final = Field(
    "address",
    "Address",
    "Cyfeiriad",
    Shape.ADDRESS,
    Filler.AGENT,
    required=True,
    example="1 Example Street\nSampletown\nZZ1 1ZZ",
)
_CALLED_ON: Final = Field(
    "called_on", "Day of the call", "Diwrnod yr alwad", Shape.DAY, Filler.SYSTEM, required=True, example="2026-11-23"
)
_EMPLOYER: Final = (
    Field(
        "addressee",
        "Employer or employer agent",
        "Cyflogwr neu asiant cyflogwr",
        Shape.LINE,
        Filler.SYSTEM,
        required=True,
        example="Drama Bakeries Ltd",
    ),
    _ADDRESS,
    Field(
        "reference",
        "ERN or EARN",
        "ERN neu EARN",
        Shape.DIGITS,
        Filler.SYSTEM,
        required=True,
        example="340000000011",
    ),
    _CALLED_ON,
)
_APPLICANT: Final = (
    _ADDRESSEE,
    _ADDRESS,
    Field(
        "applied_on",
        "Day they first got in touch",
        "Diwrnod y cysylltodd gyntaf",
        Shape.DAY,
        Filler.SYSTEM,
        required=True,
        example="2026-11-02",
    ),
)
_REPORT: Final = (
    _CALLED_ON,
    Field("called_at", "Time of the call", "Amser yr alwad", Shape.TIME, Filler.SYSTEM, required=True, example="14:05"),
    Field(
        "caller_number",
        "Number the caller rang from",
        "Rhif y ffoniodd y galwr ohono",
        Shape.LINE,
        Filler.SYSTEM,
        required=False,
        example="07700 900123",
    ),
    Field(
        "reported_by",
        "Reported by",
        "Adroddwyd gan",
        Shape.LINE,
        Filler.SYSTEM,
        required=True,
        example="Megan Price",
    ),
    Field("staff_number", "Staff number", "Rhif staff", Shape.LINE, Filler.SYSTEM, required=True, example="7001"),
    Field("team", "Team", "Tîm", Shape.LINE, Filler.SYSTEM, required=False, example="Maintenance 1"),
    Field(
        "claimed_name",
        "Name the caller gave",
        "Yr enw a roddodd y galwr",
        Shape.LINE,
        Filler.AGENT,
        required=False,
        example="Jane Example",
    ),
    Field(
        "asked_for",
        "What the caller asked for",
        "Yr hyn y gofynnodd y galwr amdano",
        Shape.LINES,
        Filler.AGENT,
        required=False,
        example="When the next payment is due.",
    ),
    Field(
        "given",
        "What the caller was told",
        "Yr hyn a ddywedwyd wrth y galwr",
        Shape.LINES,
        Filler.AGENT,
        required=False,
        example="Nothing.",
    ),
    Field(
        "further_details",
        "Features of call/Further details",
        "Nodweddion yr alwad/Manylion pellach",
        Shape.LINES,
        Filler.SYSTEM,
        required=True,
        example="SCIN 120000000019\nThird failed security check in a row.",
    ),
)
FIELDS: Final[Mapping[Form, tuple[Field, ...]]] = MappingProxyType(
    {
        Form.FAILED_SECURITY_CHECK: _EMPLOYER,
        Form.APPLICATION_FEE: _APPLICANT,
        Form.APPLICATION_FEE_REMINDER: _APPLICANT,
        Form.BOGUS_CALLER: _REPORT,
        Form.BOGUS_CALLER_NI: _REPORT,
    }
)
"""Every field of every form, in the order in which they are asked for."""


def failed_security_check(*, addressee: str, reference: str, called_on: date, address: str = "") -> dict[str, str]:
    """The fields of CMSL8300; ``reference``: the ERN or EARN."""
    return {"addressee": addressee, "address": address, "reference": reference, "called_on": called_on.isoformat()}


def application_fee(*, addressee: str, address: str, applied_on: date) -> dict[str, str]:
    """The fields of CMSL0077 and of CMSL0080."""
    return {"addressee": addressee, "address": address, "applied_on": applied_on.isoformat()}


def bogus_caller(
    *,
    further_details: str,
    called_at: datetime,
    reported_by: str,
    staff_number: str,
    team: str = "",
    caller_number: str = "",
) -> dict[str, str]:
    """The fields of CMSF5550 and CMSF5550(NI). ``further_details`` begin with the SCIN or TRN; ``called_at``: aware."""
    local = called_at.astimezone(LONDON)
    return {
        "called_on": local.date().isoformat(),
        "called_at": f"{local:%H:%M}",
        "caller_number": caller_number,
        "reported_by": reported_by,
        "staff_number": staff_number,
        "team": team,
        "further_details": further_details,
    }


def examples(form: Form) -> dict[str, str]:
    """Every field of a form with its example."""
    return {field.key: field.example for field in FIELDS[form]}


def unknown(form: Form, keys: Iterable[str]) -> list[str]:
    """The keys that the form has not."""
    known = {field.key for field in FIELDS[form]}
    return sorted(set(keys) - known)


def missing(form: Form, values: Mapping[str, str]) -> list[str]:
    """The keys of what must still be filled in before it can be issued."""
    return [field.key for field in FIELDS[form] if field.required and not values.get(field.key, "").strip()]


def fault(field: Field, value: str) -> str | None:
    """What is expected where ``value`` is not of the field's shape; None: it is, or it is empty."""
    if not value:
        return None
    if len(value) > MOST[field.shape]:
        return f"at most {MOST[field.shape]} characters"
    return None if not _NO_TEXT.search(value) and _has_shape(field.shape, value) else _EXPECTED[field.shape]


def _has_shape(shape: Shape, value: str) -> bool:
    match shape:
        case Shape.LINE:
            return "\n" not in value
        case Shape.ADDRESS:
            return value.count("\n") < _ADDRESS_LINES
        case Shape.DAY:
            return _is_day(value)
        case Shape.TIME:
            return _TIME.fullmatch(value) is not None
        case Shape.DIGITS:
            return _DIGITS.fullmatch(value) is not None
        case Shape.LINES:
            return True


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
