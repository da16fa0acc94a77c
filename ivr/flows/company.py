"""What a caller hears while waiting: where they are going, music, and from time to time how things stand (R-WAIT-2).

`Company.keep` runs as a task of its own beside the call's, which ends it when an agent has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ivr.acd.talk import TalkEnd
from ivr.domain.opening import Doors
from ivr.domain.waiting import Announce, Place
from ivr.errors import NotFound
from ivr.flows.announcing import Told, announcement, busy
from ivr.flows.services import WaitRules
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.store.standing import place
from ivr.voice.names import Prompt

if TYPE_CHECKING:
    from ivr.acd.offer import Ringing
    from ivr.acd.waiting import QueuedCall
    from ivr.domain.ids import CallId
    from ivr.store.engine import SqlStore

PHONE_FIRST_S = 0.02
"""By so much the agent's phone comes before the announcement, so that Asterisk does not begin both at once."""

NOT_THEMSELVES: Final[Mapping[Prompt, Prompt]] = MappingProxyType(
    {
        Prompt.CONNECTING_OWNER: Prompt.CONNECTING_TEAM,
        Prompt.CONNECTING_ACCOUNT_MANAGER: Prompt.CONNECTING_EMPLOYER_TEAM,
    }
)
"""What is said when it is not the caller's own caseworker or account manager who rings: nobody is promised in vain."""

AFTER_TALK: Final[Mapping[TalkEnd, Prompt]] = MappingProxyType(
    {TalkEnd.LOST: Prompt.APOLOGY_LOST_LINE, TalkEnd.QUEUED: Prompt.TRANSFERRING}
)
"""What a caller hears who waits again after a talk."""


@dataclass(slots=True)
class Company:
    """Keeps one waiting caller company. ``doors``: whether their line is open now; ``turn_away`` ends the call; ``now``
    is the wall clock, aware UTC.
    """

    call_id: CallId
    channel: Channel
    queued: QueuedCall
    speech: Speech
    store: SqlStore
    rules: WaitRules
    doors: Callable[[], Doors]
    turn_away: Callable[[str], Awaitable[None]]
    now: Callable[[], datetime]
    told: Told = field(default_factory=Told)

    async def until_over(self, connecting: Prompt | None, bridged: Callable[[str], None]) -> None:
        """Until an agent has answered and the talk is over. Whose agent's phone is lost in the talk hears an apology
        and waits again (R-STATE-8); who is sent to another's queue is told so (R-XFER-3).
        ``bridged`` is told each agent's staff number.
        """
        while True:
            ringing = await self._until_answered(connecting)
            bridged(ringing.offered.staff_number)
            end = await self.queued.talk(ringing)
            if end is TalkEnd.OVER:
                return
            connecting = AFTER_TALK[end]

    async def _until_answered(self, connecting: Prompt | None) -> Ringing:
        keeping = asyncio.create_task(self.keep(connecting), name=f"company-{self.call_id}")
        try:
            return await self.queued.until_answered()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def keep(self, connecting: Prompt | None) -> None:
        """Say where the caller goes, then music, broken by announcements, until cancelled or turned away."""
        try:
            if self.queued.rings:
                await asyncio.sleep(PHONE_FIRST_S)
            if connecting is not None:
                await self.speech.say(self._truly(connecting), barge_in=False)
                await self._say_that_all_are_busy()
            await self.channel.start_moh(self.rules.music)
            pause_s = self.rules.announce_first_s
            while True:
                await asyncio.sleep(pause_s)
                if not await self._announced():
                    return
                pause_s = self.rules.announce_every_s
        except NotFound:
            return

    def _truly(self, connecting: Prompt) -> Prompt:
        return connecting if self.queued.rings_own else NOT_THEMSELVES.get(connecting, connecting)

    async def _announced(self) -> bool:
        """Say how things stand unless a phone rings; False when the call is over."""
        if self.queued.rings:
            return True
        stands = await self._stands()
        if stands.position is None and self.doors() is not Doors.OPEN:
            await self.turn_away(Prompt.CLOSED_WHILE_WAITING)
            return False
        sentences, told = announcement(stands, self.rules.announced_in(stands.queues), self.told)
        if self.queued.rings or not sentences:
            return True
        self.told = told
        await self.speech.say_sentences(sentences)
        if self.channel.is_gone:
            return False
        # A prompt ends the music for good: it is begun anew.
        await self.channel.start_moh(self.rules.music)
        return True

    async def _say_that_all_are_busy(self) -> None:
        """To a caller who could not be put through at once, so that the music does not come without a word."""
        if self.queued.rings:
            return
        stands = await self._stands()
        off = self.rules.announced_in(stands.queues) is Announce.NONE and stands.position is not None
        if not self.queued.rings and not off:
            await self.speech.say_sentences((busy(stands),))

    async def _stands(self) -> Place:
        return await self.store.read(place, self.call_id, self.now())
