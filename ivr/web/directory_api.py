"""The phonebook (R-XFER-1), as it goes over the wire, and its operation."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from ivr.domain.words import words
from ivr.records import phonebook
from ivr.records.phonebook import Entry
from ivr.web.models import Model, NoBody
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00]*$")]


class PhonebookQuery(Model):
    """Who is looked for. With a name or staff number, team and segment narrow it; alone they ask for groups."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Named | None, Field(description="beginnings of a name's words, in any order", examples=["meg"])] = (
        None
    )
    staff_number: Annotated[str | None, Field(pattern=r"^[0-9A-Za-z]{1,20}$", description="its beginning")] = None
    team: Annotated[Named | None, Field(description="with a person: the team; alone: its beginnings")] = None
    segment: Annotated[Named | None, Field(description="with a person: the segment; alone: its beginnings")] = None
    limit: Annotated[int, Field(ge=1, le=100, description="at most so many")] = 20

    @model_validator(mode="after")
    def _something(self) -> PhonebookQuery:
        if self.name is not None and not words(self.name):
            raise ValueError("name: expected a letter or digit")
        if not any((self.name, self.staff_number, self.team, self.segment)):
            raise ValueError("expected one of name, staff_number, team, segment")
        return self


class Phonebook(Model):
    """Who was found, by name; `more`: there are others."""

    entries: tuple[Entry, ...]
    more: bool


async def look_up(ask: Ask[NoBody, PhonebookQuery]) -> Reply:
    """Who is there, and whom one could ring now."""
    wanted = phonebook.Wanted(**dict(ask.query))
    found = await ask.web.services.store.read(phonebook.look_up, wanted, ask.asker.agent_id)
    return Reply(200, Phonebook(entries=found.entries, more=found.more))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        "/api/phonebook",
        "phonebook",
        "People, teams and segments, with whom of them a call can go to now",
        Auth.EVERYBODY,
        look_up,
        {200: Answer("Who was found.", Phonebook)},
        NoBody,
        PhonebookQuery,
        programs=True,
    ),
)
