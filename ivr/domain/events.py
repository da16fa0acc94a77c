"""What has happened: told to whoever must act on it (a call's task, the live pages) after the row is committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertChanged, LeaderActed
from ivr.domain.ids import AgentId, CallId, OfferId, ScopeKey
from ivr.domain.oversight import SwitchChanged
from ivr.domain.recordings import RecordingStopped
from ivr.domain.toolbar import Part


class CallState(StrEnum):
    """The life of a call's row."""

    MENU = "menu"
    OUTSIDE = "outside"
    """Being put through to a number outside, or in talk with whoever answered there."""
    WAITING = "waiting"
    RINGING = "ringing"
    DIALLING = "dialling"
    """An agent makes it: their own phone rings, or whom they call (R-OUT-1)."""
    TALKING = "talking"
    ENDED = "ended"


class CallEnd(StrEnum):
    """How a call ended; R-MI-3 counts each call under exactly one."""

    ANSWERED = "answered"
    ABANDONED_MENU = "abandoned_menu"
    ABANDONED_QUEUE = "abandoned_queue"
    CLOSED = "closed"
    UNKNOWN_NUMBER = "unknown_number"
    SENT_OUTSIDE = "sent_outside"
    CALLED_BACK = "called_back"
    """Its caller took a call back instead of waiting, whatever became of that (R-WAIT-3)."""
    FAULT = "fault"
    REACHED = "reached"
    """An agent's call that was answered; the rest are how one was not, and none of them was offered (R-MI-3)."""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    """The agent hung up first, or their own phone was not answered."""


class OfferState(StrEnum):
    """An offer: ringing, then exactly one of the rest (R-RONA-2, R-RONA-3, R-WAIT-5, R-STATE-5)."""

    RINGING = "ringing"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CALLER_GONE = "caller_gone"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AgentOffered:
    """An agent was reserved for a call; the call's task rings ``endpoint``."""

    offer_id: OfferId
    call_id: CallId
    agent_id: AgentId
    staff_number: str
    endpoint: str
    scope: ScopeKey
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """A ringing offer ended in the database; who still rings for it stops."""

    offer_id: OfferId
    call_id: CallId
    agent_id: AgentId
    state: OfferState


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's row changed state. ``deadline_s``: the state passes by itself after so many seconds, if set."""

    agent_id: AgentId
    staff_number: str
    team: str
    segment: str
    state: AgentState
    code: str | None
    since: datetime
    pending: AgentState | None
    pending_code: str | None
    call_id: CallId | None
    deadline_s: float | None
    endpoint: str = ""
    pending_by: str | None = None
    part: Part = Part.OWN
    """What they are to the call they are on."""


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """The phone that an agent is logged in on can be reached again, or cannot any more (R-STATE-8).

    ``anew``: it has registered from another address, and what talked at the one before may be dead.
    """

    agent_id: AgentId
    staff_number: str
    endpoint: str
    reachable: bool
    anew: bool = False


@dataclass(frozen=True, slots=True)
class IdleWarned:
    """An agent will be logged out at ``ends_at`` unless they do something (R-STATE-6)."""

    agent_id: AgentId
    staff_number: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CallChanged:
    """A call's row changed state. ``overflow_in_s`` is set when its overflow must be fired later."""

    call_id: CallId
    state: CallState
    agent_id: AgentId | None = None
    end: CallEnd | None = None
    overflow_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class CallProgressed:
    """How far a call has come that an agent makes (R-OUT-1). ``progress`` is an `ivr.domain.outbound.Progress`."""

    call_id: CallId
    agent_id: AgentId
    progress: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """Somebody who is, or is asked, to take part in a talk that is not their own: rings, is in it, or is not any more.

    ``role`` is a `PartyRole`; ``agent_id`` is None for a number outside. Over once ``state`` is neither ringing nor
    answered, or ``is_over``.
    """

    call_id: CallId
    party_id: OfferId
    agent_id: AgentId | None
    role: str
    state: OfferState
    at: datetime
    is_over: bool = False
    agents: tuple[AgentId, ...] = ()
    """Whom it concerns: whose call it is, who asked, and the party."""
    who: str = ""
    """A staff number, or that it is a number outside."""
    is_held: bool | None = None
    far_is_held: bool | None = None
    """Told where that is what has changed: the party, or the far end, is on hold with music, or not any more."""


@dataclass(frozen=True, slots=True)
class TalkChanged:
    """Who hears whom in a talk has changed: hold, mute; for the ``agents`` who take part in it."""

    call_id: CallId
    agents: tuple[AgentId, ...]


@dataclass(frozen=True, slots=True)
class WorkChanged:
    """The work of these agents has changed: activities, call backs. None: it may be anybody's."""

    agents: tuple[AgentId, ...] | None = None


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """A record, or what belongs to it, was changed by somebody."""

    kind: str
    record_id: int


@dataclass(frozen=True, slots=True)
class CallBackChanged:
    """A waiting caller has taken a call back, and may hang up; or, ``is_over``, they need not be rung any more."""

    call_id: CallId
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class BlockSet:
    """After a RONA an agent may be offered this call again only in ``again_in_s`` seconds (R-RONA-2)."""

    call_id: CallId
    agent_id: AgentId
    again_in_s: float


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A fact was appended to a call's journey. ``data`` holds no personal data: names, masked references, ids."""

    call_id: CallId
    at: datetime
    step: str
    data: tuple[tuple[str, str], ...]


Change = (
    AgentOffered
    | OfferEnded
    | AgentChanged
    | CallChanged
    | BlockSet
    | JourneyStep
    | SwitchChanged
    | PhoneChanged
    | IdleWarned
    | AlertChanged
    | LeaderActed
    | PartyChanged
    | CallProgressed
    | CallBackChanged
    | TalkChanged
    | WorkChanged
    | RecordChanged
    | RecordingStopped
)
