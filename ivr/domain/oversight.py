"""Who may do what, what is kept of it, and what team leaders switch (R-MON-4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is to the service. Operations take no calls and see no records."""

    AGENT = "agent"
    TEAM_LEADER = "team_leader"
    OPERATIONS = "operations"


OVERSEERS: Final = frozenset({Role.TEAM_LEADER, Role.OPERATIONS})
"""Who sees every agent, queue and call."""


class Deed(StrEnum):
    """What is audited: the names are for programs and never change."""

    RECORD_OPENED = "record_opened"
    SUPPRESSION_SET = "suppression_set"
    SUPPRESSION_LIFTED = "suppression_lifted"
    REQUIREMENTS_SET = "requirements_set"
    CALL_BACK_RAISED = "call_back_raised"
    CALL_BACK_RETIMED = "call_back_retimed"
    CALL_BACK_PASSED = "call_back_passed"
    CALL_BACK_CLOSED = "call_back_closed"
    SERVICE_REQUEST_MADE = "service_request_made"
    SERVICE_REQUEST_ASSIGNED = "service_request_assigned"
    SERVICE_REQUEST_CLOSED = "service_request_closed"
    SECURITY_RESULT_SET = "security_result_set"
    SECRETS_SET = "secrets_set"
    SECURITY_CHECK_BEGUN = "security_check_begun"
    BOGUS_CALLER_REPORTED = "bogus_caller_reported"
    CALLER_NOT_IDENTIFIED = "caller_not_identified"
    ACTIVITY_CHANGED = "activity_changed"
    ACTIVITY_ATTACHED = "activity_attached"
    ACTIVITY_CLOSED = "activity_closed"
    DOCUMENT_MADE = "document_made"
    DOCUMENT_CHANGED = "document_changed"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_CANCELLED = "document_cancelled"
    EMPLOYER_UPDATED = "employer_updated"
    EMPLOYER_LINK_CONFIRMED = "employer_link_confirmed"
    CONTACT_NOTED = "contact_noted"
    PRO_FORMA_SENT = "pro_forma_sent"
    APPLICATION_RAISED = "application_raised"
    APPLICATION_CHANGED = "application_changed"
    APPLICATION_ALLOCATED = "application_allocated"
    APPLICATION_RETIMED = "application_retimed"
    APPLICATION_ATTEMPTED = "application_attempted"
    APPLICATION_ATTEMPT_ENDED = "application_attempt_ended"
    APPLICATION_ATTEMPT_WITHDRAWN = "application_attempt_withdrawn"
    APPLICATION_COMPLETED = "application_completed"
    APPLICATION_ENTERED = "application_entered"
    APPLICATION_EMPTIED = "application_emptied"
    DOCUMENT_SENT = "document_sent"
    RECORDING_PLAYED = "recording_played"
    RECORDING_DELETED = "recording_deleted"
    CASE_MOVED = "case_moved"
    REMINDER_CHANGED = "reminder_changed"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    TOKEN_MADE = "token_made"  # noqa: S105 - what was done, no secret
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - what was done, no secret
    STATE_SET = "state_set"
    LOGGED_OUT = "logged_out"
    LISTENED = "listened"
    WHISPERED = "whispered"
    JOINED = "joined"
    CALL_TAKEN = "call_taken"
    ALERT_RAISED = "alert_raised"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    BREACH_ACKNOWLEDGED = "breach_acknowledged"


@dataclass(frozen=True, slots=True)
class Audited:
    """Something that a person or program did to another person or to data.

    ``actor``: ``agent 7001``, ``program wallboard``. ``kind`` and ``record_id``: whom or what (an agent, a client, a
    case …); ``subject``: the name of what has one. ``call_id``: during which call.
    """

    at: datetime
    actor: str
    what: str
    kind: str | None = None
    record_id: int | None = None
    subject: str | None = None
    why: str | None = None
    call_id: str | None = None


class Switch(StrEnum):
    """What a team leader switches on and off."""

    EMERGENCY = "emergency"
    """Cold transfers are allowed (R-XFER-3)."""
    DOWNTIME = "downtime"
    """The case system is down: references are asked for once, without a look-up (R-MON-4, R-CB-11)."""


@dataclass(frozen=True, slots=True)
class SwitchChanged:
    """A switch was turned."""

    name: Switch
    is_on: bool
    since: datetime
    actor: str
