"""Ringing somebody for a talk that goes on: an agent's phone or a number outside, in a task of its own.

Enters: a party that the store has reserved. Leaves: `PartyRinging.end`, and the talk is woken. Owned by the part of the
talk that began it, which calls `stop` whatever happens.
"""

from __future__ import annotations

import asyncio

import structlog

from ivr.acd.offer import Ringing, leg_id
from ivr.acd.outside_leg import OutsideLeg
from ivr.acd.room import Person, Room
from ivr.domain.events import AgentOffered
from ivr.domain.ids import ScopeKey, StaffNumber
from ivr.domain.talking import PartyRow
from ivr.errors import IvrError
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()


class PartyRinging:
    """One party's ringing."""

    def __init__(self, room: Room, row: PartyRow, staff_number: str) -> None:
        """``staff_number``: whose phone it is; '' outside."""
        self.row = row
        self.end: OfferEnd | None = None
        """How it ended; None while it rings."""
        self._room = room
        self._staff_number = staff_number
        self._inside = None if row.agent_id is None else self._ringing()
        self._outside = self._leg_outside() if row.agent_id is None else None
        self._task: asyncio.Task[None] | None = None

    @property
    def leg(self) -> Channel | None:
        """The leg, once there is one."""
        either = self._inside or self._outside
        return None if either is None else either.leg

    @property
    def person(self) -> Person | None:
        """Who answered."""
        leg = self.leg
        if leg is None:
            return None
        row = self.row
        person = Person(leg, row.agent_id, self._staff_number, row.endpoint, row.party_id, row.role)
        person.phone_lost = self._inside is not None and self._inside.phone_lost
        return person

    def begin(self) -> None:
        """Have it ring; returns at once."""
        self._task = self._room.begin(self._until_over(), f"party-{self.row.party_id}")

    def withdraw(self) -> None:
        """It is not wanted any more. Told from the event loop, never waits."""
        if self._inside is not None:
            self._inside.withdraw()

    def phone_changed(self, endpoint: str, *, reachable: bool) -> None:
        """Word of a phone. Told from the event loop, never waits."""
        if self._inside is not None and endpoint == self.row.endpoint:
            self._inside.phone_changed(reachable=reachable)

    async def stop(self, reason_code: int = 16) -> None:
        """Ring no more, and leave nothing of it on the PBX; ``reason_code``: Q.850."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
        if self.leg is not None:
            await self.leg.hang_up(reason_code)

    async def _until_over(self) -> None:
        end = OfferEnd.GONE
        try:
            end = await self._rung()
        except IvrError as error:
            log.warning("party.not_rung", party_id=self.row.party_id, error=str(error))
        finally:
            log.info("party.rung", party_id=self.row.party_id, role=self.row.role.value, end=end.value)
            self.end = end
            self._room.news.set()

    async def _rung(self) -> OfferEnd:
        if self._outside is not None:
            return await self._outside.ring()
        if self._inside is None:
            return OfferEnd.UNREACHABLE
        await self._inside.start()
        return await self._inside.ended()

    def _ringing(self) -> Ringing | None:
        """The phone shows who asks."""
        room, row = self._room, self.row
        if row.agent_id is None:
            return None
        offered = AgentOffered(
            row.party_id,
            row.call_id,
            row.agent_id,
            StaffNumber(self._staff_number),
            row.endpoint,
            ScopeKey(row.role.value),
            own=True,
            at=row.made_at,
        )
        asker = room.agent
        return Ringing(room.acd.session, offered, asker.leg, asker.staff_number, room.acd.times)

    def _leg_outside(self) -> OutsideLeg | None:
        acd, row = self._room.acd, self.row
        unit = acd.outbound.unit(row.number)
        if unit is None:
            return None
        return OutsideLeg(acd.session, unit, acd.cli, leg_id(row.party_id), row.call_id)
