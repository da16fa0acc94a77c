"""Service requests with their owners: made, listed, read, taken or given, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from ivr.domain.events import RecordChanged, WorkChanged
from ivr.domain.office import Office
from ivr.domain.purposes import CONTACT_KINDS, ContactKind
from ivr.domain.service_requests import EMPLOYER_SERVICES, SERVICES
from ivr.errors import RequestError
from ivr.records import service_requests
from ivr.records.deeds import By, exists, hold
from ivr.records.raising import case_of
from ivr.records.service_requests import Made, ServiceRequest
from ivr.web.call_back_models import (
    AssignBody,
    EmployerServices,
    OneServiceRequest,
    RequestBody,
    RequestsQuery,
    ServiceRequests,
)
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal
from ivr.web.registry import Answer, AnyOperation, Ask, Auth, Operation, Reply

_ONE: Final = "/api/service-requests/{service_request_id:s[0-9a-z]{16}}"
_OF_RECORD: Final = "/api/records/{kind:(?:client|employer|representative)}/{record_id:[0-9]{1,9}}/service-requests"
_EXAMPLE: Final = {"service_request_id": "s0000000000000000"}


async def make(ask: Ask[RequestBody, NoQuery]) -> Reply:
    """A service request, in the owner's queue or the team's."""
    services = ask.web.services
    made = await services.store.write(_make, ask.body, services.office(), ask.who.by, services.now())
    if made is None:
        raise _no_record(ask.body.record_id)
    _tell(ask, made)
    return Reply(201, OneServiceRequest(service_request=made))


async def listed(ask: Ask[NoBody, RequestsQuery]) -> Reply:
    """Open ones: one's own, or one's teams'."""
    step = service_requests.owned_by if ask.query.whose == "mine" else service_requests.of_teams
    return Reply(200, ServiceRequests(service_requests=await ask.web.services.store.read(step, ask.who.agent_id)))


