"""Sending one caller outside: what they hear while somebody there is rung, and the talk (R-MENU-5)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ivr.acd import outside
from ivr.acd.outside import OutsideCall
from ivr.acd.outside_leg import Unit
from ivr.acd.recovery import Left
from ivr.domain.events import CallState
from ivr.errors import NotFound
from ivr.flows.services import Services
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.store.ports import Tx
from ivr.voice.names import Prompt

Run = Callable[[Callable[[Tx], bool]], Awaitable[bool]]
"""Runs one transaction of the call's."""


class Sending:
    """What one call needs to be sent outside; nothing happens before `reach`."""

    def __init__(
        self, services: Services, channel: Channel, speech: Speech, own_number: str, left: Left | None
    ) -> None:
        """``own_number``: the line's, which is shown outside; ``left``: how another process left the call."""
        self._services = services
        self._channel = channel
        self._speech = speech
        self._own_number = own_number
        self._outside = OutsideCall(services.session, services.store, speech.call_id, channel, services.now)
        self.was_tried = left is not None and left.state is CallState.OUTSIDE
        """The caller has been told that they are put through there."""
        self._left = left if self.was_tried else None
        if self._left is not None:
            self._outside.take_up(self._left)

    async def reach(self, unit: Unit | None, connecting: Prompt, run: Run) -> bool:
        """Ring ``unit`` until it answers, in company; False when nobody there was reached, or there is no unit."""
        if self._left is not None and not self._left.connected:
            await self._channel.stop_left_over()
        if self._outside.was_reached:
            return True
        if not self.was_tried:
            call_id = self._speech.call_id
            self.was_tried = unit is not None and await run(lambda tx: outside.begin(tx, call_id))
        return self.was_tried and await self._rung(unit, connecting)

    async def talk(self) -> None:
        """Connect the two, and return when whoever is outside has gone."""
        await self._outside.talk()

    async def clear_up(self) -> None:
        """Leave nothing of it on the PBX."""
        await self._outside.clear_up()

    async def _rung(self, unit: Unit | None, connecting: Prompt) -> bool:
        company = asyncio.create_task(self._keep_company(connecting), name=f"company-{self._speech.call_id}")
        try:
            return await self._outside.reach(unit, self._own_number)
        finally:
            company.cancel()
            await asyncio.gather(company, return_exceptions=True)

    async def _keep_company(self, connecting: Prompt) -> None:
        """Where the caller is being put through to, then music: never silence."""
        try:
            await self._speech.say(connecting, barge_in=False)
            await self._channel.start_moh(self._services.rules.waiting.music)
        except NotFound:
            return
