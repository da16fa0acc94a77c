"""One direct call: the leader's phone, then the deputy's, then both together, until one answers (R-LINE-4).

Enters: a caller on a direct line, who hears ringing all the while. Leaves: the talk is over, or the call's task was
cancelled because the caller is gone; then `DirectCall.clear_up` leaves nothing behind on the PBX. Runs in the call's
own task, and tasks that this one awaits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from ivr.acd import direct, ledger
from ivr.acd.offer import Ringing, leg_id, unbroken
from ivr.acd.recovery import Left
from ivr.acd.room import Acd, Room, agent_of, bridge_id
from ivr.acd.talk import Talk, TalkEnd
from ivr.acd.talking import new_talk
from ivr.acd.waiting import ANSWERED_ELSEWHERE
from ivr.domain.events import AgentOffered, CallState, OfferState, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId, OfferId, ScopeKey, StaffNumber
from ivr.domain.phones import PhoneKind, kind_of, staff_of
from ivr.domain.queueing import DirectRing
from ivr.errors import PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()

T = TypeVar("T")
LOOK_AGAIN_S: Final = 3.0
"""A person without a phone that can be reached is tried again so much later."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One phone that rings, or has been answered."""

    ring: DirectRing
    ringing: Ringing

    @property
    def is_answered(self) -> bool:
        """Its leg is up."""
        return self.ringing.leg is not None and self.ringing.leg.is_up


