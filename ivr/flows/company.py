"""What a caller hears while waiting: where they are going, music, and from time to time how things stand (R-WAIT-2).

`Company.keep` runs as a task of its own beside the call's, which ends it when an agent has answered.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from ivr.acd.talk import TalkEnd
from ivr.domain.opening import Doors
from ivr.domain.waiting import Announce, Place
from ivr.errors import NotFound
from ivr.flows.announcing import Told, announcement, busy
from ivr.flows.call_back_offer import CallBackOffer
from ivr.flows.services import Services, WaitRules
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.store.standing import place
from ivr.voice.names import Prompt

if TYPE_CHECKING:
    from ivr.acd.offer import Ringing
    from ivr.acd.waiting import QueuedCall
    from ivr.domain.ids import CallId
    from ivr.store.engine import SqlStore

TAKE_AGAIN_S: Final = 0.5
"""A call back agreed on while a phone rings is tried so often again until that has ended."""
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
    call_back: CallBackOffer | None = None
    """What a call back instead of waiting is offered with; None: it is not offered to this caller."""
    first: Prompt | None = None
    """Said once before anything else."""
    announce: Callable[[], Awaitable[None]] | None = None
    """Says that the call is recorded, unless its caller knows."""
    told: Told = field(default_factory=Told)
    _offered_at_s: float | None = None
    """When a call back was offered last, by the loop's clock."""

    @classmethod
    def of(
        cls,
        services: Services,
        speech: Speech,
        queued: QueuedCall,
        doors: Callable[[], Doors],
        turn_away: Callable[[str], Awaitable[None]],
        call_back: CallBackOffer | None = None,
        first: Prompt | None = None,
        announce: Callable[[], Awaitable[None]] | None = None,
    ) -> Self:
        """For a call as it is spoken to."""
        store, rules, now = services.store, services.rules.waiting, services.now
        call_id, channel = speech.call_id, speech.channel
        return cls(call_id, channel, queued, speech, store, rules, doors, turn_away, now, call_back, first, announce)

    async def until_over(self, connecting: Prompt | None, bridged: Callable[[str], None]) -> None:
        """Until an agent has answered and the talk is over, or the caller has taken a call back. Whose agent's phone is
        lost in the talk hears an apology and waits again (R-STATE-8); who is sent to another's queue is told so
        (R-XFER-3). ``bridged`` is told each agent's staff number.
        """
        while True:
            ringing = await self._until_answered(connecting)
            if ringing is None:
                return
            bridged(ringing.offered.staff_number)
            end = await self.queued.talk(ringing)
            if end is TalkEnd.OVER:
                return
            connecting, self.call_back = AFTER_TALK[end], None

    async def _until_answered(self, connecting: Prompt | None) -> Ringing | None:
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
            first, self.first = self.first, None
            if first is not None:
                await self.speech.say(first, barge_in=False)
            if self.announce is not None:
                await self.announce()
            if connecting is not None:
                await self.speech.say(self._truly(connecting), barge_in=False)
                await self._say_that_all_are_busy()
            await self.channel.start_moh(self.rules.music)
            pause_s = self.rules.announce_first_s
            while True:
                due_s = await self._call_back_due_s()
                await asyncio.sleep(min(pause_s, due_s))
                if due_s <= pause_s and self.doors() is Doors.OPEN:
                    await self._offer_call_back()
                elif not await self._announced():
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

    # --- a call back instead of waiting (R-WAIT-3) --------------------------------------------------------------------

    async def _call_back_due_s(self) -> float:
        """In how many seconds a call back is to be offered; for ever, where none is."""
        if self.call_back is None or not self.rules.call_backs_are_offered:
            return math.inf
        stands = await self._stands()
        after_s = self.rules.call_back_in(stands.queues)
        if not after_s:
            return math.inf
        if self._offered_at_s is not None:
            passed_s = asyncio.get_running_loop().time() - self._offered_at_s
        else:
            passed_s = 0.0 if stands.since is None else (self.now() - stands.since).total_seconds()
        return max(0.0, after_s - passed_s)

    async def _offer_call_back(self) -> None:
        """Offer it instead of an announcement, unless a phone rings for the call or the caller may not be rung."""
        offer = self.call_back
        if offer is None or self.queued.rings:
            await asyncio.sleep(TAKE_AGAIN_S)
            return
        if not await offer.may_be_made():
            self.call_back = None
            return
        wanted = await offer.is_wanted()
        number = await offer.number() if wanted else None
        self.call_back = None if wanted else offer
        self._offered_at_s = asyncio.get_running_loop().time()
        await self.channel.start_moh(self.rules.music)
        if number is not None:
            await self._take(offer, number)

    async def _take(self, offer: CallBackOffer, number: str) -> None:
        """Not while a phone rings for the call: who answers it has the caller, and this ends."""
        while self.queued.rings or not await offer.take(number):  # noqa: ASYNC110 - the row is somebody else's to change
            await asyncio.sleep(TAKE_AGAIN_S)
