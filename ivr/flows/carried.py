"""What the switchboard needs of a call that a task of its own carries."""

from __future__ import annotations

from typing import Protocol

from ivr.acd.recovery import Left
from ivr.domain.events import AgentOffered, CallBackChanged, CallEnd, OfferEnded, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId
from ivr.domain.lines import Line
from ivr.domain.talking import Command, Outcome, TalkNow


class Carried(Protocol):
    """A call as its task carries it, a caller's or one that an agent makes."""

    call_id: CallId
    line: Line
    dnis: str
    left: Left | None
    end: CallEnd

    async def arrive(self) -> None:
        """It has a row from here on."""

    def tell(self, change: AgentOffered | OfferEnded | PhoneChanged | PartyChanged | CallBackChanged) -> None:
        """The store has committed something about it, or a phone. Never waits."""

    async def command(self, command: Command) -> Outcome:
        """Somebody asks something of it."""

    @property
    def talk_now(self) -> TalkNow | None:
        """Who hears whom on it; None while nobody talks."""

    async def give_to_fallback(self) -> None:
        """It cannot be served here."""

    async def close(self) -> CallEnd:
        """It is over: how it counts."""
