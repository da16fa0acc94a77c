"""Ringing a caller who took a call back, with the agent on the line already (R-CB-14).

Enters: the call's row, and the answered leg of the agent. Leaves: how it ended; a caller who answered has heard who
calls. The row says that they were rung before anything is dialled: nobody is rung twice. Nobody is in silence: the
agent hears what call it is, the ringing, then the greeting, or that nobody answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

import structlog

from ivr.acd import ring_back
from ivr.acd.offer import BACKSTOP_S, outside_leg_id
from ivr.acd.outside_leg import OutsideLeg
from ivr.acd.ring_tone import BUSY, RING
from ivr.domain.dialling import MayNotRing
from ivr.domain.queueing import CallRow
from ivr.errors import NotFound
from ivr.flows.services import Services
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.records.ringing_back import RingBack, may_ring_back
from ivr.voice import dialogue
from ivr.voice.names import Prompt

log = structlog.get_logger()

TONE_S: Final = 2.0
"""So long the agent hears that nobody was reached."""
_SUPPRESSED: Final = "dialling.suppressed"


class RingingBack:
    """One ringing of one caller."""

    def __init__(self, services: Services, row: CallRow, agent: Channel, far: Channel | None) -> None:
        """``far``: the caller's leg, if another process has made it."""
        self._services = services
        self._row = row
        self._agent = agent
        self._far = far
        self._rung: OutsideLeg | None = None

    @property
    def far(self) -> Channel | None:
        """The caller's leg, once there is one."""
        return self._far if self._rung is None else self._rung.leg

    async def outcome(self) -> str:
        """Ring, and say how it ended: an `OfferEnd`, or a reason of `ivr.acd.ring_back`. Raises PbxError."""
        try:
            outcome = await self._outcome()
            if outcome != OfferEnd.ANSWERED:
                await self._tell_agent()
        except NotFound:
            return ring_back.AGENT_GONE
        return outcome

    async def greet(self) -> bool:
        """The caller hears who calls, and so does the agent. False: the caller has hung up, or the call is over."""
        services, row, far = self._services, self._row, self.far
        if far is None or not await services.store.run(ring_back.reached, row.call_id, services.now()):
            return False
        speech = Speech(row.call_id, far, services.prompts, services.recorder, row.brand, row.language)
        with suppress(NotFound):
            await self._quieten_agent()
            await self._agent.play(services.prompts.media(row.language, Prompt.CALLBACK_GREETING, brand=row.brand))
        try:
            await speech.say(Prompt.CALLBACK_GREETING, barge_in=False)
        except NotFound:
            return False
        with suppress(NotFound):
            await self._quieten_agent()
        return True

    async def _outcome(self) -> str:
        if self._far is not None:
            return await self._while_agent_stays(self._ring_on(self._far))
        if self._row.called_back_at is not None:
            return ring_back.LOST
        await dialogue.play(self._agent, self._services.prompts.media("en", Prompt.WHISPER_CALL_BACK), barge_in=False)
        refused = await self._refused()
        return refused or await self._while_agent_stays(self._ring())

    async def _refused(self) -> str | None:
        """Why the caller may not be rung any more: the record was suppressed meanwhile, say."""
        services, row = self._services, self._row
        asked = RingBack(row.call_id, row.call_back_number or "", services.rules.outbound.dialling)
        verdict = await services.store.look_up(may_ring_back, asked)
        if isinstance(verdict, MayNotRing):
            return ring_back.SUPPRESSED if verdict.error_id == _SUPPRESSED else ring_back.NOT_ALLOWED
        return None

    async def _while_agent_stays(self, ringing: Coroutine[Any, Any, str]) -> str:
        """The agent hears the ringing; who hangs up meanwhile ends it."""
        ring = asyncio.create_task(ringing, name=f"ring-{self._row.call_id}")
        gone = asyncio.create_task(self._agent.gone.wait(), name=f"agent-{self._row.call_id}")
        try:
            await self._agent.play([RING])
            await asyncio.wait({ring, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not ring.done() and self.far is not None:
                await self.far.hang_up()
            outcome = await ring
        finally:
            gone.cancel()
            ring.cancel()
            await asyncio.gather(ring, gone, return_exceptions=True)
        return ring_back.AGENT_GONE if self._agent.is_gone and outcome != OfferEnd.ANSWERED else outcome

    async def _ring(self) -> str:
        services, row = self._services, self._row
        outbound, leg_id = services.rules.outbound, outside_leg_id(row.call_id)
        unit = outbound.unit(row.call_back_number or "")
        if unit is None:
            return OfferEnd.UNREACHABLE
        if not await services.store.run(ring_back.begin, row.call_id, leg_id, services.now()):
            return ring_back.LOST
        own = outbound.cli(row.brand, employer=row.employer_id is not None)
        self._rung = OutsideLeg(services.session, unit, own, leg_id, row.call_id)
        return await self._rung.ring()

    async def _ring_on(self, far: Channel) -> str:
        """The caller's phone rings since another process asked it to."""
        with suppress(NotFound):
            await far.up_or_gone(self._services.rules.outbound.times.ring_timeout_s + BACKSTOP_S)
        if not far.is_up and not far.is_gone:
            await far.hang_up()
        return offer_end(far.seen())

    async def _tell_agent(self) -> None:
        """Nobody was reached: a tone."""
        await self._quieten_agent()
        await self._agent.play([BUSY])
        await self._agent.until(lambda: self._agent.is_gone, TONE_S)

    async def _quieten_agent(self) -> None:
        for playback in self._agent.playing:
            await playback.stop()
