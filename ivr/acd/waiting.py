"""One call from the queue to the end of the talk.

Enters: a call that the ledger has enqueued, and what the store says of it since. Leaves: the talk is over, or the
call's task was cancelled because the caller is gone; then `QueuedCall.clear_up` leaves nothing behind on the PBX.
Runs in the call's own task.
"""

from __future__ import annotations

import asyncio

import structlog

from ivr.acd import ledger, recovery
from ivr.acd.offer import Ringing, unbroken
from ivr.acd.recovery import Left, Standing
from ivr.acd.room import Acd, Person, Room, agent_of, bridge_id
from ivr.acd.talk import Talk, TalkEnd
from ivr.acd.talking import new_talk
from ivr.domain.events import AgentOffered, OfferEnded, OfferState, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId, OfferId
from ivr.errors import PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd

log = structlog.get_logger()

ANSWERED_ELSEWHERE = 26
"""Q.850: what a leg is told whose answer came too late."""


class QueuedCall:
    """A caller in the queue, and then in talk."""

    def __init__(self, acd: Acd, call_id: CallId, caller: Channel | None, shown: str) -> None:
        """``caller``: None while they are to be called back; ``shown``: their number, as an agent's phone has it."""
        self._acd = acd
        self._call_id = call_id
        self._caller = caller
        self.shown = shown
        self._offers: asyncio.Queue[AgentOffered | None] = asyncio.Queue()
        self._withdrawn: set[OfferId] = set()
        self._ringing: Ringing | None = None
        self._bridge: Bridge | None = None
        self.conversation: Talk | None = None
        """The talk, once an agent has answered."""
        self._offered_own = False
        self._left: Left | None = None
        """How another process has left the call, until it is talked on."""

    @property
    def rings(self) -> bool:
        """Whether an agent is being rung or about to be."""
        return self._ringing is not None or not self._offers.empty()

    @property
    def rings_own(self) -> bool:
        """Whether that is the person whom the call belongs to (R-WAIT-4)."""
        return self.rings and self._offered_own

    def tell(self, change: AgentOffered | OfferEnded | PhoneChanged | PartyChanged) -> None:
        """The store has committed something about this call's offers, or a phone. Told from the event loop, never
        waits.
        """
        if isinstance(change, PhoneChanged | PartyChanged) and self.conversation is not None:
            self.conversation.tell(change)
        if isinstance(change, AgentOffered):
            self._offered_own = change.own
            self._offers.put_nowait(change)
        elif isinstance(change, PhoneChanged):
            if self._ringing is not None and self._ringing.offered.endpoint == change.endpoint:
                self._ringing.phone_changed(reachable=change.reachable)
        elif isinstance(change, OfferEnded) and change.state is OfferState.WITHDRAWN:
            self._withdrawn.add(change.offer_id)
            if self._ringing is not None and self._ringing.offered.offer_id == change.offer_id:
                self._ringing.withdraw()

    def leave(self) -> None:
        """Nobody is to be rung from here any more. Told from the event loop, never waits."""
        self._offers.put_nowait(None)

    async def until_answered(self) -> Ringing | None:
        """Ring whom the store reserves, one after another, until one has answered and the call is theirs. None: the
        call does not wait here any more.
        """
        while True:
            offered = await self._offers.get()
            if offered is None:
                return None
            if offered.offer_id in self._withdrawn:
                continue
            ringing = Ringing(self._acd.session, offered, self._caller, self.shown, self._acd.times)
            self._ringing = ringing
            await ringing.start()
            await self._prepare_bridge()
            end = await ringing.ended()
            if await self._decided(ringing, end):
                return ringing
            self._ringing = None

    def take_up(self, left: Left) -> None:
        """What another process left of this call on the PBX is ours to use, and to clear up, from here on."""
        self._bridge, self._left = left.bridge, left
        offered = _offered(left.standing)
        if offered is not None and left.leg is not None:
            self._ringing = Ringing(self._acd.session, offered, self._caller, self.shown, self._acd.times)
            self._ringing.adopt(left.leg)
        if left.leg is not None:
            left.leg.is_held = left.is_on_hold and not left.is_held

    def take_bridge(self, bridge: Bridge | None) -> None:
        """The talk's, when the call comes to the queue from elsewhere."""
        self._bridge = bridge

    @property
    def answered(self) -> Ringing | None:
        """The offer whose phone has been answered and is there still."""
        ringing = self._ringing
        return ringing if ringing is not None and ringing.leg is not None and ringing.leg.is_up else None

    def give(self) -> Bridge | None:
        """The bridge, to whoever goes on with the call: from here on nothing of it is ours to clear up."""
        bridge, self._bridge, self._ringing = self._bridge, None, None
        return bridge

    def forget_answer(self) -> None:
        """Who answered is gone again: the call waits for another."""
        self._ringing = None

    async def take_back(self) -> None:
        """End a ringing that nobody has followed: the call is offered anew."""
        if self._ringing is not None and self._ringing.leg is not None:
            await self._ringing.leg.hang_up()
        self._ringing = None
        await self._acd.store.run(recovery.take_back, self._call_id, self._acd.now())

    async def reconnect(self, ringing: Ringing) -> TalkEnd:
        """An answer that came while nobody was there to connect the two."""
        await self._acd.store.run(ledger.answer_offer, ringing.offered.offer_id, self._acd.now())
        await self._prepare_bridge()
        return await self.talk(ringing)

    async def talk(self, ringing: Ringing) -> TalkEnd:
        """Connect caller and agent, and follow the talk to its end. LOST: the agent's phone is; QUEUED: the call was
        sent to another's queue; either way the caller waits, with their place, out of the bridge.
        """
        if ringing.leg is None:
            raise PbxError("an answered offer has no leg")
        await self._prepare_bridge()
        return await self._follow(agent_of(ringing, ringing.leg), connected=False)

    async def talk_on(self) -> TalkEnd:
        """Follow a talk that another process has left to its end, as `talk`."""
        person = None if self._left is None else self._left.person
        return TalkEnd.OVER if person is None else await self._follow(person, connected=True)

    async def _follow(self, agent: Person, *, connected: bool) -> TalkEnd:
        if self._bridge is None:
            raise PbxError("an answered offer has no bridge")
        caller = self._caller
        if caller is None:
            raise PbxError("a talk has no caller")
        room = Room(self._acd, self._call_id, caller, self._bridge, agent)
        if connected and self._left is not None:
            room.take_up(self._left)
        self._left, self.conversation = None, new_talk(room)
        talk = self.conversation
        end = await talk.ended(connected=connected)
        if caller.is_gone:
            return TalkEnd.OVER
        if end is TalkEnd.QUEUED or (end is TalkEnd.LOST and await self._wait_again()):
            await self._leave_talk(talk, caller)
            return end
        return TalkEnd.OVER

    async def _wait_again(self) -> bool:
        """False when the call has ended meanwhile."""
        acd = self._acd
        return await acd.store.run(ledger.requeue, self._call_id, acd.now(), acd.limits)

    async def _leave_talk(self, talk: Talk, caller: Channel) -> None:
        """The caller alone is left of it."""
        self._ringing = self.conversation = None
        await talk.clear_up()
        if self._bridge is not None:
            await self._bridge.remove(caller)
        await caller.stop_moh()

    async def clear_up(self) -> None:
        """Leave nothing on the PBX: the leg hung up, the bridge removed. The caller's channel is the call's own."""
        await self._settle_race()
        if self.conversation is not None:
            await self.conversation.clear_up()
        if self._ringing is not None and self._ringing.leg is not None:
            await self._ringing.leg.hang_up()
        if self._bridge is not None:
            await self._bridge.destroy()

    async def _settle_race(self) -> None:
        """R-WAIT-6: an answer that the PBX delivered before the caller's hang-up makes it an answered call."""
        ringing, caller = self._ringing, self._caller
        if ringing is None or ringing.answered_seq is None or caller is None:
            return
        if caller.gone_seq is None or ringing.answered_seq < caller.gone_seq:
            await self._acd.store.run(ledger.answer_offer, ringing.offered.offer_id, self._acd.now())

    async def _prepare_bridge(self) -> None:
        """While the phone rings, so that the answer finds it ready."""
        if self._bridge is None:
            await unbroken(self._make_bridge())

    async def _make_bridge(self) -> None:
        self._bridge = await self._acd.session.create_bridge(bridge_id=bridge_id(self._call_id))

    async def _decided(self, ringing: Ringing, end: OfferEnd) -> bool:
        """Tell the store how the offer ended; whether the call is the agent's now."""
        store, now, offer_id = self._acd.store, self._acd.now(), ringing.offered.offer_id
        log.info("offer.ended", offer_id=offer_id, agent=ringing.offered.staff_number, end=end.value)
        if end is OfferEnd.ANSWERED:
            if await store.run(ledger.answer_offer, offer_id, now):
                return True
            if ringing.leg is not None:
                await ringing.leg.hang_up(ANSWERED_ELSEWHERE)
        elif end is not OfferEnd.GONE:
            await store.run(ledger.end_offer, offer_id, OfferState(end.value), now, self._acd.limits)
        return False


def _offered(standing: Standing) -> AgentOffered | None:
    """The offer as it was told when it was made."""
    offer, agent = standing.offer, standing.agent
    if offer is None or agent is None:
        return None
    return AgentOffered(
        offer.offer_id,
        offer.call_id,
        offer.agent_id,
        agent.staff_number,
        agent.endpoint,
        offer.scope,
        offer.own,
        offer.made_at,
    )