async def of_record(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Every one of a record."""
    record_id = int(ask.path["record_id"])
    kind = next(kind for kind in CONTACT_KINDS if kind == ask.path["kind"])
    found = await ask.web.services.store.read(_of_record, kind, record_id)
    if found is None:
        raise _no_record(record_id)
    return Reply(200, found)


async def read_one(ask: Ask[NoBody, NoQuery]) -> Reply:
    """One."""
    return _answer(ask, await ask.web.services.store.read(service_requests.one, ask.path["service_request_id"]))


async def assign(ask: Ask[AssignBody, NoQuery]) -> Reply:
    """Taken, or given to somebody."""
    services = ask.web.services
    args = (ask.path["service_request_id"], ask.body.staff_number, ask.who.by, services.now())
    found = await services.store.write(service_requests.assign, *args)
    _tell(ask, found)
    return _answer(ask, found)


async def close(ask: Ask[NoBody, NoQuery]) -> Reply:
    """Closed."""
    services = ask.web.services
    args = (ask.path["service_request_id"], ask.who.by, services.now())
    found = await services.store.write(service_requests.close, *args)
    _tell(ask, found)
    return _answer(ask, found)


async def services(_ask: Ask[NoBody, NoQuery]) -> Reply:
    """The fixed list."""
    return Reply(200, EmployerServices(services=tuple(EMPLOYER_SERVICES)))


def _tell(ask: Ask[Any, NoQuery], found: ServiceRequest | None) -> None:
    """Whoever has it, or may take it, is told; and whoever shows the record."""
    if found is None:
        return
    ask.web.live.hear(WorkChanged())
    if found.kind is not None and found.record_id is not None:
        ask.web.live.hear(RecordChanged(found.kind, found.record_id))


def _make(sql: Connection, body: RequestBody, office: Office, by: By, now: datetime) -> ServiceRequest | None:
    if not hold(sql, body.kind, body.record_id):
        return None
    case_id = None if body.case_number is None else case_of(sql, body.kind, body.record_id, body.case_number).case_id
    team = _team(sql, body, office)
    made = Made(SERVICES[body.service], body.kind, body.record_id, case_id, team=team, description=body.description)
    return service_requests.one(sql, service_requests.make(sql, made, by, now))


def _team(sql: Connection, body: RequestBody, office: Office) -> str | None:
    """Whose work it is (R-EMP-4); None: the owner's of the case or record. Raises RequestError."""
    if body.service not in EMPLOYER_SERVICES:
        return None
    if body.kind != "employer":
        raise RequestError("an employer asks for this, nobody else", error_id="service_request.for_employers")
    return office.employer_teams.get(body.service) or service_requests.first_team(sql, office.employer_segment)


def _of_record(sql: Connection, kind: ContactKind, record_id: int) -> ServiceRequests | None:
    if not exists(sql, kind, record_id):
        return None
    return ServiceRequests(service_requests=service_requests.of_record(sql, kind, record_id))


def _answer(ask: Ask[Any, NoQuery], found: ServiceRequest | None) -> Reply:
    if found is None:
        words, key = "there is no such service request", "service_request_id"
        raise Refusal(404, "service_request.unknown", words, field=key, found=ask.path[key])
    return Reply(200, OneServiceRequest(service_request=found))


def _no_record(record_id: int) -> Refusal:
    return Refusal(404, "record.unknown", "there is no such record", field="record_id", found=str(record_id))


OPERATIONS: Final[tuple[AnyOperation, ...]] = (
    Operation(
        "POST",
        "/api/service-requests",
        "make_service_request",
        "Make a service request on a record or case; audited",
        Auth.AGENT,
        make,
        {201: Answer("It is pending assignment, in the owner's queue or the team's.", OneServiceRequest)},
        RequestBody,
        NoQuery,
        {
            404: "There is no such record.",
            409: "The contact has no case with this number, or only an employer asks for this; the message says which.",
        },
    ),
    Operation(
        "GET",
        "/api/employer-services",
        "employer_services",
        "What an employer may ask for (R-EMP-4)",
        Auth.AGENT,
        services,
        {200: Answer("The fixed list, in the order to choose from.", EmployerServices)},
        NoBody,
        NoQuery,
    ),
    Operation(
        "GET",
        "/api/service-requests",
        "service_requests",
        "Open service requests: one's own, or one's teams'",
        Auth.AGENT,
        listed,
        {200: Answer("The service requests, the oldest first.", ServiceRequests)},
        NoBody,
        RequestsQuery,
    ),
    Operation(
        "GET",
        _OF_RECORD,
        "service_requests_of_record",
        "Every service request of a contact",
        Auth.AGENT,
        of_record,
        {200: Answer("The open ones first.", ServiceRequests)},
        NoBody,
        NoQuery,
        examples={"kind": "client", "record_id": "3"},
    ),
    Operation(
        "GET",
        _ONE,
        "service_request",
        "A service request",
        Auth.AGENT,
        read_one,
        {200: Answer("The service request.", OneServiceRequest)},
        NoBody,
        NoQuery,
        examples=_EXAMPLE,
    ),
    Operation(
        "POST",
        f"{_ONE}/assign",
        "assign_service_request",
        "Take a service request, or, for team leaders, give it to anybody; audited",
        Auth.AGENT,
        assign,
        {200: Answer("It is in progress.", OneServiceRequest)},
        AssignBody,
        NoQuery,
        {409: "It is closed, another team's, or nobody has this staff number; the message says which."},
        examples=_EXAMPLE,
    ),
    Operation(
        "POST",
        f"{_ONE}/close",
        "close_service_request",
        "Close a service request; audited",
        Auth.AGENT,
        close,
        {200: Answer("It is closed.", OneServiceRequest)},
        NoBody,
        NoQuery,
        {409: "It is closed, or another agent has it; the message says which."},
        examples={"service_request_id": "s0000000000000001"},
    ),
)
