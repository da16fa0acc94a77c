"""A call that an agent makes, on the PBX: their own phone, whom they call, and the talk (R-OUT-1).

Enters: a call that `ivr.acd.outbound.begin` has begun; the agent's phone is rung, or has dialled by itself. Leaves: the
talk is over, or there was none; `DialledCall.clear_up` leaves nothing on the PBX but whom they called, should that call
wait for somebody else now. Runs in the call's own task.
"""

from __future__ import annotations

from typing import Final

import structlog

from ivr.acd import outbound
from ivr.acd.offer import Ringing, outside_leg_id, unbroken
from ivr.acd.outside_leg import OutsideLeg, Unit
from ivr.acd.recovery import Left
from ivr.acd.ring_tone import BUSY
from ivr.acd.room import Acd, Person, Room, bridge_id, quieten
from ivr.acd.talk import Talk, TalkEnd
from ivr.acd.talking import new_talk
from ivr.acd.while_here import while_here
from ivr.domain.events import AgentOffered, CallEnd, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId, OfferId, ScopeKey
from ivr.domain.queueing import AgentRow
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()

BUSY_S: Final = 1.5
"""So long an agent hears that whom they called was not reached."""
GONE_LIMIT_S: Final = 2.0
"""A phone that was hung up is gone within milliseconds."""
_CAUSES: Final = {CallEnd.BUSY: 17, CallEnd.NO_ANSWER: 19, CallEnd.REJECTED: 21, CallEnd.UNREACHABLE: 20}
"""Q.850, for an agent's phone that has dialled by itself."""
_ENDS: Final = {
    OfferEnd.ANSWERED: CallEnd.REACHED,
    OfferEnd.NO_ANSWER: CallEnd.NO_ANSWER,
    OfferEnd.BUSY: CallEnd.BUSY,
    OfferEnd.REJECTED: CallEnd.REJECTED,
    OfferEnd.UNREACHABLE: CallEnd.UNREACHABLE,
    OfferEnd.GONE: CallEnd.CANCELLED,
}