class DirectCall:
    """A caller of a team leader's direct number."""

    def __init__(self, acd: Acd, call_id: CallId, caller: Channel, shown: str, people: Sequence[str]) -> None:
        """``people``: staff numbers, the leader's first; ``shown``: the caller's number as a phone displays it."""
        self._acd = acd
        self._call_id = call_id
        self._caller = caller
        self._shown = shown
        self._people = people
        self._phones: dict[OfferId, Rung] = {}
        self._unreached: set[str] = set()
        self._bridge: Bridge | None = None
        self._left: Left | None = None
        self.conversation: Talk | None = None
        """The talk, once somebody has answered."""
        self.waits = False
        """The call is a queue's now (R-WAIT-1)."""

    def take_up(self, left: Left) -> None:
        """What another process left of this call on the PBX is ours to use, and to clear up, from here on."""
        self._left = left
        self._bridge = left.bridge
        legs = {leg.id: leg for leg in (left.leg, *left.spare) if leg is not None}
        for ring in left.standing.rings:
            leg = legs.get(leg_id(ring.ring_id))
            if leg is not None:
                leg.is_held = leg.is_up and left.is_on_hold and not left.is_held
                self._phone(ring, staff_of(ring.endpoint)).adopt(leg)

    async def until_answered(self) -> Ringing | None:
        """Ring until somebody answers and the call is theirs. None: the talk has ended while nobody followed."""
        left = self._left
        if left is not None and left.state is CallState.TALKING:
            answered = (phone.ringing for phone in self._phones.values() if phone.is_answered or left.is_in_talk)
            return next(answered, None)
        if self._caller.is_up:
            await self._caller.start_moh()
        else:
            await self._caller.ring()
        if left is None and await self._acd.store.run(direct.begin, self._call_id):
            return await self._in_turn()
        return await self._already_answered() or await self._anew()

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """A phone can be reached again, or cannot any more. Told from the event loop, never waits."""
        if self.conversation is not None:
            self.conversation.tell(change)
        if isinstance(change, PartyChanged):
            return
        for phone in self._phones.values():
            if phone.ring.endpoint == change.endpoint:
                phone.ringing.phone_changed(reachable=change.reachable)

    async def talk(self, ringing: Ringing) -> TalkEnd:
        """Answer the caller, connect the two, and return when the talk is over. LOST: the other's phone is, the caller
        is out of the bridge, and `until_answered` rings again from the leader on, unless the call `waits` in a queue.
        """
        if ringing.leg is None:
            raise PbxError("an answered phone has no leg")
        await self._prepare_bridge()
        if self._bridge is None:
            raise PbxError("an answered phone has no bridge")
        room = Room(self._acd, self._call_id, self._caller, self._bridge, agent_of(ringing, ringing.leg))
        connected = self._left is not None and self._left.is_in_talk
        if connected and self._left is not None:
            room.take_up(self._left)
        self.conversation = talk = new_talk(room)
        end = await talk.ended(connected=connected)
        if self._caller.is_gone:
            return TalkEnd.OVER
        self.waits = end is TalkEnd.QUEUED
        if self.waits or (end is TalkEnd.LOST and await self._goes_on()):
            await self._leave_talk(talk)
            return end
        return TalkEnd.OVER

    async def _goes_on(self) -> bool:
        """It rings again or, handed over to somebody meanwhile, waits. False when the call has ended meanwhile."""
        acd, self._left = self._acd, None
        if await acd.store.run(direct.lost, self._call_id, acd.now(), acd.limits):
            return True
        self.waits = await acd.store.run(ledger.requeue, self._call_id, acd.now(), acd.limits)
        return self.waits

    def give_bridge(self) -> Bridge | None:
        """The talk's bridge, for whoever carries the call from here on."""
        bridge, self._bridge = self._bridge, None
        return bridge

    async def _leave_talk(self, talk: Talk) -> None:
        """The caller alone is left of it."""
        self.conversation = None
        await talk.clear_up()
        if self._bridge is not None:
            await self._bridge.remove(self._caller)
        await self._caller.stop_moh()

    async def clear_up(self) -> None:
        """Leave nothing on the PBX: the legs hung up, the bridge removed. The caller's channel is the call's own."""
        await self._settle_race()
        if self.conversation is not None:
            await self.conversation.clear_up()
        await self._hang_up(16)
        if self._bridge is not None:
            await self._bridge.destroy()

    # --- ringing ------------------------------------------------------------------------------------------------

    async def _in_turn(self) -> Ringing | None:
        """Leader, deputy, then both, each again and again."""
        if not self._people:
            raise PbxError("a direct call on a line that has no leader")
        await self._prepare_bridge()
        won = None
        for staff in self._people:
            won = won or await self._ring(staff)
        won = won or await first_of(*(self._again_and_again(staff) for staff in self._people))
        if won is not None:
            await self._hang_up(ANSWERED_ELSEWHERE, but=won)
        return won

    async def _again_and_again(self, staff: str) -> Ringing:
        """Ring a person without end. Who refused is left in peace for as long as a ringing takes."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            won = await self._ring(staff)
            if won is not None:
                return won
            pace_s = LOOK_AGAIN_S if staff in self._unreached else self._acd.times.ring_timeout_s
            await asyncio.sleep(max(0.0, began + pace_s - loop.time()))

    async def _ring(self, staff: str) -> Ringing | None:
        """Ring a person once, each of their phones; the one that was answered."""
        quiet = staff in self._unreached
        now, store = self._acd.now(), self._acd.store
        rings = await store.run(direct.ring, self._call_id, staff, now, quiet=quiet)
        self._unreached.add(staff)
        return await first_of(*(self._one(ring, staff, quiet=quiet) for ring in rings))

    async def _one(self, ring: DirectRing, staff: str, *, quiet: bool) -> Ringing | None:
        ringing = self._phone(ring, staff)
        await ringing.start()
        end = await ringing.ended()
        log.info("direct_ring.ended", ring_id=ring.ring_id, agent=staff, end=end.value)
        if end is OfferEnd.ANSWERED:
            return await self._answered(ring, ringing)
        reached = end is not OfferEnd.UNREACHABLE
        if reached:
            self._unreached.discard(staff)
        quiet = quiet or kind_of(ring.endpoint) is PhoneKind.BROWSER  # one that is not there is nobody's news
        await self._acd.store.run(
            direct.end_ring, ring, OfferState(end.value), self._acd.now(), quiet=quiet and not reached
        )
        self._phones.pop(ring.ring_id, None)
        return None

    async def _answered(self, ring: DirectRing, ringing: Ringing) -> Ringing | None:
        """The first answer decides; a later one is only cleared up."""
        if await self._acd.store.run(direct.answer, ring, self._acd.now()):
            return ringing
        if ringing.leg is not None:
            await ringing.leg.hang_up(ANSWERED_ELSEWHERE)
        return None

    def _phone(self, ring: DirectRing, staff: str) -> Ringing:
        offered = AgentOffered(
            ring.ring_id,
            ring.call_id,
            ring.agent_id,
            StaffNumber(staff),
            ring.endpoint,
            ScopeKey("direct"),
            own=True,
            at=ring.made_at,
        )
        ringing = Ringing(self._acd.session, offered, self._caller, self._shown, self._acd.times)
        self._phones[ring.ring_id] = Rung(ring, ringing)
        return ringing

    # --- what another process has left --------------------------------------------------------------------------

    async def _already_answered(self) -> Ringing | None:
        """An answer that came while nobody was there to connect the two."""
        for phone in tuple(self._phones.values()):
            if phone.is_answered and await self._answered(phone.ring, phone.ringing):
                await self._hang_up(ANSWERED_ELSEWHERE, but=phone.ringing)
                return phone.ringing
        return None

    async def _anew(self) -> Ringing | None:
        """Nobody knows how long a phone has rung for the call: all stop, and the leader's rings first."""
        await self._hang_up(16)
        self._phones.clear()
        await self._acd.store.run(direct.ring_anew, self._call_id, self._acd.now())
        return await self._in_turn()

    # --- on the PBX ---------------------------------------------------------------------------------------------

    async def _prepare_bridge(self) -> None:
        """Before a phone rings, so that the answer finds it ready."""
        if self._bridge is None:
            await unbroken(self._make_bridge())

    async def _make_bridge(self) -> None:
        self._bridge = await self._acd.session.create_bridge(bridge_id=bridge_id(self._call_id))

    async def _hang_up(self, reason_code: int, but: Ringing | None = None) -> None:
        """End every leg, or every one but the one that was answered first."""
        legs = [phone.ringing.leg for phone in self._phones.values() if phone.ringing is not but]
        await asyncio.gather(*(leg.hang_up(reason_code) for leg in legs if leg is not None))

    async def _settle_race(self) -> None:
        """R-WAIT-6: an answer that the PBX delivered before the caller's hang-up makes it an answered call."""
        gone_seq = self._caller.gone_seq
        for phone in self._phones.values():
            seq = phone.ringing.answered_seq
            if seq is not None and (gone_seq is None or seq < gone_seq):
                await self._acd.store.run(direct.answer, phone.ring, self._acd.now())


async def first_of(*works: Coroutine[Any, Any, T | None]) -> T | None:
    """Do all at once until one has a result: that result, and the others are cancelled. None: none has one."""
    left = {asyncio.create_task(work) for work in works}
    every = tuple(left)
    try:
        while left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            found = [result for task in done if (result := task.result()) is not None]
            if found:
                return found[0]
        return None
    finally:
        for task in every:
            task.cancel()
        await asyncio.gather(*every, return_exceptions=True)
