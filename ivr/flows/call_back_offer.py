"""Offering a waiting caller a call back instead of waiting: asked, the number agreed (R-WAIT-3).

Enters: a caller with music. Leaves: the number they are to be rung at, which may be rung, or None: they go on waiting.
Runs in the task that keeps the caller company; an agent who answers meanwhile ends it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ivr.acd import ring_back
from ivr.acd.recovery import Left
from ivr.domain.dialling import MayRing
from ivr.flows.services import DigitRules, Services
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.records.ringing_back import RingBack, is_suppressed, may_ring_back
from ivr.voice import dialogue
from ivr.voice.names import Prompt

YES, ANOTHER = "1", "2"
LONGEST: Final = 15
"""The digits of the longest telephone number there is (E.164)."""


@dataclass(frozen=True, slots=True)
class CallBackOffer:
    """What one call is offered with. ``own_number``: what the caller rings from, '' when withheld; ``may_be_made``:
    whether a call back may be promised to this caller at all; ``allowed``: a number as it is dialled, None: it is not;
    ``take``: whether the call has become a call back to this number.
    """

    channel: Channel
    speech: Speech
    digits: DigitRules
    music: str
    quiet: str
    own_number: str
    may_be_made: Callable[[], Awaitable[bool]]
    allowed: Callable[[str], Awaitable[str | None]]
    take: Callable[[str], Awaitable[bool]]

    async def is_wanted(self) -> bool:
        """Offer it; who presses nothing goes on waiting, in music. What was keyed before is no answer."""
        dialogue.drop_typed_ahead(self.channel)
        self.speech.recorder.note(self.speech.call_id, "call_back_offered")
        for _ in range(self.digits.attempts):
            await dialogue.play(self.channel, self.speech.media((Prompt.CALLBACK_OFFER,)))
            if not self.channel.digits:
                await self.channel.start_moh(self.music)
            if not await self.channel.until(lambda: bool(self.channel.digits), self.digits.first_digit_s):
                return False
            if self.channel.digits.take().digit == YES:
                return True
            dialogue.drop_typed_ahead(self.channel)
        return False

    async def number(self) -> str | None:
        """The number that the caller confirmed: their own, or one they keyed. None: there is none, and they know."""
        number = await self._agreed()
        if number is None:
            await self.speech.say(Prompt.CALLBACK_NOT_ARRANGED, barge_in=False)
        return number

    async def _agreed(self) -> str | None:
        own = await self.allowed(self.own_number) if self.own_number else None
        if own is not None and (sure := await self._is_sure(own)) is not False:
            return own if sure else None
        ask = Prompt.CALLBACK_ASK_NUMBER
        for _ in range(self.digits.attempts):
            keyed = await self._keyed(ask)
            number = await self.allowed(keyed) if keyed else None
            if number is not None and (sure := await self._is_sure(number)) is not False:
                return number if sure else None
            if number is None:
                await dialogue.drop_left_over(self.channel)
            ask = _again(keyed, number)
        return None

    async def _keyed(self, ask: Prompt) -> str:
        """What was keyed at one attempt."""
        rules = self.digits
        keyed = await dialogue.ask_digits(
            self.channel,
            self.speech.media((ask,)),
            length=LONGEST,
            first_digit_timeout_s=rules.first_digit_s,
            inter_digit_timeout_s=rules.between_digits_s,
            quiet=self.quiet,
        )
        return keyed.digits

    async def _is_sure(self, number: str) -> bool | None:
        """Read the number back: whether it is right. None: no answer to that."""
        for _ in range(self.digits.attempts):
            key = await dialogue.menu(
                self.channel, self._read_back(number), {YES, ANOTHER}, timeout_s=self.digits.first_digit_s
            )
            if isinstance(key, str):
                return key == YES
            dialogue.drop_typed_ahead(self.channel)
        return None

    def _read_back(self, number: str) -> Sequence[str]:
        said = self.speech.media_with_number(Prompt.CALLBACK_CONFIRM_NUMBER, number)
        return [*said, *self.speech.media((Prompt.CALLBACK_CONFIRM_KEYS,))]


def _again(keyed: str, number: str | None) -> Prompt:
    """What is said before the next attempt."""
    if not keyed:
        return Prompt.CALLBACK_NUMBER_NONE_AGAIN
    return Prompt.CALLBACK_NUMBER_INVALID_AGAIN if number is None else Prompt.CALLBACK_ASK_NUMBER


def to(services: Services, speech: Speech, own_number: str, left: Left | None) -> CallBackOffer | None:
    """What a caller is offered a call back with; None where none is offered, nobody outside can be rung, or the call
    was answered, or called back, before another process ``left`` it.
    """
    rules, store, call_id = services.rules, services.store, speech.call_id
    row = None if left is None else left.standing.call
    if row is not None and (row.answered_at is not None or row.call_back_number is not None):
        return None
    if not rules.waiting.call_backs_are_offered or rules.outbound.trunk is None:
        return None

    async def may_be_made() -> bool:
        return await store.look_up(is_suppressed, call_id) is None

    async def allowed(number: str) -> str | None:
        verdict = await store.look_up(may_ring_back, RingBack(call_id, number, rules.outbound.dialling))
        return verdict.number if isinstance(verdict, MayRing) else None

    async def take(number: str) -> bool:
        return await store.run(ring_back.take, call_id, number, services.now())

    channel, music, quiet = speech.channel, rules.waiting.music, services.prompts.quiet
    return CallBackOffer(channel, speech, rules.digits, music, quiet, own_number, may_be_made, allowed, take)
