"""Whom an agent consults: rung, in the talk, on hold with music, gone."""

from __future__ import annotations

from ivr.acd import parties
from ivr.acd.party_ringing import PartyRinging
from ivr.acd.room import LeftParty, Person, Room
from ivr.domain.events import OfferState, PartyChanged, PhoneChanged
from ivr.domain.talking import PartyRow
from ivr.pbx.offer_end import OfferEnd


class Guest:
    """One consulted agent, or number outside."""

    def __init__(self, row: PartyRow, ringing: PartyRinging | None, person: Person | None = None) -> None:
        """``ringing``: None for somebody who had answered before this process began."""
        self.row = row
        self.person = person
        """Who answered; None while it rings."""
        self._ringing = ringing

    @property
    def is_held(self) -> bool:
        """Out of the bridge, with music, while the agent talks with the far end."""
        return self.person is not None and self.person.is_held

    @property
    def rang(self) -> OfferEnd | None:
        """How the ringing ended."""
        return None if self._ringing is None else self._ringing.end

    def ring(self) -> None:
        """Have the phone ring; returns at once."""
        if self._ringing is not None:
            self._ringing.begin()

    async def came_in(self, room: Room) -> None:
        """They have answered, and talk with the agent."""
        self.person = None if self._ringing is None else self._ringing.person
        if self.person is not None:
            self.is_here(room)
            await room.bring_in(self.person.leg)

    def is_here(self, room: Room) -> None:
        """Their phone is watched from here on."""
        if self.person is not None:
            room.company.append(self.person)
            room.watch(self.person.leg)

    async def hold(self, room: Room) -> None:
        """They hear music."""
        if self.person is not None:
            self.person.is_held = True
            await room.send_out(self.person.leg)

    async def take(self, room: Room) -> None:
        """They are back from hold."""
        if self.person is not None:
            self.person.is_held = False
            await room.bring_in(self.person.leg)

    async def ended(self, room: Room) -> OfferState | None:
        """Whether they are gone: as `ivr.acd.parties.end` calls it. None: they are there."""
        person = self.person
        if person is None:
            return None
        if person.leg.is_gone:
            return OfferState.UNREACHABLE if person.leg.was_cut else OfferState.ANSWERED
        holds = self.is_held or person.leg.is_held
        return OfferState.UNREACHABLE if await person.is_lost(room.acd.session, holds=holds) else None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Who is rung asked for something else, or their phone is lost. Told from the event loop, never waits."""
        if self._ringing is None:
            return
        if isinstance(change, PhoneChanged):
            self._ringing.phone_changed(change.endpoint, reachable=change.reachable)
        elif change.is_over and change.party_id == self.row.party_id:
            self._ringing.withdraw()

    async def clear_up(self, reason_code: int = 16) -> None:
        """Leave nothing of them on the PBX; ``reason_code``: Q.850."""
        if self._ringing is not None:
            await self._ringing.stop(reason_code)
        if self.person is not None:
            await self.person.leg.hang_up(reason_code)


async def left_guest(room: Room, left: LeftParty) -> Guest | None:
    """Whom another process has left in the talk. None: they had not answered, or are gone, and have been let go."""
    acd, row, leg = room.acd, left.row, left.leg
    if leg is None or not leg.is_up or not await _has_answered(room, row):
        outcome = OfferState.WITHDRAWN if row.state is OfferState.RINGING else OfferState.ANSWERED
        await acd.store.run(parties.end, row.party_id, outcome, acd.now(), acd.limits)
        if leg is not None:
            await leg.hang_up()
        return None
    guest = Guest(row, None, Person(leg, row.agent_id, left.staff_number, row.endpoint, row.party_id, row.role))
    guest.is_here(room)
    if not left.is_in:
        await (guest.take(room) if room.far_is_held else guest.hold(room))
    return guest


async def _has_answered(room: Room, row: PartyRow) -> bool:
    if row.state is not OfferState.RINGING:
        return True
    return await room.acd.store.run(parties.answer, row.party_id, room.acd.now())
