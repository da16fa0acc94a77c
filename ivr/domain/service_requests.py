"""Service requests: pieces of work on a case or record, with an owner (R-CB-1, R-SEC-4, R-EMP-4). Pure."""

from __future__ import annotations

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


FOR_CALL_BACK: Final = What("Manage inbound call", "General enquiry", "General enquiry")
"""R-CB-1: what a call back for the owner makes."""
FAILED_SECURITY_CHECK: Final = What("Employer", "Info Provided", "Failed Security Check")
"""R-SEC-4: what an employer's failed security check makes."""


@dataclass(frozen=True, slots=True)
class ServiceRequestRow:
    """A service request as the database has it.

    ``owner_id``: who was given it; None: the case's owner, with whom it moves. ``call_back``: flagged as one.
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
