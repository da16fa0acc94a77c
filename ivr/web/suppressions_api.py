"""Suppressed contacts (R-OUT-2), and whether a number may be rung (R-OUT-4): models and operations."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import Connection

from ivr.domain.dialling import DiallingRules, MayRing, Reason, RingVerdict
from ivr.domain.events import WorkChanged
from ivr.records import suppressions
from ivr.records.deeds import exists
from ivr.records.suppressions import SUPPRESSIBLE, OpenCallBacks, Suppressible, Suppression, Why
from ivr.web.models import Model, NoBody, NoQuery
from ivr.web.oversight_models import Why as LeadersWhy
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_RECORD: Final = "/api/records/{kind:(?:client|employer|representative)}/{record_id:[0-9]{1,9}}/suppressions"
_LIFT: Final = "/api/suppressions/{suppression_id:[0-9]{1,9}}/lift"


class SuppressBody(Model):
    """Why the contact is not to be rung; another exceptional reason needs words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reason": "opted_out"},
                {"reason": "other_exceptional_reason", "words": "A court has ordered it."},
                {"reason": "client_died", "confirm": True},
            ]
        }
    )

    reason: Reason
    words: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$"),
        Field(description="needed with other_exceptional_reason"),
    ] = None
    confirm: Annotated[bool, Field(description="close the contact's open call backs as suppressed")] = False

    @model_validator(mode="after")
    def _told(self) -> SuppressBody:
        if self.reason is Reason.OTHER and not self.words:
            raise ValueError("words: expected which exceptional reason it is")
        return self


class LiftBody(Model):
    """Why it is lifted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "The client has asked to be rung again."}]})

    why: LeadersWhy


class Suppressions(Model):
    """Of one contact: those in force first, then the lifted, the latest first."""

    suppressions: tuple[Suppression, ...]


class OneSuppression(Model):
    """A suppression, as it was set or lifted."""

    suppression: Suppression


class Suppressed(OneSuppression):
    """A suppression as it was set, and how many open call backs were closed with it."""

    call_backs_closed: int


class DialBody(Model):
    """Whom one would ring, at which number. It stands in the body, because it is personal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"number": "07700 900123"},
                {"number": "+44 7700 900123", "kind": "client", "record_id": 1},
            ]
        }
    )

    number: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    kind: Suppressible | None = None
    record_id: Annotated[int | None, Field(ge=0, le=999_999_999)] = None

    @model_validator(mode="after")
    def _whole(self) -> DialBody:
        if (self.kind is None) is not (self.record_id is None):
            raise ValueError("record_id: expected with kind, and kind with it")
        return self


class DialVerdict(Model):
    """Whether it may be rung: ``number`` as it would be dialled, or ``why`` not."""

    may_ring: bool
    number: str | None
    error_id: Annotated[
        Literal[
            "dialling.no_number",
            "dialling.premium",
            "dialling.not_allowed",
            "dialling.abroad",
            "dialling.suppressed",
        ]
        | None,
        Field(description="stable, for programs"),
    ]
    why: str | None


async def listed(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Every suppression of a contact."""
    kind, record_id = _record(ask)
    found = await ask.web.services.store.read(_of_record, kind, record_id)
    return Reply(200, _there(found, record_id))


async def suppress(ask: Ask[SuppressBody, NoQuery]) -> Reply:
    """An agent suppresses a contact."""
    services, body, (kind, record_id) = ask.web.services, ask.body, _record(ask)
    _there(await services.store.read(_of_record, kind, record_id), record_id)
    args = (kind, record_id, Why(body.reason, body.words), ask.who.by, services.now())
    try:
        made = await services.store.write(suppressions.suppress, *args, confirm=body.confirm)
    except OpenCallBacks as open_ones:
        words, count = str(open_ones), str(open_ones.count)
        raise Refusal(409, open_ones.error_id, words, field="confirm", found=count, expected="true") from None
    if made.call_backs_closed:
        ask.web.live.hear(WorkChanged())
    return Reply(201, Suppressed(suppression=made.suppression, call_backs_closed=made.call_backs_closed))


async def lift(ask: Ask[LiftBody, NoQuery]) -> Reply:
    """A team leader lifts a suppression."""
    services, suppression_id = ask.web.services, int(ask.path["suppression_id"])
    args = (suppression_id, ask.body.why, ask.who.by, services.now())
    lifted = await services.store.write(suppressions.lift, *args)
    if lifted is None:
        raise Refusal(404, "suppression.unknown", "there is no such suppression", field="suppression_id")
    return Reply(200, OneSuppression(suppression=lifted))


async def may_ring(ask: Ask[DialBody, NoQuery]) -> Reply:
    """The verdict that an outbound call would meet now."""
    services, body = ask.web.services, ask.body
    verdict = await services.store.read(_verdict, services.dialling(), body)
    if verdict is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(body.record_id))
    if isinstance(verdict, MayRing):
        return Reply(200, DialVerdict(may_ring=True, number=verdict.number, error_id=None, why=None))
    found = {"may_ring": False, "number": None, "error_id": verdict.error_id, "why": verdict.why}
    return Reply(200, DialVerdict.model_validate(found))


def _record(ask: Ask[SuppressBody, NoQuery] | Ask[NoBody, NoQuery]) -> tuple[Suppressible, int]:
    return next(kind for kind in SUPPRESSIBLE if kind == ask.path["kind"]), int(ask.path["record_id"])


def _of_record(sql: Connection, kind: Suppressible, record_id: int) -> Suppressions | None:
    if not exists(sql, kind, record_id):
        return None
    return Suppressions(suppressions=suppressions.of_record(sql, kind, record_id))


def _there(found: Suppressions | None, record_id: int) -> Suppressions:
    if found is None:
        raise Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))
    return found


def _verdict(sql: Connection, rules: DiallingRules, body: DialBody) -> RingVerdict | None:
    if body.kind is None or body.record_id is None:
        return suppressions.may_ring(sql, rules, body.number)
    if not exists(sql, body.kind, body.record_id):
        return None
    return suppressions.may_ring(sql, rules, body.number, body.kind, body.record_id)


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "GET",
        _RECORD,
        "suppressions",
        "Why a contact is, or was, not to be rung",
        Auth.AGENT,
        listed,
        {200: Answer("Those in force first.", Suppressions)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "1"},
    ),
    Operation(
        "POST",
        _RECORD,
        "suppress",
        "Suppress a contact: no outbound call to it; audited",
        Auth.AGENT,
        suppress,
        {201: Answer("It is suppressed.", Suppressed)},
        SuppressBody,
        NoQuery,
        {409: "It is suppressed for this reason already, or `found` open call backs would be closed: `confirm`."},
        examples={"kind": "client", "record_id": "1"},
    ),
    Operation(
        "POST",
        _LIFT,
        "lift_suppression",
        "Lift a suppression; audited",
        Auth.TEAM_LEADER,
        lift,
        {200: Answer("It is lifted.", OneSuppression)},
        LiftBody,
        NoQuery,
        {409: "It was lifted before."},
        examples={"suppression_id": "1"},
    ),
    Operation(
        "POST",
        "/api/dialling/check",
        "may_ring",
        "Whether a number, and a contact, may be rung now, and why not",
        Auth.AGENT,
        may_ring,
        {200: Answer("The verdict.", DialVerdict)},
        DialBody,
        NoQuery,
        {404: "There is no such record."},
    ),
)
