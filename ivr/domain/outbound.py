"""A call that an agent makes: what is asked for, how far it has come, how it ended (R-OUT-1). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.domain.events import CallEnd
from ivr.domain.ids import AgentId, Brand, CallBackId, CallId
from ivr.domain.purposes import AttemptOutcome, ContactKind, Purpose


class Progress(StrEnum):
    """How far a call has come that an agent makes. Everything behind ``answered`` says why it was not."""

    CALLING_AGENT = "calling_agent"
    """The agent's own phone rings."""
    DIALLING = "dialling"
    """The agent's phone is answered; whom they call is asked for."""
    RINGING = "ringing"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    AGENT_NOT_REACHED = "agent_not_reached"
    """The agent's own phone was not answered: they are as they were."""


STEP: Final = "dialled"
"""The steps of a call's journey that say how far it has come; ``progress`` is a `Progress`."""
PROGRESS: Final[Mapping[CallEnd, Progress]] = {
    CallEnd.REACHED: Progress.ANSWERED,
    CallEnd.NO_ANSWER: Progress.NO_ANSWER,
    CallEnd.BUSY: Progress.BUSY,
    CallEnd.REJECTED: Progress.REJECTED,
    CallEnd.UNREACHABLE: Progress.UNREACHABLE,
    CallEnd.CANCELLED: Progress.CANCELLED,
    CallEnd.FAULT: Progress.UNREACHABLE,
}
"""What an agent is told of how their call ended."""
_OUTCOMES: Final[Mapping[CallEnd, AttemptOutcome]] = {
    CallEnd.REACHED: AttemptOutcome.ANSWERED,
    CallEnd.NO_ANSWER: AttemptOutcome.NO_ANSWER,
    CallEnd.BUSY: AttemptOutcome.BUSY,
    CallEnd.REJECTED: AttemptOutcome.REJECTED,
    CallEnd.UNREACHABLE: AttemptOutcome.UNREACHABLE,
}


def outcome_of(end: CallEnd) -> AttemptOutcome:
    """How the attempt ended that the call was (R-OUT-5); what nobody knows counts as cancelled."""
    return _OUTCOMES.get(end, AttemptOutcome.CANCELLED)


@dataclass(frozen=True, slots=True)
class Whom:
    """The record that is called: ``kind`` and ``record_id``, and the case it is about, if any."""

    kind: ContactKind | None = None
    record_id: int | None = None
    case_id: int | None = None

    def id_of(self, kind: ContactKind) -> int | None:
        """The record's id if it is of this kind."""
        return self.record_id if self.kind == kind else None


NOBODY: Final = Whom()


@dataclass(frozen=True, slots=True)
class Order:
    """A call that an agent wants made. ``number``: as it may be dialled (R-OUT-4); ``brand``: of the record.

    ``call_back_id``: the call back that it is.
    """

    agent_id: AgentId
    number: str
    brand: Brand = "cmg"
    whom: Whom = NOBODY
    purpose: Purpose | None = None
    call_back_id: CallBackId | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """The call is being made."""

    call_id: CallId
