"""Employers' details, links confirmed, contacts' notes and pro formas, as they go over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints

from ivr.domain.pro_formas import UniqueTeam
from ivr.domain.words import RecordKind
from ivr.records.activities import Activity
from ivr.records.contact_notes import ContactNote
from ivr.records.employer_links import LinkConfirmed
from ivr.records.opened import EmployerRecord
from ivr.web.models import Model

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r'^[^\x00-\x1f"<>;\\]*$'),
]
Paye = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r'^[^\x00-\x1f"<>;\\]*$'),
]
Telephone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()-]{3,18}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8_000, pattern=r"^[^\x00]*$")]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]*$")
]
RecordId = Annotated[int, Field(ge=0, le=999_999_999)]


def _exactly(value: object) -> object:
    """Nothing that merely counts as true."""
    if value is not True:
        raise ValueError("expected true: a pro forma comes after it")
    return value


Done = Annotated[Literal[True], BeforeValidator(_exactly), Field(description="it was done: a pro forma comes after it")]


class EmployerBody(Model):
    """What is to be changed; what is left out stays. ``null``: there is none any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"phone": "01632 960012"}, {"name": "Drama Bakers Ltd", "phone": None}]}
    )

    name: Annotated[Name, Field(description="never null")] = ""
    paye_reference: Paye | None = None
    phone: Telephone | None = None
    address_line: Annotated[Name | None, Field(description="the first line of the company's address")] = None
    postcode: Annotated[
        str | None, StringConstraints(max_length=10, pattern=r"^[0-9A-Za-z]{1,8}(?: [0-9A-Za-z]{1,8})?$")
    ] = None
    email: Annotated[
        str | None, StringConstraints(max_length=254, pattern=r"^[0-9A-Za-z.!#$%&'*+/=?^_`{|}~-]{1,64}@[0-9A-Za-z.-]+$")
    ] = None


class OneEmployer(Model):
    """An employer, as on record now."""

    employer: EmployerRecord


class LinksConfirmed(Model):
    """What callers have confirmed in a call (R-EMP-3)."""

    links: tuple[LinkConfirmed, ...]


class NoteBody(Model):
    """A note of a contact. ``activity_id``: one's open activity whose description is to say of it (R-ACT-2)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Has moved; the letters went back."}]})

    text: Text
    activity_id: Annotated[str | None, StringConstraints(pattern=r"^v[0-9a-z]{16}$")] = None


class OneNote(Model):
    """A note as it is kept, and the activity that says of it."""

    note: ContactNote
    activity: Activity | None


class ContactNotes(Model):
    """A contact's notes, the latest first."""

    notes: tuple[ContactNote, ...]


class ProFormaBody(Model):
    """What a functionally unique team is to know (R-CB-13)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "team": "FTF",
                    "tried_to_resolve": True,
                    "tried_to_transfer": True,
                    "caller_told": True,
                    "name": "Jane Example",
                    "contact_number": "07700 900123",
                    "preferences": "Any weekday after 16:00",
                    "about": "Asks for a visit at home.",
                }
            ]
        }
    )

    team: UniqueTeam
    tried_to_resolve: Done
    tried_to_transfer: Done
    caller_told: Done
    name: Line
    contact_number: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]*$")
    ]
    preferences: Line
    about: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")
    ]
    reference: Line | None = None
    kind: RecordKind | None = None
    record_id: RecordId | None = None


class ProFormaSent(Model):
    """The mail is queued."""

    mail_id: str
