"""Activities and an agent's work, as they go over the wire (R-ACT)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from ivr.domain.activities import DESCRIPTION_LENGTH, NOTES_LENGTH, OUTCOMES, Direction, EmployerReason, Outcome
from ivr.domain.call_backs import Result
from ivr.domain.ids import Brand
from ivr.domain.purposes import Requirements
from ivr.records.activities import Activity
from ivr.records.activity_deeds import AttachKind
from ivr.records.informal import InformalReminder
from ivr.records.moving import MovedCase
from ivr.records.opened import Colleague
from ivr.records.service_requests import Queue
from ivr.web.application_models import ApplicationToAllocate, ApplicationToDo
from ivr.web.models import Model, StaffNumber
from ivr.web.reminder_models import Reminders

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


def _fits_description(text: str) -> str:
    if len(text) > DESCRIPTION_LENGTH:
        raise ValueError(
            f"{len(text)} characters, at most {DESCRIPTION_LENGTH}: put the rest into the contact's notes, and say so"
        )
    return text


def _fits_notes(text: str) -> str:
    if len(text) > NOTES_LENGTH:
        raise ValueError(f"{len(text)} characters, at most {NOTES_LENGTH}: put the rest into the contact's notes")
    return text


Description = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00]*$"),
    AfterValidator(_fits_description),
    Field(json_schema_extra={"maxLength": DESCRIPTION_LENGTH}),
]
Notes = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00]*$"),
    AfterValidator(_fits_notes),
    Field(json_schema_extra={"maxLength": NOTES_LENGTH}),
]
RecordId = Annotated[int, Field(ge=0, le=999_999_999)]


class ActivitiesQuery(Model):
    """Which: without anything one's own open ones, of a team leader their teams'."""

    team: Annotated[str | None, Field(max_length=60, description="of one team; for team leaders")] = None
    agent: Annotated[StaffNumber | None, Field(description="of one agent; for team leaders, or oneself")] = None
    call_id: Annotated[
        str | None,
        StringConstraints(pattern=r"^c[0-9a-z]{16}$"),
        Field(description="everybody's of a call, closed ones too; for who took part in it, and team leaders"),
    ] = None


class Activities(Model):
    """Activities, the oldest call first."""

    activities: tuple[Activity, ...]


class OneActivity(Model):
    """An activity, as it is now."""

    activity: Activity


class WriteBody(Model):
    """What is kept of an activity as it is typed; what is not given stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"description": "Asks how the schedule was worked out."},
                {"notes": "Has the payslips now.\nWill send them."},
            ]
        }
    )

    description: Description | None = None
    notes: Notes | None = None
    reason: Annotated[EmployerReason | None, Field(description="of an employer's call (R-EMP-5)")] = None


class CloseActivityBody(Model):
    """What it is closed with (R-ACT-1)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "call_resolved"}, {"outcome": "no_answer", "reason": None}]}
    )

    outcome: Outcome
    reason: Annotated[EmployerReason | None, Field(description="of an employer's call (R-EMP-5)")] = None
    call_back: Annotated[
        Result | None, Field(description="of the call back that the call was; null leaves that open (R-CB-6)")
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        """An outcome that is missing is told with the list of them."""
        if isinstance(given, dict) and given.get("outcome") is None:
            names = ", ".join(one.value for one in OUTCOMES)
            raise ValueError(f"outcome: an activity is closed with one of these: {names}")
        return given


class AttachBody(Model):
    """What it is attached to (R-ACT-2). ``case``: ``record_id`` is the case's id, the record stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "client", "record_id": 3}, {"kind": "employer", "record_id": 1}],
        }
    )

    kind: AttachKind
    record_id: RecordId


