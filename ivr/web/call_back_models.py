"""Formal call backs and service requests, as they go over the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ivr.domain.activities import Outcome
from ivr.domain.call_backs import Result, Whose
from ivr.domain.purposes import ContactKind
from ivr.domain.service_requests import Service
from ivr.records.call_backs import CallBack
from ivr.records.service_requests import ServiceRequest
from ivr.web.models import Model, StaffNumber
from ivr.web.oversight_models import Why

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
RecordId = Annotated[int, Field(ge=0, le=999_999_999)]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,20}$")]
WantedAt = Annotated[
    AwareDatetime | None,
    Field(description="the agreed time; without it the contact's preferred time, else the 24 hour limit"),
    Field(ge=_EARLIEST, le=_LATEST),
]


class RaiseBody(Model):
    """What was agreed (R-CB-1, R-CB-2). For the owner of a case, `case_number` says of which."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "whose": "self",
                    "kind": "client",
                    "record_id": 3,
                    "contact_number": "07700 900123",
                    "description": "Wants to know how the schedule was worked out.",
                },
                {
                    "whose": "owner",
                    "kind": "client",
                    "record_id": 3,
                    "case_number": "900000007003",
                    "contact_number": "07700 900123",
                    "wanted_at": "2026-11-25T18:00:00Z",
                    "description": "Has the payslips now.",
                },
            ]
        }
    )

    whose: Annotated[Whose, Field(description="for oneself, or for the case's owner")]
    kind: ContactKind
    record_id: RecordId
    case_number: CaseNumber | None = None
    contact_number: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    wanted_at: WantedAt = None
    description: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$")
    ]
    outcome: Annotated[
        Outcome | None, Field(description="of the outbound call one has, which led to it and is closed first")
    ] = None


class CallBacksQuery(Model):
    """Which open call backs: one's own, those of one's team or segment that nobody owns, or of the teams one leads."""

    whose: Annotated[Literal["mine", "queue", "teams"], Field(description="teams: for team leaders")] = "mine"
    only: Annotated[
        Literal["all", "overdue", "absent"],
        Field(description="of teams: what is behind its end, or what is due for somebody who is logged out"),
    ] = "all"


class TimeBody(Model):
    """Another time, or null for none (R-CB-5)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"wanted_at": None}]})

    wanted_at: Annotated[
        AwareDatetime | None,
        Field(description="the agreed time; null: any time within the 24 hour limit"),
        Field(ge=_EARLIEST, le=_LATEST),
    ]


class PassBody(Model):
    """To whom it is passed alone, without its case; null: back to the case's owner (R-CB-7)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"staff_number": "7002", "why": "The owner is away until Friday."},
                {"staff_number": None, "why": "The owner is back."},
            ]
        }
    )

    staff_number: StaffNumber | None
    why: Why


class CloseBody(Model):
    """What it is closed with (R-CB-6)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": "done"}]})

    result: Result


class OneCallBack(Model):
    """A call back, as it is now."""

    call_back: CallBack


class CallBacks(Model):
    """Call backs, by their start; of a record the open ones first."""

    call_backs: tuple[CallBack, ...]


class RequestBody(Model):
    """What is asked for, and of which record or case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"service": "deo_schedule", "kind": "employer", "record_id": 1, "description": "From April."},
                {"service": "failed_security_check", "kind": "employer", "record_id": 1},
            ]
        }
    )

    service: Annotated[Service, Field(description="process, area and sub area follow from it")]
    kind: ContactKind
    record_id: RecordId
    case_number: CaseNumber | None = None
    description: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$"),
    ] = None


class EmployerServices(Model):
    """What an employer may ask for."""

    services: tuple[Service, ...]


class RequestsQuery(Model):
    """Which open service requests."""

    whose: Literal["mine", "teams"] = "mine"


class AssignBody(Model):
    """Who is to do it: oneself, or, for team leaders, anybody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"staff_number": "7001"}]})

    staff_number: StaffNumber


class OneServiceRequest(Model):
    """A service request, as it is now."""

    service_request: ServiceRequest


class ServiceRequests(Model):
    """Service requests; of a record the open ones first."""

    service_requests: tuple[ServiceRequest, ...]
