"""One call from the queue to the end of the talk.

Enters: a call that the ledger has enqueued, and what the store says of it since. Leaves: the talk is over, or the
call's task was cancelled because the caller is gone; then `QueuedCall.clear_up` leaves nothing behind on the PBX.
Runs in the call's own task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from ivr.acd import ledger, recovery
from ivr.acd.offer import Ringing, RingTimes, unbroken
from ivr.acd.recovery import Standing
from ivr.domain.events import AgentOffered, CallState, OfferEnded, OfferState
from ivr.domain.ids import CallId
from ivr.errors import Conflict, NotFound, PbxError
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd
from ivr.pbx.session import AriSession
from ivr.store.ports import Store

log = structlog.get_logger()

ANSWERED_ELSEWHERE = 26
"""Q.850: what a leg is told whose answer came too late."""


@dataclass(frozen=True, slots=True)
class Acd:
    """What a queued call works with; ``now`` is the wall clock, aware UTC."""

    session: AriSession
    store: Store
    limits: ledger.Limits
    times: RingTimes
    now: Callable[[], datetime]


def bridge_id(call_id: CallId) -> str:
    """The bridge of a call, so that a later process finds it again."""
    return f"talk-{call_id}"


class QueuedCall:
    """A caller in the queue, and then in talk."""

    def __init__(self, acd: Acd, call_id: CallId, caller: Channel, shown: str) -> None:
        """``shown``: the caller's number as an agent's phone displays it."""
        self._acd = acd
        self._call_id = call_id
        self._caller = caller
        self._shown = shown
        self._offers: asyncio.Queue[AgentOffered] = asyncio.Queue()
        self._ringing: Ringing | None = None
        self._bridge: Bridge | None = None

    @property
    def rings(self) -> bool:
        """Whether an agent is being rung or about to be."""
        return self._ringing is not None or not self._offers.empty()

    def tell(self, change: AgentOffered | OfferEnded) -> None:
        """The store has committed something about this call's offers. Told from the event loop, never waits."""
        if isinstance(change, AgentOffered):
            self._offers.put_nowait(change)
        elif change.state is OfferState.WITHDRAWN and self._rings_for(change):
            self._ringing.withdraw()  # type: ignore[union-attr]

    def _rings_for(self, change: OfferEnded) -> bool:
        return self._ringing is not None and self._ringing.offered.offer_id == change.offer_id

    async def until_answered(self) -> Ringing:
        """Ring whom the store reserves, one after another, until one has answered and the call is theirs."""
        while True:
            offered = await self._offers.get()
            ringing = Ringing(self._acd.session, offered, self._caller, self._shown, self._acd.times)
            self._ringing = ringing
            await ringing.start()
            await self._prepare_bridge()
            end = await ringing.ended()
            if await self._decided(ringing, end):
                return ringing
            self._ringing = None

    async def take_over(self, standing: Standing, leg: Channel | None) -> Ringing | None:
        """Go on from where another process left this call: the answered offer, or None if it is to wait.

        ``leg``: the agent's channel, if the PBX still has it.
        """
        offered = _offered(standing)
        if offered is None:
            return None
        if leg is not None and leg.is_up:
            ringing = Ringing(self._acd.session, offered, self._caller, self._shown, self._acd.times)
            ringing.adopt(leg)
            self._ringing = ringing
            self._bridge = self._acd.session.adopt_bridge(bridge_id(self._call_id))
            return ringing
        if leg is not None:
            await leg.hang_up()
        if standing.call.state is CallState.RINGING:
            await self._acd.store.run(recovery.take_back, offered.offer_id, self._acd.now())
        return None

    async def reconnect(self, ringing: Ringing) -> None:
        """An answer that came while nobody was there to connect the two."""
        await self._acd.store.run(ledger.answer_offer, ringing.offered.offer_id, self._acd.now())
        self._bridge = None
        await self._prepare_bridge()
        await self.talk(ringing)

    async def talk(self, ringing: Ringing) -> None:
        """Connect caller and agent, and return when the agent's leg is gone."""
        leg = ringing.leg
        if leg is None or self._bridge is None:
            raise PbxError("an answered offer has no leg or no bridge")
        try:
            for playback in self._caller.playing:
                await playback.stop()
            await self._caller.stop_moh()
            await self._bridge.add(self._caller, leg)
        except (NotFound, Conflict):
            log.info("talk.party_gone", caller_gone=self._caller.is_gone, leg_gone=leg.is_gone)
            if not leg.is_gone and not self._caller.is_gone:
                raise
        await self.agent_gone(ringing)

    async def agent_gone(self, ringing: Ringing) -> None:
        """Wait for the end of a talk that is connected."""
        if ringing.leg is not None:
            await ringing.leg.gone.wait()

    async def clear_up(self) -> None:
        """Leave nothing on the PBX: the leg hung up, the bridge removed. The caller's channel is the call's own."""
        await self._settle_race()
        if self._ringing is not None and self._ringing.leg is not None:
            await self._ringing.leg.hang_up()
        if self._bridge is not None:
            await self._bridge.destroy()

    async def _settle_race(self) -> None:
        """R-WAIT-6: an answer that the PBX delivered before the caller's hang-up makes it an answered call."""
        ringing = self._ringing
        if ringing is None or ringing.answered_seq is None:
            return
        if self._caller.gone_seq is None or ringing.answered_seq < self._caller.gone_seq:
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
