"""Searching contacts and opening records, as they go over the wire (R-POP-3, R-POP-4)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from ivr.domain.brands import WEBSITES
from ivr.domain.ids import Brand
from ivr.domain.words import RecordKind
from ivr.records.opened import (
    Case,
    ClientRecord,
    EmployerAgentRecord,
    EmployerRecord,
    Party,
    RepresentativeRecord,
)
from ivr.records.search import Contact, is_enough
from ivr.records.source import WhyUnanswered
from ivr.web.models import Model, StaffNumber
from ivr.web.oversight_models import Why

KINDS: Final[tuple[RecordKind, ...]] = ("client", "representative", "employer", "employer_agent")


def _searchable(words: str) -> str:
    if not is_enough(words):
        raise ValueError("too little to look for; expected two letters of a name, or four digits of a number")
    return words


class SearchBody(Model):
    """What to look for; it stands in the body, because it is personal and addresses are kept in many places."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"words": "drama bak", "kinds": ["employer", "employer_agent"]},
                {"words": "120/DB340", "kinds": ["employer"]},
                {"words": "+44 1632 960011", "kinds": ["employer"]},
                {"words": "jane ex"},
            ]
        }
    )

    words: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=120),
        AfterValidator(_searchable),
        Field(description="beginnings of names in any order, a reference, a PAYE reference or telephone number"),
    ]
    kinds: Annotated[tuple[RecordKind, ...], Field(min_length=1, max_length=4, description="without it, all")] = KINDS
    limit: Annotated[int, Field(ge=1, le=100, description="at most so many contacts")] = 20


class Advice(Model):
    """What the agent tells a caller whose record cannot be found (R-POP-3)."""

    text: Annotated[Literal["no_record"], Field(description="which general advice; the words are the page's")]
    brand: Annotated[Brand, Field(description="whose website: the call's, if there is one")]
    website: Annotated[str, Field(description="the address to give them", examples=[WEBSITES["cmg"]])]


class Contacts(Model):
    """Who was found, the surest first. ``more``: there are others; ``advice``: nobody was found.

    ``unanswered``: why another system of record could not be asked first; what is shown is what was kept of it.
    """

    contacts: tuple[Contact, ...]
    more: bool
    advice: Advice | None
    unanswered: WhyUnanswered | None = None


class OpenedRecord(Model):
    """A record; the one of its ``kind`` is there, the others are null. A client's cases are as on a screen pop."""

    kind: RecordKind
    client: ClientRecord | None = None
    representative: RepresentativeRecord | None = None
    employer: EmployerRecord | None = None
    employer_agent: EmployerAgentRecord | None = None


class MoveBody(Model):
    """Whose a case is to be."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"staff_number": "7002", "why": "The owner is away until Friday."}]}
    )

    staff_number: StaffNumber
    why: Why


class OpenedCase(Model):
    """A case, with its clients where it opens with detail."""

    case: Case
    parties: tuple[Party, ...]
