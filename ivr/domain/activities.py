"""Call activities (R-ACT): what an agent writes down of a call they took part in, and how it may be closed. Pure.

The names of lists are fixed, and so is what is stored; what people read follows the brand (R-NI) and the language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from ivr.domain.brands import in_brand
from ivr.domain.ids import ActivityId, AgentId, Brand, CallBackId, CallId
from ivr.domain.purposes import AttemptOutcome
from ivr.domain.queueing import CallRow
from ivr.domain.routes import CallKind
from ivr.domain.words import RecordKind

DESCRIPTION_LENGTH: Final = 250
"""Characters. What does not fit goes to the contact's notes, and the description says so (R-ACT-2)."""
NOTES_LENGTH: Final = 8_000
Direction = Literal["inbound", "outbound"]


class Outcome(StrEnum):
    """R-ACT-1: what an activity is closed with."""

    CLIENT_WISHES_TO_CALL_BACK = "client_wishes_to_call_back"
    BOGUS_CALL = "bogus_call"
    CALL_BACK_REQUEST = "call_back_request"
    CALL_RESOLVED = "call_resolved"
    CALL_TERMINATED_BY_CLIENT = "call_terminated_by_client"
    CALL_TERMINATED_BY_CMEC = "call_terminated_by_cmec"
    CALL_TRANSFERRED = "call_transferred"
    CLIENT_UNAVAILABLE = "client_unavailable"
    FAILED_SECURITY_CHECK = "failed_security_check"
    LINE_ENGAGED = "line_engaged"
    LOST_CONNECTION = "lost_connection"
    NO_ANSWER = "no_answer"
    SIGNPOSTED_TO_DWP_DEPT = "signposted_to_dwp_dept"
    SIGNPOSTED_TO_OPTIONS = "signposted_to_options"
    SIGNPOSTED_TO_OTHER_ORG = "signposted_to_other_org"
    UNRESOLVED_ESCALATED = "unresolved_escalated"
    VOICEMAIL_MESSAGE_LEFT = "voicemail_message_left"
    VOICEMAIL_NO_MESSAGE_LEFT = "voicemail_no_message_left"
    WRONG_NUMBER = "wrong_number"


class EmployerReason(StrEnum):
    """R-EMP-5: why an employer calls."""

    DEO_PAYMENT_QUERY = "deo_payment_query"
    TECHNICAL_SELF_SERVICE = "technical_self_service"
    REQUEST_FOR_INFORMATION = "request_for_information"
    GENERAL_ENQUIRY = "general_enquiry"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """What people read, in English and in Welsh."""

    en: str
    cy: str


