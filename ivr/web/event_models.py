"""The messages of ``/api/events``: a snapshot, then changes, each with a rising ``seq``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, RootModel, SecretStr

from ivr.domain.documents import DocumentStatus
from ivr.domain.events import OfferState
from ivr.domain.outbound import Progress
from ivr.domain.talking import PartyRole
from ivr.records.activities import Activity
from ivr.web.activity_models import Work
from ivr.web.board_models import QueueNow, Today
from ivr.web.leading_models import AlertNow, LeaderDeed
from ivr.web.models import AgentNow, CallNow, Me, Model
from ivr.web.oversight_models import SwitchNow
from ivr.web.recording_models import RecordingStoppedNow
from ivr.web.talk_models import MyCall

Seq = Annotated[int, Field(description="rises with each message of this node, not by one for each reader")]


class Introduction(Model):
    """The first message of a client that could not send an ``Authorization`` header."""

    token: Annotated[SecretStr, Field(max_length=200)]


class Snapshot(Model):
    """Everything now. ``agents``, ``phones_lost``, ``calls`` (those that are up, and those whose agent is in After Call
    Work) and ``today`` are for who oversees; ``me``: null for a program.
    """

    seq: Seq
    type: Literal["snapshot"] = "snapshot"
    at: AwareDatetime
    me: Me | None
    call: MyCall | None
    work: Annotated[Work | None, Field(description="null for a program")]
    queues: tuple[QueueNow, ...]
    switches: tuple[SwitchNow, ...]
    agents: tuple[AgentNow, ...] | None
    phones_lost: Annotated[
        tuple[str, ...] | None,
        Field(description="staff numbers of those logged in whose phone cannot be reached; changes: phone_changed"),
    ]
    calls: tuple[CallNow, ...] | None
    today: Today | None
    recording_stopped: Annotated[
        RecordingStoppedNow | None, Field(description="for who oversees; null: calls are recorded as their lines say")
    ]
    alerts: Annotated[tuple[AlertNow, ...], Field(description="not over: one's own, and for a leader those for them")]


class AgentChangedTold(Model):
    """An agent's state changed: one's own, or for a team leader anybody's. Who is new logs in with name and role."""

    seq: Seq
    type: Literal["agent_changed"] = "agent_changed"
    agent: AgentNow


class PhoneChangedTold(Model):
    """The phone that an agent is logged in on can be reached again, or cannot any more: one's own, or for a team leader
    anybody's (R-STATE-8).
    """

    seq: Seq
    type: Literal["phone_changed"] = "phone_changed"
    staff_number: str
    endpoint: str
    reachable: bool


class IdleWarningTold(Model):
    """One will be logged out at ``ends_at`` for having been Available without a call for so long (R-STATE-6)."""

    seq: Seq
    type: Literal["idle_warning"] = "idle_warning"
    staff_number: str
    ends_at: AwareDatetime


class MyCallTold(Model):
    """One's own call with its screen pop, who is in it and who hears whom, whenever any of it has changed: it rings,
    was answered, is held, is finished (``call`` null).
    """

    seq: Seq
    type: Literal["my_call"] = "my_call"
    call: MyCall | None


class ActivityChangedTold(Model):
    """One's own activity was written, attached, closed or entered, at another desk of one's own or by a team leader."""

    seq: Seq
    type: Literal["activity_changed"] = "activity_changed"
    activity: Activity


class WorkChangedTold(Model):
    """One's own work is another: activities that are open, call backs, own calls that wait. All of it."""

    seq: Seq
    type: Literal["work_changed"] = "work_changed"
    work: Work


class RecordChangedTold(Model):
    """A record, or what belongs to it (its details, service requests, notes), was changed: who shows it asks anew."""

    seq: Seq
    type: Literal["record_changed"] = "record_changed"
    kind: str
    record_id: int