class ByHandBody(Model):
    """A call made or taken on another phone, with its own date and time (R-ACT-4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "direction": "outbound",
                    "began_at": "2026-11-20T14:05:00Z",
                    "description": "Rang from the court's telephone.",
                    "kind": "client",
                    "record_id": 3,
                },
                {"direction": "inbound", "began_at": "2026-11-20T14:05:00Z"},
            ]
        }
    )

    direction: Direction
    began_at: Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST, description="when it began; not ahead")]
    description: Description = ""
    notes: Notes = ""
    kind: AttachKind | None = None
    record_id: RecordId | None = None

    @model_validator(mode="after")
    def _whole(self) -> ByHandBody:
        if (self.kind is None) is not (self.record_id is None):
            raise ValueError("record_id: expected with kind, and kind with it")
        return self


class OutcomesQuery(Model):
    """Whose words: those of the activity's `brand`."""

    brand: Brand = "cmg"


class Choice(Model):
    """A value of a fixed list, and what people read for it."""

    value: str
    label: Annotated[str, Field(description="in English")]
    label_cy: Annotated[str, Field(description="in Welsh")]


class Outcomes(Model):
    """What activities are closed with, and the reasons of employers' calls (R-EMP-5), in the order to choose from."""

    outcomes: tuple[Choice, ...]
    reasons: tuple[Choice, ...]


class CallBackToDo(Model):
    """An open call back that one has."""

    call_back_id: str
    state: Annotated[
        Literal["later", "due", "overdue"],
        Field(description="due from its reminder on (5 minutes before its start), overdue behind its end (R-CB-5)"),
    ]
    reminds_at: AwareDatetime
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    wanted_at: Annotated[AwareDatetime | None, Field(description="the agreed time")]
    kind: str | None
    record_id: int | None
    name: str | None
    reference: str | None
    case_id: int | None
    case_ending: str | None
    contact_number: str
    description: str
    requirements: Annotated[Requirements, Field(description="what the contact requires (R-OUT-3)")]
    tried_at: Annotated[tuple[AwareDatetime, ...], Field(description="when they were tried lately (R-OUT-5)")]


class TeamCallBack(CallBackToDo):
    """An open call back of a leader's teams that wants them: overdue, of somebody absent, passed on (R-CB-5)."""

    holder: Annotated[Colleague | None, Field(description="whose it is; null: the queue's")]
    holder_absent: bool
    queue: str | None
    case_number: Annotated[str | None, Field(description="of the case that moves with it")]
    passed_on: Annotated[bool, Field(description="to the holder alone, without the case")]


class TeamsWork(Model):
    """What a team leader is to see to: call backs, by their start; cases that are with somebody else for a time."""

    call_backs: tuple[TeamCallBack, ...] = ()
    moved_cases: tuple[MovedCase, ...] = ()


class OwnWaiting(Model):
    """A call that waits for one: of one's own case, or transferred to one by name (R-WAIT-4)."""

    call_id: str
    waiting_since: AwareDatetime
    language: str


class Work(Model):
    """What one has to do beside the call: activities still open (that of the call one has too), the oldest first; call
    backs by their start; own calls that wait, the longest first. ``queue_call_backs``: those of one's team or segment
    that are nobody's by name; ``informal``: informal reminders, by their time; ``reminders``: what pops up.
    ``leading``: of one's teams, for team leaders; else null. ``service_requests``: one's own, and those that one's
    teams have to take. ``applications`` and ``to_allocate``: new-application call backs that one is to ring, or to
    allocate.
    """

    activities: tuple[Activity, ...] = ()
    call_backs: tuple[CallBackToDo, ...] = ()
    queue_call_backs: tuple[CallBackToDo, ...] = ()
    informal: tuple[InformalReminder, ...] = ()
    reminders: Reminders = Reminders()
    leading: TeamsWork | None = None
    own_waiting: tuple[OwnWaiting, ...] = ()
    service_requests: Queue = Queue()
    applications: tuple[ApplicationToDo, ...] = ()
    to_allocate: Annotated[
        tuple[ApplicationToAllocate, ...] | None, Field(description="null for who leads no Applications team")
    ] = None
