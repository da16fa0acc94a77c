"""Reminders, as they go over the wire (R-CB-5, R-CB-8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ivr.domain.purposes import Requirements
from ivr.domain.reminders import ClientRole, Source
from ivr.records.informal import InformalReminder
from ivr.web.models import Model

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
STEPS: Final = 8
"""The most steps of a snooze that a request may name; the configuration may allow fewer."""
At = Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)]


class ReminderUp(Model):
    """A reminder that has popped up. It goes when what it is of is closed, or its times are set again; put off, it
    comes again.
    """

    source: Source
    source_id: Annotated[str, Field(description="the id of the call back, the informal reminder …")]
    popped_up_at: AwareDatetime
    starts_at: Annotated[AwareDatetime, Field(description="its time; a formal call back's alarm")]
    ends_at: Annotated[AwareDatetime | None, Field(description="by when; null: no limit")]
    overdue: bool
    name: str | None
    contact_number: str | None
    description: str
    kind: str | None
    record_id: int | None
    case_id: int | None
    case_ending: str | None
    role: Annotated[str | None, Field(description="of an informal reminder: rp or pp")]
    requirements: Requirements
    tried_at: tuple[AwareDatetime, ...]


class Reminders(Model):
    """What has popped up, the earliest first, and when the next will; it is told then. Snoozed in steps of so many
    seconds, up to so many at a time.
    """

    up: tuple[ReminderUp, ...] = ()
    next_at: AwareDatetime | None = None
    snooze_step_s: float = 900.0
    snooze_steps: int = STEPS


class SnoozeBody(Model):
    """For how many steps (R-CB-5)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"steps": 1}]})

    steps: Annotated[int, Field(ge=1, le=STEPS, description="of 15 minutes, as shipped")]


class PutOffUntil(Model):
    """When it comes again; nothing but closing it, or another time for it, ends it."""

    until: AwareDatetime


class InformalBody(Model):
    """What is to be remembered on a case (R-CB-8)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"role": "rp", "due_at": "2027-01-11T10:00:00Z", "description": "Ask whether it has come."}]
        }
    )

    role: Annotated[ClientRole, Field(description="as which of the case's clients")]
    due_at: Annotated[At, Field(description="any time ahead; it pops up 5 minutes before")]
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")] = ""


class InformalTimeBody(Model):
    """Another time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_at": "2027-01-12T10:00:00Z"}]})

    due_at: At


class OneReminder(Model):
    """An informal reminder, as it is now."""

    reminder: InformalReminder


class InformalReminders(Model):
    """Open informal reminders, by their time."""

    reminders: tuple[InformalReminder, ...]
