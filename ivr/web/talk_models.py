"""What goes over the wire of a talk: who takes part in it, and whom a call is to go to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from ivr.domain.next_steps import NextStep
from ivr.domain.routes import ScopeKind
from ivr.domain.talking import PartyRole, TargetKind
from ivr.records.activities import Activity
from ivr.records.screen_pop import ScreenPop
from ivr.web.models import Model
from ivr.web.recording_models import RecordingNow


class PartyNow(Model):
    """Somebody besides the call's agent and the far end: rung for the talk, in it, or in it and on hold with music."""

    party_id: str
    role: PartyRole
    staff_number: Annotated[str | None, Field(description="null: a number outside")]
    name: str | None
    number: Annotated[str | None, Field(description="the number outside, in national form")]
    state: Literal["ringing", "talking", "held"]
    since: AwareDatetime
    asked_by: Annotated[str | None, Field(description="staff number")]


class Named(Model):
    """A name as people read it, in both languages."""

    en: str
    cy: str


class Through(Model):
    """The queue through which the call was offered; ``agent``: by name, as one's own case or a transfer to one."""

    kind: ScopeKind
    name: Annotated[str, Field(description="the team's or segment's name; the agent's staff number")]


class MyCall(Model):
    """The call that rings for, or is with, the agent, what opens on their screen, and who else takes part."""

    pop: ScreenPop
    agent: Annotated[str | None, Field(description="staff number of whose call it is; the asker's, or a colleague's")]
    answered_at: Annotated[AwareDatetime | None, Field(description="since when the call is talked")]
    far_held: Annotated[bool, Field(description="the far end is on hold, with music")]
    muted: Annotated[bool, Field(description="nobody hears whose call it is")]
    recording: Annotated[RecordingNow | None, Field(description="null: calls of this line are not recorded")]
    parties: tuple[PartyNow, ...]
    line_name: Annotated[Named, Field(description="of `pop.line`")]
    through: Annotated[Through | None, Field(description="null: not through a queue")]
    activity: Annotated[Activity | None, Field(description="one's own of this call; null for who only listens")]
    earlier: Annotated[tuple[Activity, ...], Field(description="the others' of this call, oldest first (R-XFER-4)")]
    next_steps: Annotated[
        tuple[NextStep, ...],
        Field(description="what one of GICH does next with it, in this order (R-CB-12)"),
    ]


class TargetBody(Model):
    """Whom a call is to go to."""

    kind: Annotated[TargetKind, Field(description="number: a telephone number outside, to consult only")]
    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$"),
        Field(description="a staff number, a team's or segment's name, or a telephone number"),
    ]


class TransferBody(Model):
    """To whom, and what they are told of it (R-XFER-2, R-XFER-4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": {"kind": "agent", "name": "7005"}, "reason": "asks about enforcement"},
                {"to": {"kind": "team", "name": "Maintenance 1"}, "reason": "arrears", "notes": "has the letter here"},
            ]
        }
    )

    to: TargetBody
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400, pattern=r"^[^\x00]*$")
    ]
    notes: Annotated[str | None, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")] = None
