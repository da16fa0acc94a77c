"""A consultation: the agent asks somebody aside, and hands the call over, confers, or goes back (R-XFER-2, R-XFER-3).

Who hears whom follows from who is in the talk's bridge; whoever is not hears music (docs/transfers.md). The far end is
never dropped by it: whichever phone fails, they are with somebody, or wait with their place.
Runs in the call's own task, but for the ringing (`PartyRinging`) and what `tell` notes.
"""

from __future__ import annotations

from typing import Final

import structlog

from ivr.acd import parties, transfers
from ivr.acd.guest import Guest, left_guest
from ivr.acd.party_ringing import PartyRinging
from ivr.acd.ring_tone import RingTone
from ivr.acd.room import Room
from ivr.acd.talk import TalkEnd
from ivr.acd.transfers import Asking, Reserved
from ivr.domain.dialling import MayNotRing, may_dial
from ivr.domain.events import OfferState, PartyChanged, PhoneChanged
from ivr.domain.talking import (
    NOT_YOURS,
    Back,
    ColdTransfer,
    Command,
    Complete,
    Conference,
    Consult,
    Done,
    Drop,
    End,
    GiveToGeneral,
    Hold,
    Impossible,
    Outcome,
    Retrieve,
    Swap,
    Wish,
)
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()

ANSWERED_ELSEWHERE: Final = 26
"""Q.850: what a leg is told whose answer came too late."""
NOBODY: Final = Impossible("consultation.none", "you consult nobody now")
ONE_ALREADY: Final = Impossible("consultation.one_already", "you consult somebody now: go back to the caller first")
STILL_RINGS: Final = Impossible(
    "consultation.rings", "their phone still rings: wait for the answer, or go back to the caller"
)
GONE: Final = Impossible("consultation.over", "whom you consulted is not there any more")
TOGETHER: Final = Impossible("consultation.together", "you all hear each other already")
ASK_TO_SWAP: Final = Impossible(
    "consultation.swap", "you consult somebody: swap, go back, confer or hand the call over"
)
HELD_ON_PHONE: Final = Impossible("call.held_on_phone", "the phone itself holds the call: take it back there first")
NO_TRUNK: Final = Impossible("dialling.no_trunk", "no number outside can be rung: outbound.toml names no trunk")
OVER: Final = "consultation over"


