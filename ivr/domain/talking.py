"""A talk: who takes part in it besides caller and agent, and what may be asked for while it lasts. Pure.

The caller's side is called the far end: for a call that an agent has made it is whom they called.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from ivr.domain.events import OfferState
from ivr.domain.ids import AgentId, CallId, OfferId
from ivr.domain.recordings import RecordedNow

TargetKind = Literal["agent", "team", "segment", "number"]


class PartyRole(StrEnum):
    """What somebody is to a talk that is not their own."""

    CONSULTED = "consulted"
    """Asked by the agent, the far end on hold or in conference with them (R-XFER-2)."""
    INTERPRETER = "interpreter"
    """A provider's number, in conference (R-XFER-5)."""
    LISTENING = "listening"
    """A team leader whom nobody hears (R-MON-2)."""
    WHISPERING = "whispering"
    """A team leader whom the agent alone hears."""
    JOINED = "joined"
    """A team leader whom everybody hears."""


LEADING: Final = frozenset({PartyRole.LISTENING, PartyRole.WHISPERING, PartyRole.JOINED})
"""Team leaders' roles: what their phone does is never RONA."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a call is to go to: ``name`` is a staff number, a team, a segment, or a telephone number."""

    kind: TargetKind
    name: str


@dataclass(frozen=True, slots=True)
class PartyRow:
    """Somebody in a talk that is not their own; ``party_id`` names their leg. They are rung while ``state`` is ringing,
    take part while it is answered and ``ended_at`` is None.

    ``agent_id`` is None for a number outside, which is ``number`` then. ``target``: what was asked for, as
    ``team:Maintenance 1``. ``reason`` and ``notes`` are the asker's words, for who is asked (R-XFER-4).
    """

    party_id: OfferId
    call_id: CallId
    role: PartyRole
    state: OfferState
    agent_id: AgentId | None
    endpoint: str
    made_at: datetime
    number: str = ""
    target: str = ""
    asked_by: AgentId | None = None
    reason: str | None = None
    notes: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        """They take part now."""
        return self.state is OfferState.ANSWERED and self.ended_at is None


@dataclass(frozen=True, slots=True)
class TalkNow:
    """Who hears whom: whoever is not on hold hears the others."""

    far_is_held: bool = False
    held: frozenset[OfferId] = frozenset()
    """The parties on hold, with music."""
    agent_is_muted: bool = False
    """Nobody hears whose call it is."""
    recorded: RecordedNow = field(default_factory=RecordedNow)


# --- what is asked for ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hold:
    """Put the far end on hold, with music (R-STATE-12)."""


@dataclass(frozen=True, slots=True)
class Retrieve:
    """Take the far end back from hold."""


@dataclass(frozen=True, slots=True)
class End:
    """End the call for the asker: who was alone with the far end ends it for them too."""


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Send tones to the far end: digits, ``*``, ``#`` and A to D."""

    digits: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Nobody hears the asker until `Unmute`."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """The asker is heard again."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Have the call's recording silenced (``muted``; ``check``: by the service) or cut (``paused``), or not any more
    (R-REC-1). Nobody in the talk hears a difference.
    """

    how: Literal["check", "muted", "paused"]
    on: bool


@dataclass(frozen=True, slots=True)
class Consult:
    """Put the far end on hold and ring ``to`` (R-XFER-2)."""

    to: Target
    reason: str
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Talk with the far end while whom one consults holds, or the other way round."""


@dataclass(frozen=True, slots=True)
class Complete:
    """Whom one consults has the call from now on."""


@dataclass(frozen=True, slots=True)
class Conference:
    """The far end, the asker and whom they consult all hear each other."""


@dataclass(frozen=True, slots=True)
class Back:
    """End the consultation and go back to the far end."""


@dataclass(frozen=True, slots=True)
class ColdTransfer:
    """Queue the call at ``to`` at once; only under the emergency setting (R-XFER-3)."""

    to: Target
    reason: str
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class GiveToGeneral:
    """Queue the call at GICH: the caller cannot identify themselves (R-SEC-4)."""


@dataclass(frozen=True, slots=True)
class CallInterpreter:
    """Bring an interpreter in as a conference; ``provider``: a name of the configuration's, None for its first."""

    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """Let somebody who takes part go."""

    party_id: OfferId


@dataclass(frozen=True, slots=True)
class Oversee:
    """A team leader listens, whispers or joins; who does one of them already changes to it (R-MON-2)."""

    role: PartyRole
    leader: AgentId


@dataclass(frozen=True, slots=True)
class Take:
    """A team leader takes the call: it is theirs, the agent is in After Call Work (R-MON-2)."""

    leader: AgentId


Wish = (
    Hold
    | Retrieve
    | End
    | SendDigits
    | Mute
    | Unmute
    | Silence
    | Consult
    | Swap
    | Complete
    | Conference
    | Back
    | ColdTransfer
    | GiveToGeneral
    | CallInterpreter
    | Drop
    | Oversee
    | Take
)


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody asks of a talk. ``actor``: as causes and the audit name them, ``agent 7001``."""

    wish: Wish
    by: AgentId
    actor: str


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, or has begun (a phone rings)."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """It cannot be done now; ``why`` is in words for who asked, ``error_id`` stable."""

    error_id: str
    why: str


Outcome = Done | Impossible
CALL_OVER: Final = Impossible("call.over", "the call is over")
NO_TALK: Final = Impossible("call.no_talk", "nobody talks on this call now")
NOT_YOURS: Final = Impossible("call.not_yours", "this is not your call to ask that of")
