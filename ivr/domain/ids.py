"""The kinds of identity in the service, and how new ones are made.

Call and offer ids are chosen by us before anything is asked of the PBX or the database; they sort by time.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final, Literal, NewType

CallId = NewType("CallId", str)
OfferId = NewType("OfferId", str)
AgentId = NewType("AgentId", int)
ClientId = NewType("ClientId", int)
CaseId = NewType("CaseId", int)
EmployerId = NewType("EmployerId", int)
StaffNumber = NewType("StaffNumber", str)
ScopeKey = NewType("ScopeKey", str)
CallBackId = NewType("CallBackId", str)
ServiceRequestId = NewType("ServiceRequestId", str)
AttemptId = NewType("AttemptId", str)
AlertId = NewType("AlertId", str)
ActivityId = NewType("ActivityId", str)
MailId = NewType("MailId", str)
DocumentId = NewType("DocumentId", str)
ApplicationId = NewType("ApplicationId", str)
CheckId = NewType("CheckId", str)
ReminderId = NewType("ReminderId", str)
RecordingId = NewType("RecordingId", str)

Language = Literal["en", "cy"]
Brand = Literal["cmg", "nicms"]

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_TIME_DIGITS: Final = 9
_RANDOM_DIGITS: Final = 7


def _digits(number: int, count: int) -> str:
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in range(count - 1, -1, -1))


def _from(prefix: str, at: datetime) -> str:
    return prefix + _digits(int(at.timestamp() * 1000), _TIME_DIGITS)


def _stamped(prefix: str, now: datetime) -> str:
    return _from(prefix, now) + _digits(secrets.randbits(35), _RANDOM_DIGITS)


def new_call_id(now: datetime) -> CallId:
    """A call id that sorts by ``now`` (aware, UTC) and is unique across nodes."""
    return CallId(_stamped("c", now))


def new_offer_id(now: datetime) -> OfferId:
    """An offer id that sorts by ``now`` (aware, UTC)."""
    return OfferId(_stamped("o", now))


def new_call_back_id(now: datetime) -> CallBackId:
    """A call back's id that sorts by ``now`` (aware, UTC)."""
    return CallBackId(_stamped("b", now))


def new_service_request_id(now: datetime) -> ServiceRequestId:
    """A service request's id that sorts by ``now`` (aware, UTC)."""
    return ServiceRequestId(_stamped("s", now))


def new_attempt_id(now: datetime) -> AttemptId:
    """The id of an outbound attempt that sorts by ``now`` (aware, UTC)."""
    return AttemptId(_stamped("a", now))


def attempt_of(call_id: CallId) -> AttemptId:
    """The one outbound attempt of a call, so that a later process finds it."""
    return AttemptId("a" + call_id[1:])


def new_alert_id(now: datetime) -> AlertId:
    """An alert id that sorts by ``now`` (aware, UTC)."""
    return AlertId(_stamped("a", now))


def new_activity_id(now: datetime) -> ActivityId:
    """An activity's id that sorts by ``now`` (aware, UTC)."""
    return ActivityId(_stamped("v", now))


def new_mail_id(now: datetime) -> MailId:
    """A mail's id that sorts by ``now`` (aware, UTC)."""
    return MailId(_stamped("m", now))


def new_document_id(now: datetime) -> DocumentId:
    """A document's id that sorts by ``now`` (aware, UTC)."""
    return DocumentId(_stamped("d", now))


def new_recording_id(now: datetime) -> RecordingId:
    """A recording's id that sorts by ``now`` (aware, UTC)."""
    return RecordingId(_stamped("r", now))


def new_application_id(now: datetime) -> ApplicationId:
    """The id of a new-application call back that sorts by ``now`` (aware, UTC)."""
    return ApplicationId(_stamped("n", now))


def new_check_id(now: datetime) -> CheckId:
    """A security check's id that sorts by ``now`` (aware, UTC)."""
    return CheckId(_stamped("k", now))


def new_reminder_id(now: datetime) -> ReminderId:
    """An informal reminder's id that sorts by ``now`` (aware, UTC)."""
    return ReminderId(_stamped("r", now))


def first_call_id(at: datetime) -> CallId:
    """What the ids of calls from ``at`` on begin after: a bound for reading the youngest by their key."""
    return CallId(_from("c", at))


def first_offer_id(at: datetime) -> OfferId:
    """What the ids of offers made from ``at`` on begin after."""
    return OfferId(_from("o", at))