class DocumentChangedTold(Model):
    """A letter or form of a record was written in, issued, cancelled or sent: for every desk, without its text."""

    seq: Seq
    type: Literal["document_changed"] = "document_changed"
    document_id: str
    status: DocumentStatus
    kind: str | None
    record_id: int | None


class CallProgressTold(Model):
    """How far a call has come that one makes (R-OUT-1): ``progress`` beyond ``answered`` says why it was not."""

    seq: Seq
    type: Literal["call_progress"] = "call_progress"
    call_id: str
    progress: Progress
    at: AwareDatetime


class QueueChangedTold(Model):
    """A queue's figures changed, or a threshold of it broke, was acknowledged, or is kept again (R-MON-3)."""

    seq: Seq
    type: Literal["queue_changed"] = "queue_changed"
    queue: QueueNow


class TodayChangedTold(Model):
    """For who oversees: today's figures changed. All of them, to be shown instead of those before."""

    seq: Seq
    type: Literal["today_changed"] = "today_changed"
    today: Today


class CallChangedTold(Model):
    """For team leaders: a call's state changed."""

    seq: Seq
    type: Literal["call_changed"] = "call_changed"
    call: CallNow


class JourneyStepTold(Model):
    """For team leaders: a step of any call's journey."""

    seq: Seq
    type: Literal["journey_step"] = "journey_step"
    call_id: str
    at: AwareDatetime
    step: str
    data: dict[str, str]


class SwitchChangedTold(Model):
    """A team leader switched the emergency setting or downtime on or off (R-MON-4)."""

    seq: Seq
    type: Literal["switch_changed"] = "switch_changed"
    switch: SwitchNow


class RecordingStoppedTold(Model):
    """For who oversees: nothing is recorded any more, or again as lines say (``stopped`` null). Calls go on."""

    seq: Seq
    type: Literal["recording_stopped"] = "recording_stopped"
    stopped: RecordingStoppedNow | None


class PartyChangedTold(Model):
    """Somebody takes part, or is rung to take part, in one's own talk: rings, is in it, is not any more; or who hears
    whom has changed (``held``: the party is on hold; ``far_held``: the far end is; null: as it was).
    """

    seq: Seq
    type: Literal["party_changed"] = "party_changed"
    call_id: str
    party_id: str
    role: PartyRole
    who: Annotated[str, Field(description="a staff number, or outside")]
    state: Annotated[OfferState, Field(description="ringing, answered, or why the ringing came to nothing")]
    over: Annotated[bool, Field(description="they take no part any more")]
    held: bool | None
    far_held: bool | None
    at: AwareDatetime


class AlertChangedTold(Model):
    """An alert was raised, acknowledged, or is over: for the agent and the team leaders concerned (R-STATE-11)."""

    seq: Seq
    type: Literal["alert_changed"] = "alert_changed"
    alert: AlertNow


class LeaderActedTold(Model):
    """A team leader did something to one, or, for team leaders, to anybody (R-MON-2)."""

    seq: Seq
    type: Literal["leader_acted"] = "leader_acted"
    deed: LeaderDeed


class Beat(Model):
    """Nothing has happened for a while, and the service is there; only for who asked for it (``?beat=1``)."""

    type: Literal["beat"] = "beat"


class LiveEvent(
    RootModel[
        Annotated[
            Snapshot
            | AgentChangedTold
            | PhoneChangedTold
            | IdleWarningTold
            | MyCallTold
            | ActivityChangedTold
            | WorkChangedTold
            | DocumentChangedTold
            | CallProgressTold
            | RecordChangedTold
            | QueueChangedTold
            | TodayChangedTold
            | CallChangedTold
            | JourneyStepTold
            | SwitchChangedTold
            | RecordingStoppedTold
            | PartyChangedTold
            | AlertChangedTold
            | LeaderActedTold
            | Beat,
            Field(discriminator="type"),
        ]
    ]
):
    """Any message of the service on ``/api/events``."""
