"""Calls that agents make (R-OUT): what is shown before one, and the order for it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import Connection, select

from ivr.domain.dialling import DiallingRules, MayNotRing, MayRing, RingVerdict
from ivr.domain.ids import Brand
from ivr.domain.outbound import Order, Whom
from ivr.domain.purposes import (
    CONTACT_KINDS,
    PURPOSES,
    SEVERAL_CHANGES,
    ContactKind,
    Purpose,
    PurposeWords,
    Requirements,
)
from ivr.domain.talking import Impossible
from ivr.errors import RequestError
from ivr.records import suppressions
from ivr.records.attempts import EarlierAttempt, attempts_of
from ivr.records.called import brand_of, number_of
from ivr.records.deeds import exists
from ivr.records.requirements import requirements_of
from ivr.records.suppressions import Suppression
from ivr.store import tables as t
from ivr.web.models import Model, NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_PREPARATION: Final = "/api/records/{kind:(?:client|employer|representative)}/{record_id:[0-9]{1,9}}/preparation"
NOT_EXPECTED: Final = "a call is not expected for this, unless the client has asked for one"
_RecordId = Annotated[int, Field(ge=0, le=999_999_999)]
_Number = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


class CallBody(Model):
    """Whom to call. ``number``: needed but for an employer whose number is on record. It is personal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"number": "07700 900123"},
                {"number": "+44 7700 900123", "kind": "client", "record_id": 1, "purpose": "call_back"},
                {"kind": "employer", "record_id": 1, "purpose": "gathering_information"},
            ]
        }
    )

    number: _Number | None = None
    kind: ContactKind | None = None
    record_id: _RecordId | None = None
    case_id: Annotated[_RecordId | None, Field(description="the case it is about")] = None
    purpose: Purpose | None = None
    brand: Annotated[Brand | None, Field(description="whose number is shown; without it the record's brand")] = None

    @model_validator(mode="after")
    def _whole(self) -> CallBody:
        if (self.kind is None) is not (self.record_id is None):
            raise ValueError("record_id: expected with kind, and kind with it")
        if self.number is None and self.kind is None:
            raise ValueError("number: expected a number, or a record that has one")
        return self


class PlacedCall(Model):
    """The call is being made: the agent's own phone rings. ``says``: what the agent should know; it forbids nothing."""

    call_id: str
    number: Annotated[str, Field(description="as it is dialled")]
    purpose_expected: Annotated[bool | None, Field(description="whether a call is expected for the purpose")]
    says: tuple[str, ...]


class Preparation(Model):
    """What is shown before a contact is called (R-OUT-3, R-OUT-5). ``suppressions``: those in force; none: they may be
    rung. ``number``: on record, as it would be dialled; ``why_not``: why it may not be.
    """

    requirements: Requirements
    purposes: tuple[PurposeWords, ...]
    several_changes_days: int
    attempts: tuple[EarlierAttempt, ...]
    suppressions: tuple[Suppression, ...]
    number: str | None
    why_not: str | None


async def prepare(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Everything about a contact that is to be seen first."""
    services, record_id = ask.web.services, int(ask.path["record_id"])
    kind = next(kind for kind in CONTACT_KINDS if kind == ask.path["kind"])
    found = await services.store.read(_preparation, services.dialling(), kind, record_id)
    if found is None:
        raise _no_record("record_id", record_id)
    return Reply(200, found)


async def place(ask: Ask[CallBody, NoQuery]) -> Reply:
    """The agent's own phone, then whom they call."""
    services, body = ask.web.services, ask.body
    verdict, brand = await services.store.read(_judged, services.dialling(), body)
    if isinstance(verdict, MayNotRing):
        raise RequestError(verdict.why, error_id=verdict.error_id)
    whom = Whom(body.kind, body.record_id, body.case_id)
    order = Order(ask.who.agent_id, verdict.number, body.brand or brand, whom, body.purpose)
    placed = await services.dial(order)
    if isinstance(placed, Impossible):
        raise RequestError(placed.why, error_id=placed.error_id)
    words = None if body.purpose is None else PURPOSES[body.purpose]
    expected = None if words is None else words.expected
    reply = PlacedCall(call_id=placed.call_id, number=verdict.number, purpose_expected=expected, says=_says(words))
    return Reply(201, reply)


def _says(words: PurposeWords | None) -> tuple[str, ...]:
    if words is None:
        return ()
    changes = f"several changes within {SEVERAL_CHANGES.days} days are one call, after the last"
    return (*(() if words.expected else (NOT_EXPECTED,)), *((changes,) if words.change else ()))


def _judged(sql: Connection, rules: DiallingRules, body: CallBody) -> tuple[RingVerdict, Brand]:
    """Whether that may be rung, and under which brand. Raises Refusal where there is no such record."""
    if body.case_id is not None and not _is_case(sql, body.case_id):
        raise _no_record("case_id", body.case_id)
    if body.kind is None or body.record_id is None:
        return suppressions.may_ring(sql, rules, body.number or ""), "cmg"
    if not exists(sql, body.kind, body.record_id):
        raise _no_record("record_id", body.record_id)
    number = body.number or number_of(sql, body.kind, body.record_id)
    if not number:
        return MayNotRing("dialling.no_number", "no number of this contact is on record: give one"), "cmg"
    brand = brand_of(sql, body.kind, body.record_id, body.case_id)
    return suppressions.may_ring(sql, rules, number, body.kind, body.record_id), brand


def _preparation(sql: Connection, rules: DiallingRules, kind: ContactKind, record_id: int) -> Preparation | None:
    if not exists(sql, kind, record_id):
        return None
    number = number_of(sql, kind, record_id)
    verdict = suppressions.may_ring(sql, rules, number, kind, record_id) if number else None
    return Preparation(
        requirements=requirements_of(sql, kind, record_id),
        purposes=tuple(PURPOSES.values()),
        several_changes_days=SEVERAL_CHANGES.days,
        attempts=attempts_of(sql, kind, record_id),
        suppressions=suppressions.in_force(sql, kind, record_id),
        number=verdict.number if isinstance(verdict, MayRing) else None,
        why_not=verdict.why if isinstance(verdict, MayNotRing) else None,
    )


def _is_case(sql: Connection, case_id: int) -> bool:
    key = t.case_file.c.case_id
    return sql.scalar(select(key).where(key == case_id)) is not None


def _no_record(field: str, found: int) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field=field, found=str(found))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        _PREPARATION,
        "preparation",
        "What is shown before a contact is called: requirements, purposes, earlier attempts, suppressions",
        Auth.AGENT,
        prepare,
        {200: Answer("What there is.", Preparation)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "1"},
    ),
    Operation(
        "POST",
        "/api/calls",
        "place_call",
        "Call somebody outside: the agent's own phone rings first",
        Auth.AGENT,
        place,
        {201: Answer("The agent is On call, and their phone rings; progress comes as live events.", PlacedCall)},
        CallBody,
        NoQuery,
        {
            404: "There is no such record.",
            409: "The number may not be dialled, the contact is suppressed, or the agent may not now; it says.",
        },
    ),
)