class DialledCall:
    """The legs of one call that an agent makes."""

    def __init__(self, acd: Acd, call_id: CallId, agent: AgentRow, shown: str, phone: Channel | None = None) -> None:
        """``shown``: the number called, as the agent's phone displays it; ``phone``: on which they dialled it."""
        self._acd = acd
        self._call_id = call_id
        self._agent = agent
        self._shown = shown
        self._leg = phone
        self._ringing: Ringing | None = None
        self._outside: OutsideLeg | None = None
        self._far: Channel | None = None
        self._bridge: Bridge | None = None
        self._left: Left | None = None
        self._cancelled = False
        self.conversation: Talk | None = None
        """The talk, once whom they called has answered."""

    @property
    def far(self) -> Channel | None:
        """Whom they call."""
        return self._far if self._outside is None else self._outside.leg

    def take_up(self, far: Channel, left: Left) -> None:
        """What another process left of a talk, or of one that nobody has connected yet."""
        self._far, self._bridge, self._left = far, left.bridge, left
        if left.leg is not None:
            left.leg.is_held = left.is_on_hold and not left.is_held

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Word of a phone, or of somebody in the talk. Told from the event loop, never waits."""
        if self.conversation is not None:
            self.conversation.tell(change)
        elif self._ringing is not None and isinstance(change, PhoneChanged) and change.endpoint == self._agent.endpoint:
            self._ringing.phone_changed(reachable=change.reachable)

    async def cancel(self) -> None:
        """The agent ends it before it is answered."""
        self._cancelled = True
        if self._ringing is not None:
            self._ringing.withdraw()
        if self._leg is not None:
            await self._leg.hang_up()

    # --- the agent's own phone ----------------------------------------------------------------------------------

    async def agent_answers(self) -> bool:
        """Ring the agent's own phone, unless it has dialled: whether it is there. Raises PbxError."""
        if self._leg is None:
            self._ringing = ringing = self._own_phone()
            if self._cancelled:
                return False
            await ringing.start()
            end = await ringing.ended()
            log.info("outbound.own_phone", agent=self._agent.staff_number, end=end.value)
            if end is not OfferEnd.ANSWERED:
                return False
            self._leg = ringing.leg
        if self._ringing is None:
            return True
        return await self._acd.store.run(outbound.agent_answered, self._call_id, self._acd.now())

    def _own_phone(self) -> Ringing:
        agent, now = self._agent, self._acd.now()
        offered = AgentOffered(
            OfferId(self._call_id),
            self._call_id,
            agent.agent_id,
            agent.staff_number,
            agent.endpoint,
            ScopeKey("outbound"),
            own=True,
            at=now,
        )
        return Ringing(self._acd.session, offered, None, self._shown, self._acd.times)

    # --- whom they call -----------------------------------------------------------------------------------------

    async def reaches(self, unit: Unit, own_number: str) -> CallEnd:
        """Ring whom they call until that is decided; the agent hears ringing meanwhile, and may hang up.

        ``own_number``: the national one that is shown. Raises PbxError.
        """
        leg = self._there()
        rung = OutsideLeg(self._acd.session, unit, own_number, outside_leg_id(self._call_id), self._call_id)
        self._outside = rung
        await self._prepare_bridge()
        end = await while_here(leg, rung.ring(self._rings))
        far = rung.leg
        if far is not None and far.up_at_seq is not None and (leg.gone_seq is None or far.up_at_seq < leg.gone_seq):
            end = OfferEnd.ANSWERED
        log.info("outbound.rung", trunk=unit.trunk.name, end="cancelled" if end is None else end.value)
        return CallEnd.CANCELLED if end is None else _ENDS[end]

    async def _rings(self) -> None:
        await self._acd.store.run(outbound.rings, self._call_id, self._acd.now())
        try:
            await self._there().ring()
        except NotFound:
            return

    async def miss(self, end: CallEnd) -> None:
        """Have the agent hear that it came to nothing: a busy tone, or on a phone that dialled, its own."""
        leg = self._there()
        if not leg.is_up:
            await leg.hang_up(_CAUSES.get(end, 16))
            # A second command would have the phone hear another cause.
            await leg.until(lambda: leg.is_gone, GONE_LIMIT_S)
            return
        await while_here(leg, self._busy(leg))

    async def _busy(self, leg: Channel) -> None:
        try:
            await leg.stop_ring()
            await leg.play([BUSY])
            await leg.until(lambda: False, BUSY_S)
        except NotFound:
            return

    # --- the talk -----------------------------------------------------------------------------------------------

    async def talk(self) -> TalkEnd:
        """Connect the two unless they are, and follow the talk to its end. LOST: the agent's phone is, and the call is
        GICH's; QUEUED: it was sent to another's queue; either way whom they called waits, out of the bridge.
        """
        far, leg, left = self.far, self._there(), self._left
        connected = left is not None and left.is_in_talk
        await self._prepare_bridge()
        if far is None or self._bridge is None:
            raise PbxError("a talk without whom the agent called")
        if not connected:
            await self._ready(leg)
        room = Room(self._acd, self._call_id, far, self._bridge, self._person(leg))
        if left is not None and connected:
            room.take_up(left)
        self.conversation = talk = new_talk(room)
        end = await while_here(far, talk.ended(connected=connected))
        if end is TalkEnd.QUEUED or (end is TalkEnd.LOST and await self._lost()):
            await self._leave_talk(talk, far)
            return end
        return TalkEnd.OVER

    async def _ready(self, leg: Channel) -> None:
        """The agent's phone is answered, and hears no ringing any more."""
        try:
            if leg.is_up:
                await leg.stop_ring()
            await quieten(leg)
        except (NotFound, Conflict):
            log.info("outbound.agent_gone")

    def _person(self, leg: Channel) -> Person:
        person = Person(leg, self._agent.agent_id, self._agent.staff_number, self._agent.endpoint)
        person.phone_lost = self._ringing is not None and self._ringing.phone_lost
        return person

    async def _lost(self) -> bool:
        acd = self._acd
        return await acd.store.run(outbound.lost, self._call_id, acd.names, acd.now(), acd.limits)

    async def _leave_talk(self, talk: Talk, far: Channel) -> None:
        """Whom they called alone is left of it, for somebody else to talk with."""
        self.conversation = None
        await talk.clear_up()
        if self._bridge is not None:
            await self._bridge.remove(far)
            await self._bridge.destroy()
            self._bridge = None
        await far.stop_moh()

    # --- the end ------------------------------------------------------------------------------------------------

    async def clear_up(self) -> None:
        """Leave nothing of it on the PBX; whom they called only if that call goes on with somebody else."""
        if self.conversation is not None:
            await self.conversation.clear_up()
        for leg in (self._leg, None if self._ringing is None else self._ringing.leg):
            if leg is not None:
                await leg.hang_up()
        if self.far is not None:
            await self.far.hang_up()
        if self._bridge is not None:
            await self._bridge.destroy()

    def _there(self) -> Channel:
        if self._leg is None:
            raise PbxError("an agent's phone that nobody has answered")
        return self._leg

    async def _prepare_bridge(self) -> None:
        if self._bridge is None:
            await unbroken(self._make_bridge())

    async def _make_bridge(self) -> None:
        self._bridge = await self._acd.session.create_bridge(bridge_id=bridge_id(self._call_id))
