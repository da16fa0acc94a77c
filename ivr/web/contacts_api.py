"""What outbound calls need of a contact: requirements, purposes, earlier attempts (R-OUT-3, R-OUT-5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints
from sqlalchemy import Connection

from ivr.domain.purposes import CONTACT_KINDS, PURPOSES, SEVERAL_CHANGES, ContactKind, PurposeWords, Requirements
from ivr.records import requirements
from ivr.records.attempts import EarlierAttempt, attempts_of
from ivr.records.deeds import exists
from ivr.web.models import Model, NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_RECORD: Final = "/api/records/{kind:(?:client|employer|representative)}/{record_id:[0-9]{1,9}}"
_CLIENT: Final = {"kind": "client", "record_id": "1"}
Named = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]*$")
]


class RequirementsBody(Model):
    """What the contact requires from now on; what is left out is not required."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"interpreter": "Polish", "preferred_time": "14:00"},
                {"face_to_face": True, "alternative_format": "Large print"},
                {},
            ]
        }
    )

    interpreter: Annotated[Named | None, Field(description="of which language")] = None
    face_to_face: bool = False
    preferred_time: Annotated[
        str | None,
        StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$"),
        Field(description="Europe/London's clock"),
    ] = None
    alternative_format: Annotated[Named | None, Field(examples=["Large print", "Braille"])] = None

    def value(self) -> Requirements:
        """The same as the domain's value."""
        return Requirements(**dict(self))


class ContactRequirements(Model):
    """What a contact requires: shown before dialling (R-OUT-3)."""

    requirements: Requirements


class Purposes(Model):
    """What an outbound call may be for. Several changes within so many days are one call, after the last."""

    purposes: tuple[PurposeWords, ...]
    several_changes_days: int


class EarlierAttempts(Model):
    """Attempts to reach a contact, the latest first."""

    attempts: tuple[EarlierAttempt, ...]


async def read_requirements(ask: Ask[NoBody, NoQuery]) -> Reply:
    """A contact's requirements."""
    found = await ask.web.services.store.read(_requirements, *_record(ask.path))
    if found is None:
        raise _no_record(ask.path["record_id"])
    return Reply(200, found)


async def set_requirements(ask: Ask[RequirementsBody, NoQuery]) -> Reply:
    """A contact's requirements, all of them anew."""
    services, wanted = ask.web.services, ask.body.value()
    args = (*_record(ask.path), wanted, ask.who.by, services.now())
    if not await services.store.write(requirements.require, *args):
        raise _no_record(ask.path["record_id"])
    return Reply(200, ContactRequirements(requirements=wanted))


async def purposes(_ask: Ask[NoBody, NoQuery]) -> Reply:
    """The fixed list."""
    return Reply(200, Purposes(purposes=tuple(PURPOSES.values()), several_changes_days=SEVERAL_CHANGES.days))


async def attempts(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Earlier attempts to reach a contact."""
    found = await ask.web.services.store.read(_attempts, *_record(ask.path))
    if found is None:
        raise _no_record(ask.path["record_id"])
    return Reply(200, found)


def _requirements(sql: Connection, kind: ContactKind, record_id: int) -> ContactRequirements | None:
    if not exists(sql, kind, record_id):
        return None
    return ContactRequirements(requirements=requirements.requirements_of(sql, kind, record_id))


def _attempts(sql: Connection, kind: ContactKind, record_id: int) -> EarlierAttempts | None:
    if not exists(sql, kind, record_id):
        return None
    return EarlierAttempts(attempts=attempts_of(sql, kind, record_id))


def _record(path: Mapping[str, str]) -> tuple[ContactKind, int]:
    return next(kind for kind in CONTACT_KINDS if kind == path["kind"]), int(path["record_id"])


def _no_record(record_id: str) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field="record_id", found=record_id)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        f"{_RECORD}/requirements",
        "requirements",
        "What a contact requires: to be shown before dialling",
        Auth.AGENT,
        read_requirements,
        {200: Answer("The requirements.", ContactRequirements)},
        NoBody,
        NoQuery,
        examples=_CLIENT,
    ),
    Operation(
        "PUT",
        f"{_RECORD}/requirements",
        "set_requirements",
        "Set what a contact requires; audited",
        Auth.AGENT,
        set_requirements,
        {200: Answer("As they are now.", ContactRequirements)},
        RequirementsBody,
        NoQuery,
        examples=_CLIENT,
    ),
    Operation(
        "GET",
        "/api/purposes",
        "purposes",
        "What an outbound call may be for, and whether one is expected",
        Auth.AGENT,
        purposes,
        {200: Answer("The fixed list.", Purposes)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        f"{_RECORD}/attempts",
        "attempts",
        "Earlier attempts to reach a contact, with their times of day",
        Auth.AGENT,
        attempts,
        {200: Answer("The latest first, at most twenty.", EarlierAttempts)},
        NoBody,
        NoQuery,
        examples=_CLIENT,
    ),
)
