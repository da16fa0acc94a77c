"""What outbound calls are for, and what contacts require of them (R-OUT-3); earlier attempts (R-OUT-5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from ivr.domain.ids import AgentId, AttemptId, CallBackId, CallId

ContactKind = Literal["client", "employer", "representative"]
CONTACT_KINDS: Final[tuple[ContactKind, ...]] = ("client", "employer", "representative")
"""Whom an outbound call is made to."""


class Purpose(StrEnum):
    """R-OUT-3: the names are fixed."""

    CHANGE_OF_LIABILITY = "change_of_liability"
    GATHERING_INFORMATION = "gathering_information"
    COMPLAINT = "complaint"
    CHANGE_OF_SERVICE_TYPE = "change_of_service_type"
    ANNUAL_REVIEW_DECISION = "annual_review_decision"
    DIRECT_PAYMENTS = "direct_payments"
    CALL_BACK = "call_back"
    CHANGE_OF_DETAILS = "change_of_details"
    CHANGE_REJECTED = "change_rejected"
    DEO_IMPOSED = "deo_imposed"
    ANNUAL_REVIEW_AUTOMATED = "annual_review_automated"


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """A purpose as it is chosen. ``expected``: a call is; otherwise only where the client asked for one."""

    purpose: Purpose
    words: str
    expected: bool
    change: bool = False
    """Several of these within 3 days are one call, after the last."""


PURPOSES: Final[Mapping[Purpose, PurposeWords]] = {
    one.purpose: one
    for one in (
        PurposeWords(Purpose.CHANGE_OF_LIABILITY, "Change of liability or schedule", expected=True, change=True),
        PurposeWords(Purpose.GATHERING_INFORMATION, "Gathering information", expected=True),
        PurposeWords(Purpose.COMPLAINT, "Complaint", expected=True),
        PurposeWords(Purpose.CHANGE_OF_SERVICE_TYPE, "Change of service type", expected=True, change=True),
        PurposeWords(Purpose.ANNUAL_REVIEW_DECISION, "Annual review after a decision", expected=True),
        PurposeWords(Purpose.DIRECT_PAYMENTS, "Direct non-scheme payments", expected=True),
        PurposeWords(Purpose.CALL_BACK, "Call back", expected=True),
        PurposeWords(Purpose.CHANGE_OF_DETAILS, "Change of name, address or benefit type", expected=False, change=True),
        PurposeWords(
            Purpose.CHANGE_REJECTED,
            "Change rejected for want of information from the applicant",
            expected=False,
            change=True,
        ),
        PurposeWords(
            Purpose.DEO_IMPOSED,
            "Deduction from earnings order imposed for non-compliance (paying parent)",
            expected=False,
        ),
        PurposeWords(
            Purpose.ANNUAL_REVIEW_AUTOMATED,
            "Annual review that an automated service request sent to a caseworker",
            expected=False,
        ),
    )
}
SEVERAL_CHANGES: Final = timedelta(days=3)
"""Several changes within it are one call, after the last of them."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a contact requires. ``interpreter``: of which language; ``preferred_time``: London's clock, ``14:00``."""

    interpreter: str | None = None
    face_to_face: bool = False
    preferred_time: str | None = None
    alternative_format: str | None = None


NO_REQUIREMENTS: Final = Requirements()


class AttemptOutcome(StrEnum):
    """How an outbound attempt ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboundAttempt:
    """An attempt to reach somebody. ``kind`` and ``record_id``: whom, where they are on record; no number is kept.

    ``outcome`` None: it goes on. ``ended_at``: when that was known; of an answered one, when it was answered.
    ``call_back_id``: the call back that it is.
    """

    attempt_id: AttemptId
    call_id: CallId
    agent_id: AgentId
    started_at: datetime
    kind: str | None = None
    record_id: int | None = None
    purpose: Purpose | None = None
    purpose_expected: bool | None = None
    ended_at: datetime | None = None
    outcome: AttemptOutcome | None = None
    call_back_id: CallBackId | None = None