OUTCOMES: Final[Mapping[Outcome, Words]] = {
    Outcome.CLIENT_WISHES_TO_CALL_BACK: Words("Client Wishes to Call Back", "Cleient am ffonio'n ôl"),
    Outcome.BOGUS_CALL: Words("Bogus Call – Security Report", "Galwad ffug – adroddiad diogelwch"),  # noqa: RUF001 - the list's own dash
    Outcome.CALL_BACK_REQUEST: Words("Call-back Request", "Cais am alwad yn ôl"),
    Outcome.CALL_RESOLVED: Words("Call Resolved", "Galwad wedi'i datrys"),
    Outcome.CALL_TERMINATED_BY_CLIENT: Words("Call Terminated by Client", "Galwad wedi'i therfynu gan y cleient"),
    Outcome.CALL_TERMINATED_BY_CMEC: Words("Call Terminated by CMEC", "Galwad wedi'i therfynu gan CMEC"),
    Outcome.CALL_TRANSFERRED: Words("Call Transferred", "Galwad wedi'i throsglwyddo"),
    Outcome.CLIENT_UNAVAILABLE: Words("Client Unavailable", "Cleient ddim ar gael"),
    Outcome.FAILED_SECURITY_CHECK: Words("Failed Security Check", "Wedi methu'r gwiriad diogelwch"),
    Outcome.LINE_ENGAGED: Words("Line Engaged", "Llinell yn brysur"),
    Outcome.LOST_CONNECTION: Words("Lost Connection", "Wedi colli'r cysylltiad"),
    Outcome.NO_ANSWER: Words("No Answer", "Dim ateb"),
    Outcome.SIGNPOSTED_TO_DWP_DEPT: Words("Signposted to {department} Dept", "Wedi'i gyfeirio at adran {department}"),
    Outcome.SIGNPOSTED_TO_OPTIONS: Words("Signposted to {options}", "Wedi'i gyfeirio at {options}"),
    Outcome.SIGNPOSTED_TO_OTHER_ORG: Words("Signposted to Other Org", "Wedi'i gyfeirio at sefydliad arall"),
    Outcome.UNRESOLVED_ESCALATED: Words("Unresolved – Escalated", "Heb ei datrys – wedi'i huwchgyfeirio"),  # noqa: RUF001 - the list's own dash
    Outcome.VOICEMAIL_MESSAGE_LEFT: Words("Voicemail – Message left", "Neges llais – gadawyd neges"),  # noqa: RUF001 - the list's own dash
    Outcome.VOICEMAIL_NO_MESSAGE_LEFT: Words("Voicemail – No Message Left", "Neges llais – ni adawyd neges"),  # noqa: RUF001 - the list's own dash
    Outcome.WRONG_NUMBER: Words("Wrong Number", "Rhif anghywir"),
}
"""As they are shown, in the order in which they are chosen from; what is in braces is the brand's (R-NI-1)."""
REASONS: Final[Mapping[EmployerReason, Words]] = {
    EmployerReason.DEO_PAYMENT_QUERY: Words("DEO/payment query", "Ymholiad am DEO/taliad"),
    EmployerReason.TECHNICAL_SELF_SERVICE: Words(
        "Technical/self-service issue", "Problem dechnegol/gyda hunanwasanaeth"
    ),
    EmployerReason.REQUEST_FOR_INFORMATION: Words(
        "Request for information (employer/case specific)", "Cais am wybodaeth (am y cyflogwr/achos penodol)"
    ),
    EmployerReason.GENERAL_ENQUIRY: Words(
        "Call back or giving information (general enquiry)", "Galw'n ôl neu roi gwybodaeth (ymholiad cyffredinol)"
    ),
    EmployerReason.OTHER: Words("Other", "Arall"),
}
NOT_REACHED: Final[Mapping[AttemptOutcome, Outcome]] = {
    AttemptOutcome.NO_ANSWER: Outcome.NO_ANSWER,
    AttemptOutcome.BUSY: Outcome.LINE_ENGAGED,
}
"""What an outbound call suggests that reached nobody."""


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity as the database has it. ``description`` and ``notes`` are personal.

    ``call_id`` None: a call made on another phone, entered by hand (R-ACT-4). ``began_at``: the call's own date and
    time. ``taken_at``: when the agent took part; None: they are only rung, and it is dropped if nothing comes of it.
    ``kind``, ``record_id``, ``case_id``: what it is attached to. It is open until ``closed_at``.
    ``call_back_id``: the call back that the call was.
    """

    activity_id: ActivityId
    agent_id: AgentId
    direction: Direction
    began_at: datetime
    call_id: CallId | None = None
    taken_at: datetime | None = None
    kind: RecordKind | None = None
    record_id: int | None = None
    case_id: int | None = None
    description: str = ""
    notes: str = ""
    suggested: Outcome | None = None
    outcome: Outcome | None = None
    reason: EmployerReason | None = None
    closed_at: datetime | None = None
    closed_by: AgentId | None = None
    call_back_id: CallBackId | None = None


def outcome_words(outcome: Outcome, brand: Brand) -> Words:
    """What people read for a stored outcome (R-NI-1)."""
    words = OUTCOMES[outcome]
    return Words(in_brand(words.en, brand), in_brand(words.cy, brand, welsh=True))


def whom(call: CallRow) -> tuple[RecordKind | None, int | None]:
    """The record that a call is about: who calls, by what they have keyed, or whom the agent calls."""
    known: tuple[tuple[RecordKind, int | None], ...] = (
        ("representative", call.representative_id),
        ("client", call.client_id),
        ("employer_agent", call.employer_agent_id),
        ("employer", call.employer_id),
    )
    return next(((kind, record_id) for kind, record_id in known if record_id is not None), (None, None))


def direction(call: CallRow) -> Direction:
    """Whether an agent made the call; its kind may be another once it was handed over."""
    return "outbound" if call.agent_channel_id or call.kind == CallKind.OUTBOUND else "inbound"
