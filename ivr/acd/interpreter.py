"""An interpreter: a provider's number that joins a talk as a conference (R-XFER-5).

While it rings there, the far end and the agent go on talking; the agent alone hears ringing. Whoever of the two hangs
up ends it for all; when the interpreter does, the talk goes on. Runs in the call's own task, but for the ringing.
"""

from __future__ import annotations

from typing import Final

import structlog

from ivr.acd import parties
from ivr.acd.party_ringing import PartyRinging
from ivr.acd.room import Person, Room
from ivr.acd.talk import TalkEnd
from ivr.acd.whispered_ring import WhisperedRing
from ivr.domain.events import OfferState, PartyChanged, PhoneChanged
from ivr.domain.ids import new_offer_id
from ivr.domain.talking import CallInterpreter, Command, Done, Drop, Hold, Impossible, Outcome, PartyRole, PartyRow
from ivr.errors import Conflict, NotFound
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()

NONE_CONFIGURED: Final = Impossible("interpreter.none", "no interpreters are configured (outbound.toml)")
NO_TRUNK: Final = Impossible("interpreter.no_trunk", "no carrier is configured for calls outside (outbound.toml)")
ONE_ALREADY: Final = Impossible("interpreter.one_already", "an interpreter is called or takes part already")
NO_TALK: Final = Impossible("call.over", "the call is over")


class Interpreting:
    """The interpreter of one talk, from the first ring on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._row: PartyRow | None = None
        self._ringing: PartyRinging | None = None
        self._leg: Channel | None = None
        """Once they have answered."""
        self._tone = WhisperedRing(room)
        self._left = [left for left in room.left if left.row.role is PartyRole.INTERPRETER]

    async def ask(self, command: Command) -> Outcome | None:
        """The call's agent calls one, lets them go, or holds while they are there."""
        await self._take_up()
        if command.by != self._room.agent.agent_id:
            return None
        match command.wish:
            case CallInterpreter(provider):
                return await self._call(command, provider)
            case Drop(party_id) if self._row is not None and party_id == self._row.party_id:
                await self._let_go(OfferState.WITHDRAWN if self._leg is None else OfferState.ANSWERED)
                return Done()
            case Hold() if self._leg is not None and not self._room.far_is_held:
                await self._room.hold_far(alone=False)
                await self._room.show(command.actor)
                return Done()
            case _:
                return None

    async def _call(self, command: Command, provider: str | None) -> Outcome:
        acd, names = self._room.acd, self._room.acd.outbound.interpreters
        if self._row is not None:
            return ONE_ALREADY
        if not names:
            return NONE_CONFIGURED
        if acd.outbound.trunk is None:
            return NO_TRUNK
        chosen = next(iter(names)) if provider is None else provider
        if chosen not in names:
            return Impossible("interpreter.unknown", f"there is no {chosen!r}; there are: {', '.join(names)}")
        row = self._new_row(command, chosen, names[chosen])
        if not await acd.store.run(parties.ring, row, acd.now()):
            return NO_TALK
        self._row, self._ringing = row, PartyRinging(self._room, row, "")
        self._ringing.begin()
        self._tone.start(self._room.agent.leg)
        return Done()

    def _new_row(self, command: Command, provider: str, number: str) -> PartyRow:
        now = self._room.acd.now()
        return PartyRow(
            new_offer_id(now),
            self._room.call_id,
            PartyRole.INTERPRETER,
            OfferState.RINGING,
            None,
            "",
            now,
            number=number,
            target=f"interpreter:{provider}"[:80],
            asked_by=command.by,
        )

    async def look(self) -> TalkEnd | None:
        """It was answered there, or not; or the interpreter has gone."""
        await self._take_up()
        ringing = self._ringing
        if ringing is not None and ringing.end is not None:
            await self._rang(ringing, ringing.end)
        elif self._leg is not None and self._leg.is_gone:
            await self._let_go(OfferState.ANSWERED)
        elif self._leg is not None and self._room.far_is_held:
            await self._room.join_agent()
        return None

    async def _rang(self, ringing: PartyRinging, end: OfferEnd) -> None:
        acd, row = self._room.acd, ringing.row
        await self._tone.stop()
        if end is OfferEnd.ANSWERED and await acd.store.run(parties.answer, row.party_id, acd.now()):
            self._ringing, person = None, ringing.person
            if person is not None:
                await self._bring_in(person)
            return
        answered_late = end in {OfferEnd.ANSWERED, OfferEnd.GONE}
        await self._let_go(OfferState.WITHDRAWN if answered_late else OfferState(end.value))

    async def _bring_in(self, person: Person) -> None:
        room, self._leg = self._room, person.leg
        room.watch(person.leg)
        try:
            await room.join_agent()
            await room.bridge.add(person.leg)
        except (NotFound, Conflict):
            log.info("interpreter.gone_early")

    async def _let_go(self, outcome: OfferState) -> None:
        """They take no part any more; an agent who holds the far end is alone then."""
        room, acd, row = self._room, self._room.acd, self._row
        was_in = self._leg is not None
        await self._end_legs()
        self._row = None
        if row is not None:
            await acd.store.run(parties.end, row.party_id, outcome, acd.now(), acd.limits)
        if was_in and room.far_is_held and not room.agent_has_company:
            await room.leave_alone()

    async def _end_legs(self) -> None:
        ringing, leg = self._ringing, self._leg
        self._ringing = self._leg = None
        await self._tone.stop()
        if ringing is not None:
            await ringing.stop()
        if leg is not None:
            await leg.hang_up()

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:  # noqa: ARG002 - as every part
        """An interpreter takes no call over."""
        return None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Nothing that is told concerns a number outside."""

    async def clear_up(self) -> None:
        """The call is over, or waits again: the interpreter is let go; the store knows."""
        await self._end_legs()
        for left in self._left:
            if left.leg is not None:
                await left.leg.hang_up()

    async def _take_up(self) -> None:
        """Whom another process has left: who talks goes on; a ringing that nobody has followed ends."""
        while self._left:
            left = self._left.pop(0)
            self._row, leg = left.row, left.leg
            if leg is None or not leg.is_up or not left.row.is_in:
                self._leg = leg
                await self._let_go(OfferState.ANSWERED if left.row.is_in else OfferState.WITHDRAWN)
                continue
            person = Person(leg, None, "", "", left.row.party_id, left.row.role)
            if left.is_in:
                self._leg = leg
                self._room.watch(leg)
            else:
                await self._bring_in(person)