class Consultation:
    """Whom the call's agent consults, from the first ring on."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._tone = RingTone(room.bridge)
        self._guest: Guest | None = None
        self._queued = False
        self._left = [left for left in room.left if left.is_consulted]
        room.agent_has_company = room.agent_has_company or bool(self._left)

    @property
    def is_up(self) -> bool:
        """Somebody is consulted, or rung to be."""
        return self._guest is not None or bool(self._left)

    def talks_with(self, staff_number: str) -> bool:
        """Whether that is whom the agent consults, and they have answered."""
        person = None if self._guest is None else self._guest.person
        return person is not None and person.staff_number == staff_number

    # --- what is asked ------------------------------------------------------------------------------------------

    async def ask(self, command: Command) -> Outcome | None:
        """The agent's wishes about others, their own verbs while they consult, and the end for whom they consult."""
        await self._take_up()
        guest, wish = self._guest, command.wish
        if guest is not None and command.by == guest.row.agent_id:
            return await self._of_guest(guest, wish)
        if command.by != self._room.agent.agent_id:
            return None
        if isinstance(wish, Consult):
            return await self._consult(wish) if guest is None else ONE_ALREADY
        if isinstance(wish, ColdTransfer | GiveToGeneral):
            return await self._hand_on(wish) if guest is None else ONE_ALREADY
        if guest is not None:
            return await self._with(guest, command)
        return NOBODY if isinstance(wish, Swap | Complete | Conference | Back) else None

    async def _of_guest(self, guest: Guest, wish: Wish) -> Outcome:
        if not isinstance(wish, End) or guest.person is None:
            return NOT_YOURS
        return await self._drop(guest)

    async def _with(self, guest: Guest, command: Command) -> Outcome | None:
        match command.wish:
            case Back():
                return await self._back(guest)
            case Drop(party_id) if party_id == guest.row.party_id:
                return await self._drop(guest)
            case Swap() | Complete() | Conference() | Hold() | Retrieve() | End():
                return STILL_RINGS if guest.person is None else await self._among(guest, command)
            case _:
                return None

    async def _among(self, guest: Guest, command: Command) -> Outcome:
        """Whom the agent consults has answered."""
        match command.wish:
            case Swap():
                return await self._swap(guest)
            case Conference():
                return await self._confer(guest)
            case Complete() | End():
                return Done() if await self._hand_over(guest, command.actor) else GONE
            case Hold() if self._all_together(guest):
                await self._room.hold_far(alone=False)
                return await self._told(guest, "swapped")
            case _:
                return ASK_TO_SWAP

    # --- ringing ------------------------------------------------------------------------------------------------

    async def _consult(self, wish: Consult) -> Outcome:
        """Nobody there: the far end stays as it was."""
        room = self._room
        if room.agent.leg.is_held:
            return HELD_ON_PHONE
        asking = self._asking(wish)
        if isinstance(asking, Impossible):
            return asking
        reserved = await room.acd.store.run(transfers.consult, asking, room.acd.now())
        if isinstance(reserved, Impossible):
            return reserved
        await self._begin(reserved)
        return Done()

    async def _begin(self, reserved: Reserved) -> None:
        room = self._room
        self._guest = guest = Guest(reserved.row, PartyRinging(room, reserved.row, reserved.staff_number))
        room.agent_has_company = True
        guest.ring()
        if room.far_is_held:
            await room.join_agent()
        else:
            await room.hold_far(alone=False)
        await room.show()
        await self._tone.start()

    async def _hand_on(self, wish: ColdTransfer | GiveToGeneral) -> Outcome:
        return await (self._cold(wish) if isinstance(wish, ColdTransfer) else self._to_general())

    async def _cold(self, wish: ColdTransfer) -> Outcome:
        if wish.to.kind == "number":
            return transfers.NO_COLD_NUMBER
        asking = self._asking(wish)
        if isinstance(asking, Impossible):
            return asking
        acd = self._room.acd
        refused = await acd.store.run(transfers.cold, asking, acd.names, acd.now(), acd.limits)
        self._queued = refused is None
        return refused or Done()

    async def _to_general(self) -> Outcome:
        """R-SEC-4: the caller cannot identify themselves."""
        acd, asker = self._room.acd, self._room.agent.agent_id
        if asker is None:
            return NOT_YOURS
        refused = await acd.store.run(transfers.to_general, self._room.call_id, asker, acd.names, acd.now(), acd.limits)
        self._queued = refused is None
        return refused or Done()

    def _asking(self, wish: Consult | ColdTransfer) -> Asking | Impossible:
        room, number = self._room, ""
        if wish.to.kind == "number":
            verdict = may_dial(room.acd.outbound.dialling, wish.to.name)
            if isinstance(verdict, MayNotRing):
                return Impossible(verdict.error_id, verdict.why)
            if room.acd.outbound.trunk is None:
                return NO_TRUNK
            number = verdict.number
        asker = room.agent.agent_id
        return NOT_YOURS if asker is None else Asking(room.call_id, asker, wish.to, wish.reason, wish.notes, number)

    # --- who hears whom -----------------------------------------------------------------------------------------

    def _all_together(self, guest: Guest) -> bool:
        return guest.person is not None and not guest.is_held and not self._room.far_is_held

    async def _swap(self, guest: Guest) -> Outcome:
        if self._all_together(guest):
            return TOGETHER
        room = self._room
        if room.far_is_held:
            await guest.hold(room)
            await room.take_far()
        else:
            await room.hold_far(alone=False)
            await guest.take(room)
        return await self._told(guest, "swapped")

    async def _confer(self, guest: Guest) -> Outcome:
        if self._all_together(guest):
            return TOGETHER
        await self._connect_all(guest)
        return await self._told(guest, "conferred")

    async def _told(self, guest: Guest, step: str) -> Outcome:
        """Have both desks know who hears whom."""
        acd, far_is_held = self._room.acd, self._room.far_is_held
        await acd.store.run(
            transfers.who_hears, guest.row.party_id, step, acd.now(), is_held=guest.is_held, far_is_held=far_is_held
        )
        return Done()

    async def _connect_all(self, guest: Guest) -> None:
        if guest.is_held:
            await guest.take(self._room)
        if self._room.far_is_held:
            await self._room.take_far()

    async def _hand_over(self, guest: Guest, cause: str, *, lost: bool = False) -> bool:
        """The call is the consulted's; the asker's leg ends. False: they take no part any more."""
        room, acd, person = self._room, self._room.acd, guest.person
        if person is None or not await acd.store.run(
            transfers.take_over, guest.row.party_id, acd.names, cause, acd.now(), acd.limits, lost=lost
        ):
            return False
        asker, self._guest = room.agent, None
        room.belongs_to(person)
        await self._connect_all(guest)
        await asker.leg.hang_up()
        return True

    async def _back(self, guest: Guest) -> Outcome:
        await self._let_go(guest, OfferState.ANSWERED)
        if self._room.far_is_held:
            await self._room.take_far()
        await self._alone()
        return Done()

    async def _drop(self, guest: Guest) -> Outcome:
        """Let them go; a far end on hold stays so."""
        await self._let_go(guest, OfferState.ANSWERED)
        await self._alone()
        return Done()

    async def _let_go(self, guest: Guest, outcome: OfferState) -> None:
        """They take no part any more; whom they rang is as before, and it is no RONA."""
        acd = self._room.acd
        await self._tone.stop()
        if guest.person is None and outcome is OfferState.ANSWERED:
            outcome = OfferState.WITHDRAWN
        await acd.store.run(parties.end, guest.row.party_id, outcome, acd.now(), acd.limits)
        await guest.clear_up()

    async def _alone(self) -> None:
        """The agent has no company any more; a far end that holds goes on holding."""
        room, guest = self._room, self._guest
        self._guest = None
        room.agent_has_company = False
        if guest is not None:
            room.company = [other for other in room.company if other is not guest.person]
        if room.far_is_held:
            await room.leave_alone()
        await room.show(OVER)

    # --- what happens by itself ---------------------------------------------------------------------------------

    async def look(self) -> TalkEnd | None:
        """The ringing has ended, or the consulted's phone has."""
        if self._queued:
            return TalkEnd.QUEUED
        await self._take_up()
        guest = self._guest
        if guest is not None and guest.person is None:
            await self._look_at_ringing(guest)
        elif guest is not None:
            await self._look_at_consulted(guest)
        return None

    async def _look_at_ringing(self, guest: Guest) -> None:
        end, acd = guest.rang, self._room.acd
        if end is None:
            return
        await self._tone.stop()
        if end is OfferEnd.ANSWERED:
            if await acd.store.run(parties.answer, guest.row.party_id, acd.now()):
                await guest.came_in(self._room)
                return
            await guest.clear_up(ANSWERED_ELSEWHERE)
        outcome = OfferState.WITHDRAWN if end in {OfferEnd.GONE, OfferEnd.ANSWERED} else OfferState(end.value)
        await acd.store.run(parties.end, guest.row.party_id, outcome, acd.now(), acd.limits)
        await self._alone()

    async def _look_at_consulted(self, guest: Guest) -> None:
        outcome = await guest.ended(self._room)
        if outcome is not None:
            log.info("consulted.gone", party_id=guest.row.party_id, outcome=outcome.value)
            await self._let_go(guest, outcome)
            await self._alone()

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:
        """The asker is gone: the consulted has the call; while they still ring, it waits where they rang."""
        if self._queued:
            return TalkEnd.QUEUED
        await self._take_up()
        guest, lost = self._guest, end is TalkEnd.LOST
        if guest is None:
            return None
        if guest.person is None:
            await self._look_at_ringing(guest)
        is_there = guest.person is not None and not guest.person.leg.is_gone
        if is_there and await self._hand_over(guest, "asker hung up", lost=lost):
            return None
        await self._tone.stop()
        acd, rings = self._room.acd, None if self._guest is None or guest.person is not None else guest.row.party_id
        waits = await acd.store.run(
            transfers.leave_to, self._room.call_id, rings, acd.names, acd.now(), acd.limits, lost=lost
        )
        return TalkEnd.QUEUED if waits else None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Who is rung asked for something else, or their phone is lost. Told from the event loop, never waits."""
        if self._guest is not None:
            self._guest.tell(change)

    async def clear_up(self) -> None:
        """The call is over, or waits again: whom the agent consulted is let go."""
        guest, self._guest = self._guest, None
        await self._tone.stop()
        if guest is not None:
            await guest.clear_up()
        for left in self._left:
            if left.leg is not None:
                await left.leg.hang_up()

    # --- what another process has left --------------------------------------------------------------------------

    async def _take_up(self) -> None:
        """Nobody knows how long a phone has rung: it stops. Who has answered is in the talk."""
        while self._left:
            await self._tone.stop_left_over()
            self._guest = await left_guest(self._room, self._left[0])
            self._left.pop(0)
            if self._guest is None:
                await self._alone()
