"""Ringing one agent for one call: the leg, what became of it, and the time it may take.

Enters: an offer already reserved in the store. Leaves: how it ended. Runs in the call's own task; whoever takes the
offer back from outside calls `Ringing.withdraw`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import structlog

from ivr.domain.events import AgentOffered
from ivr.errors import NotFound
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.pbx.session import AriSession

log = structlog.get_logger()

T = TypeVar("T")

LEG_START_LIMIT_S: Final = 2.0
"""A created leg is ours within milliseconds; one that is not by then counts as unreachable."""
BACKSTOP_S: Final = 2.0
"""Asterisk's own time-out is the truth of RONA; so much later ours stands in for it."""


LEG: Final = "leg-"
"""How the channel ids of agents' legs begin."""


@dataclass(frozen=True, slots=True)
class RingTimes:
    """How long a phone may ring, whole seconds (R-RONA-2), and how long it may give no sign of it (R-RONA-3)."""

    ring_timeout_s: int = 15
    no_ringing_timeout_s: float = 4.0


def leg_id(offer_id: str) -> str:
    """The channel id of an offer's leg, so that a later process finds it again."""
    return f"{LEG}{offer_id}"


def outside_leg_id(call_id: str) -> str:
    """The channel id of a call's leg outside, likewise."""
    return f"{LEG}outside-{call_id}"


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Finish what brings something about on the PBX even when cancelled meanwhile, so that it can be cleared up.

    The wait is limited by the commands' own time-outs. ``work`` keeps what it made before it returns.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


class Ringing:
    """One agent's phone, asked to ring for one call."""

    def __init__(
        self, session: AriSession, offered: AgentOffered, caller: Channel | None, shown: str, times: RingTimes
    ) -> None:
        """``shown``: the number the phone displays; ``caller`` None: nobody is on the line yet."""
        self.offered = offered
        self.leg: Channel | None = None
        self._session = session
        self._caller = caller
        self._shown = shown
        self._times = times
        self._withdrawn = False
        self.phone_lost = False
        """Asterisk cannot reach the phone any more, whatever its leg still says (R-STATE-8)."""

    def adopt(self, leg: Channel) -> None:
        """The phone was answered, or asked to ring, before this process began."""
        self.leg = leg

    @property
    def answered_seq(self) -> int | None:
        """When, in the PBX's order, the phone answered; None if it has not."""
        return None if self.leg is None else self.leg.up_at_seq

    def withdraw(self) -> None:
        """The offer has been taken back: stop ringing. Told from the event loop, never waits."""
        self._withdrawn = True
        if self.leg is not None:
            self.leg.wake()

    def phone_changed(self, *, reachable: bool) -> None:
        """The phone can be reached again, or cannot any more. Told from the event loop, never waits."""
        self.phone_lost = not reachable
        if self.leg is not None:
            self.leg.wake()

    async def start(self) -> None:
        """Have the phone ring; returns once it was asked to."""
        leg = await unbroken(self._create())
        try:
            if not leg.is_gone and await leg.started(LEG_START_LIMIT_S) and not self._withdrawn:
                await leg.dial(self._times.ring_timeout_s, self._caller)
        except NotFound:
            log.info("leg.gone_early", offer_id=self.offered.offer_id)

    async def _create(self) -> Channel:
        offer_id = self.offered.offer_id
        self.leg = await self._session.create_leg(
            self.offered.endpoint, app_args=("leg", offer_id), channel_id=leg_id(offer_id), caller_id=self._shown
        )
        return self.leg

    async def ended(self) -> OfferEnd:
        """Wait for the answer, the refusal, or the end of the time; a leg that was not answered is gone afterwards."""
        leg = self.leg
        if leg is None:
            return OfferEnd.UNREACHABLE
        limit_s = min(self._times.no_ringing_timeout_s, self._times.ring_timeout_s + BACKSTOP_S)
        if await self._until(leg, lambda: leg.ringing_at is not None, limit_s):
            await self._until(leg, lambda: False, self._times.ring_timeout_s + BACKSTOP_S)
        if leg.up_at_seq is not None and not self._withdrawn:
            return OfferEnd.ANSWERED
        lost = self.phone_lost and not leg.is_gone and not self._withdrawn
        if not leg.is_gone:
            await leg.hang_up()
        if lost:
            return OfferEnd.UNREACHABLE
        # An answer that comes while we hang up changes nothing: the leg is going.
        return offer_end(replace(leg.seen(), answered=False), withdrawn=self._withdrawn)

    async def _until(self, leg: Channel, met: Callable[[], bool], limit_s: float) -> bool:
        """Wait for ``met``, the answer, the end, the withdrawal or the loss; False when the limit ran out."""
        try:
            return await leg.until(
                lambda: met() or leg.up_at_seq is not None or leg.is_gone or self._withdrawn or self.phone_lost,
                limit_s,
            )
        except NotFound:
            return True
