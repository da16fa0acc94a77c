"""An agent's talk, from the connection to its end: what the phone itself does shows in their state.

Enters: an answered leg, connected; word of its phone. Leaves: how the talk ended. Runs in the call's own task.

A talk is never torn by a lost OPTIONS alone: a phone is lost when Asterisk cannot reach it and no sound has come from
it either for `SILENT_S`. One that holds the caller may send nothing at all, so it is given `SILENT_ON_HOLD_S`, in
which Asterisk has asked it twice more. Source: R-STATE-8, R-STATE-12.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

import structlog

from ivr.acd import toolbar
from ivr.domain.agents import by_agent
from ivr.errors import PbxError
from ivr.pbx.handles import Channel

if TYPE_CHECKING:
    from ivr.acd.offer import Ringing
    from ivr.acd.waiting import Acd
    from ivr.domain.ids import CallId

log = structlog.get_logger()

LOOK_EVERY_S: Final = 0.5
SILENT_S: Final = 1.0
SILENT_ON_HOLD_S: Final = 12.0


class TalkEnd(Enum):
    """How a talk ended, as the caller's call needs to know it."""

    OVER = "over"
    """The agent hung up, or Asterisk ended their leg as ours to end."""
    LOST = "lost"
    """The agent's phone is lost, without a hang-up of theirs."""


@dataclass(slots=True)
class _Silence:
    """Since when nothing has come from a phone."""

    heard: int = -1
    since_s: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def lasts_s(self, heard: int) -> float:
        """So long the count of packets has been ``heard``."""
        now_s = asyncio.get_running_loop().time()
        if heard != self.heard:
            self.heard, self.since_s = heard, now_s
        return now_s - self.since_s


class Talk:
    """One talk of one agent. ``held``: whether they have the caller on hold when we begin to look."""

    def __init__(self, acd: Acd, call_id: CallId, ringing: Ringing, leg: Channel, *, held: bool) -> None:
        self._acd = acd
        self._call_id = call_id
        self._ringing = ringing
        self._leg = leg
        self._held = held
        self._silence: _Silence | None = None

    async def ended(self) -> TalkEnd:
        """Wait for the end; what the phone does meanwhile, hold and retrieve, becomes the agent's state."""
        leg = self._leg
        while not leg.is_gone:
            await self._something_new()
            if leg.is_held is not self._held and not leg.is_gone:
                await self._show_hold()
            elif await self._is_lost():
                log.warning("talk.phone_lost", agent=self._ringing.offered.staff_number)
                return TalkEnd.LOST
        if leg.was_cut:
            log.warning("talk.leg_cut", agent=self._ringing.offered.staff_number, status=leg.tech_cause)
        return TalkEnd.LOST if leg.was_cut else TalkEnd.OVER

    async def _something_new(self) -> None:
        leg, watching = self._leg, self._silence is not None
        await leg.until(
            lambda: leg.is_gone or leg.is_held is not self._held or self._ringing.phone_lost is not watching,
            LOOK_EVERY_S if watching else None,
        )

    async def _show_hold(self) -> None:
        """The caller hears music and silence as the PBX has it; the state follows."""
        self._held = self._leg.is_held
        step = toolbar.hold if self._held else toolbar.retrieve
        offered = self._ringing.offered
        cause = by_agent(offered.staff_number, "held on the phone" if self._held else "retrieved on the phone")
        await self._acd.store.run(step, offered.agent_id, self._acd.now(), self._call_id, cause)

    async def _is_lost(self) -> bool:
        """Asterisk cannot reach the phone, and nothing has come from it for long enough."""
        if not self._ringing.phone_lost or self._leg.is_gone:
            self._silence = None
            return False
        self._silence = self._silence or _Silence()
        try:
            heard = await self._acd.session.packets_from(self._leg)
        except PbxError:
            return False  # it has just gone, or nobody knows: the next look tells
        return self._silence.lasts_s(heard) >= (SILENT_ON_HOLD_S if self._held else SILENT_S)
