"""Service requests: pieces of work on a case or record, with an owner (R-CB-1, R-SEC-4, R-EMP-4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ivr.domain.ids import AgentId, CallId, ServiceRequestId


class Status(StrEnum):
    """How far a service request is."""

    PENDING_ASSIGNMENT = "pending_assignment"
    """It lies in the owner's queue; nobody has taken it yet."""
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class What:
    """What is asked for: process, area and sub area, by their names."""

    process: str
    area: str
    sub_area: str


class Service(StrEnum):
    """What can be asked for: a fixed list, the names never change."""

    GENERAL_ENQUIRY = "general_enquiry"
    FAILED_SECURITY_CHECK = "failed_security_check"
    SELF_SERVICE_IT = "self_service_it"
    EMPLOYER_DETAILS = "employer_details"
    EMPLOYER_AGENT_LINK = "employer_agent_link"
    DEO_SCHEDULE = "deo_schedule"
    PAYING_PARENT_DETAILS = "paying_parent_details"
    COMPLAINT = "complaint"
    ONE_OFF_PAYMENT = "one_off_payment"


FOR_CALL_BACK: Final = What("Manage inbound call", "General enquiry", "General enquiry")
"""R-CB-1: what a call back for the owner makes."""
FAILED_SECURITY_CHECK: Final = What("Employer", "Info Provided", "Failed Security Check")
"""R-SEC-4: what an employer's failed check makes."""
EMPLOYER_SERVICES: Final[Mapping[Service, What]] = {
    service: What("Employer", "Service Requested", sub_area)
    for service, sub_area in (
        (Service.SELF_SERVICE_IT, "Self service or IT"),
        (Service.EMPLOYER_DETAILS, "Employer's details"),
        (Service.EMPLOYER_AGENT_LINK, "Link or remove employer agent"),
        (Service.DEO_SCHEDULE, "DEO schedule (CMSL8100)"),
        (Service.PAYING_PARENT_DETAILS, "Paying parent's details (CMSL8201)"),
        (Service.COMPLAINT, "Complaint"),
        (Service.ONE_OFF_PAYMENT, "One-off payment"),
    )
}
"""R-EMP-4: what an employer asks for, in the order to choose from; each goes to the team configured for it."""
SERVICES: Final[Mapping[Service, What]] = {
    Service.GENERAL_ENQUIRY: FOR_CALL_BACK,
    Service.FAILED_SECURITY_CHECK: FAILED_SECURITY_CHECK,
    **EMPLOYER_SERVICES,
}
_BY_WORDS: Final = {what: service for service, what in SERVICES.items()}


def service_of(what: What) -> Service | None:
    """Which of the fixed list it is; None: of an earlier list."""
    return _BY_WORDS.get(what)


@dataclass(frozen=True, slots=True)
class ServiceRequestRow:
    """A service request as the database has it.

    ``owner_id``: who was given it; None: the case's owner, with whom it moves. ``call_back``: flagged as one.
    ``team``: whose it is until somebody takes it; None: the owner's.
    """

    service_request_id: ServiceRequestId
    process: str
    area: str
    sub_area: str
    status: Status
    made_at: datetime
    kind: str | None = None
    record_id: int | None = None
    case_id: int | None = None
    owner_id: AgentId | None = None
    call_back: bool = False
    made_by: AgentId | None = None
    call_id: CallId | None = None
    closed_at: datetime | None = None
    team: str | None = None
    description: str | None = None
