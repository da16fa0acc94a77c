"""One team leader on somebody else's call: their phone rung, then their leg where their role has it (R-MON-2).

    listening    leader's leg ── ear ── snoop of the agent's leg, into which nothing is said
    whispering   leader's leg ── ear ── snoop of the agent's leg; what is said into it the agent alone hears
    joined       leader's leg in the talk's own bridge

Runs in the call's own task, but for the ringing, which is a task that the part owns.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from ivr.acd.offer import LEG, LEG_START_LIMIT_S, Ringing, unbroken
from ivr.acd.room import Person, Room
from ivr.domain.events import AgentOffered
from ivr.domain.ids import AgentId, ScopeKey
from ivr.domain.talking import PartyRole, PartyRow
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd
from ivr.pbx.playback import new_id

log = structlog.get_logger()

EAR: Final = "ear-"
"""How the ids of leaders' bridges begin, in which they listen."""
SNOOP: Final = f"{LEG}snoop"
"""How snoop channels' ids begin: as a leg's, so that one which nobody owns is ended as such."""


class Overseer:
    """A team leader, rung or in the talk."""

    def __init__(self, room: Room, row: PartyRow, leader: AgentId, staff_number: str, actor: str) -> None:
        """``actor``: as the audit names them."""
        self.party_id = row.party_id
        self.leader = leader
        self.endpoint = row.endpoint
        self.actor = actor
        self.role = row.role
        self.takes = False
        """They asked for the call itself, and have it once they have answered."""
        self.person: Person | None = None
        """Once they have answered."""
        self.end: OfferEnd | None = None
        """How the ringing ended."""
        self.heard_leg: Channel | None = None
        """The leg that they listen to."""
        offered = AgentOffered(
            row.party_id,
            row.call_id,
            leader,
            staff_number,
            row.endpoint,
            ScopeKey("oversight"),
            own=True,
            at=row.made_at,
        )
        acd = room.acd
        self.ringing = Ringing(acd.session, offered, room.agent.leg, room.agent.staff_number, acd.times)
        self._session = acd.session
        self._news = room.news
        self._ear: Bridge | None = None
        self._snoop: Channel | None = None
        self._in_talk = False
        self._task = room.begin(self._ring(), f"oversee-{row.party_id}")

    @property
    def is_here(self) -> bool:
        """They take part, and their leg is up."""
        return self.person is not None and self.person.leg.is_up

    @property
    def is_joined(self) -> bool:
        """Everybody hears them."""
        return self.is_here and self.role is PartyRole.JOINED

    @property
    def whispers(self) -> bool:
        """The agent alone hears them."""
        return self.is_here and self.role is PartyRole.WHISPERING

    async def _ring(self) -> None:
        end = OfferEnd.UNREACHABLE
        try:
            await self.ringing.start()
            end = await self.ringing.ended()
        except PbxError as error:
            log.warning("oversight.not_rung", leader=self.ringing.offered.staff_number, error=str(error))
        self.end = end
        self._news.set()

    def came_in(self, leg: Channel) -> Person:
        """They have answered, and the store knows."""
        offered = self.ringing.offered
        self.person = Person(leg, self.leader, offered.staff_number, offered.endpoint, self.party_id, self.role)
        self.person.phone_lost = self.ringing.phone_lost
        return self.person

    async def place(self, room: Room) -> bool:
        """Have their leg where their role wants it. False: the PBX cannot; the talk goes on without them.

        Whoever has gone meanwhile is noticed elsewhere.
        """
        if self.person is None:
            return False
        self.person.role = self.role
        try:
            if self.role is PartyRole.JOINED:
                await self._join(room, self.person.leg)
                return True
            return await self._listen(room, self.person.leg)
        except (NotFound, Conflict) as error:
            log.info("oversight.party_gone", error=str(error))
            return True
        except PbxError as error:
            log.warning("oversight.not_placed", role=self.role.value, error=str(error))
            return False

    async def _join(self, room: Room, leg: Channel) -> None:
        self.heard_leg = room.agent.leg
        if self._in_talk:
            return
        if self._ear is not None:
            await self._ear.remove(leg)
        await room.join_agent()
        await room.bridge.add(leg)
        self._in_talk = True
        await self._close_ear()

    async def _listen(self, room: Room, leg: Channel) -> bool:
        """False: there is no ear."""
        before, self.heard_leg = self._snoop, room.agent.leg
        if self._in_talk:
            await room.bridge.remove(leg)
            self._in_talk = False
        await unbroken(self._open_ear(room.agent.leg))
        if self._ear is None or self._snoop is None or not await self._snoop.started(LEG_START_LIMIT_S):
            return False
        await self._ear.add(leg, self._snoop)
        if before is not None:
            await before.hang_up()
        return True

    async def _open_ear(self, heard: Channel) -> None:
        whispers = self.role is PartyRole.WHISPERING
        if self._ear is None:
            self._ear = await self._session.create_bridge("mixing", f"{EAR}{self.party_id}")
        self._snoop = await self._session.create_snoop(heard, new_id(SNOOP), whispers=whispers)

    async def _close_ear(self) -> None:
        if self._snoop is not None:
            await self._snoop.hang_up()
        if self._ear is not None:
            await self._ear.destroy()
        self._snoop = self._ear = None

    async def to_agent(self) -> None:
        """The call is theirs, and their leg the talk's own: nothing else of theirs stays."""
        await self._stop_ringing()
        await self._close_ear()

    async def release(self) -> None:
        """Leave nothing of theirs on the PBX."""
        await self._stop_ringing()
        if self.ringing.leg is not None:
            await self.ringing.leg.hang_up()
        await self._close_ear()

    async def _stop_ringing(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
