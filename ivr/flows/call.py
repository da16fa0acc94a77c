"""The verbs a flow may use. One `Call` is one caller's call; its task owns it from arrival to the end.

A verb returns what the caller did as a value. When the caller hangs up, the call's task is cancelled: no verb needs to
look for it. Nothing here logs a digit in full (R-DTMF-5).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

import structlog
from sqlalchemy import Connection

from ivr.acd import journey, ledger
from ivr.acd.recovery import Left
from ivr.acd.waiting import Acd, QueuedCall
from ivr.domain.cases import Client
from ivr.domain.events import AgentOffered, CallEnd, CallState, OfferEnded
from ivr.domain.ids import CallId, CaseId, ClientId, Language
from ivr.domain.lines import Line
from ivr.domain.numbers import masked, national
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Route, Segments
from ivr.errors import NotFound, PbxError
from ivr.flows.services import Services
from ivr.pbx.handles import Channel
from ivr.records.look_ups import client_by_scin
from ivr.store.ports import Tx
from ivr.store.standing import position as position_of
from ivr.voice import dialogue
from ivr.voice.names import Prompt

log = structlog.get_logger()

T = TypeVar("T")
NO_KEYS: Mapping[Prompt, str] = MappingProxyType({})
FALLBACK = "fallback"
"""The dialplan's context for calls that the service cannot serve."""
NOT_IN_USE_CAUSE = 1
"""Q.850 unallocated number: the caller gets SIP 404."""


@dataclass(frozen=True, slots=True)
class Reference(Generic[T]):
    """What came of asking for a reference: the record, or None and what the final attempt was (R-DTMF-2)."""

    found: T | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Asking:
    """How one kind of reference is asked for. ``again``: what is said after invalid, incomplete and none."""

    what: str
    ask: Prompt
    again: dict[str, Prompt]


SCIN = Asking(
    "scin",
    Prompt.ASK_SCIN,
    {
        "invalid": Prompt.SCIN_INVALID_AGAIN,
        "incomplete": Prompt.SCIN_INCOMPLETE_AGAIN,
        "none": Prompt.SCIN_NONE_AGAIN,
    },
)
PHONE_FIRST_S = 0.02
"""By so much the agent's phone comes before the announcement, so that Asterisk does not begin both at once."""
POP_AFTER = {"recognised": "record", "invalid": "search", "incomplete": "blank", "none": "blank"}
"""R-POP-1: what opens on the agent's screen, by how the final attempt ended."""


class Call:
    """One caller's call."""

    def __init__(
        self,
        services: Services,
        call_id: CallId,
        channel: Channel,
        line: Line,
        dnis: str,
        left: Left | None = None,
    ) -> None:
        """``left``: how another process left this call, if it began there."""
        self.left = left
        self.call_id = call_id
        self.line = line
        self.language: Language = line.language
        self.end = CallEnd.ABANDONED_MENU
        """How the call counts if it ends before an agent answered."""
        self._services = services
        self._channel = channel
        self.dnis = dnis
        self._queued: QueuedCall | None = None
        if left is not None and left.state is not CallState.MENU:
            self._queued = self._new_queued()
            self._queued.take_up(left)

    @property
    def segments(self) -> Segments:
        """The segments and teams that routes name."""
        return self._services.rules.segments

    # --- arriving and ending ------------------------------------------------------------------------------------

    async def arrive(self) -> None:
        """The call has a row from here on."""
        caller = "" if self._channel.info is None else self._channel.info.caller_number
        row = CallRow(
            call_id=self.call_id,
            state=CallState.MENU,
            line=self.line.name,
            brand=self.line.brand,
            language=self.language,
            channel_id=self._channel.id,
            arrived_at=self._services.now(),
            dnis=self.dnis,
            cli=caller,
            node=self._services.node,
            config_hash=self._services.rules.config_hash,
        )
        await self._services.store.run(journey.arrive, row)

    async def answer(self) -> None:
        """Answer, and wait until the caller can hear."""
        await dialogue.answer_and_settle(self._channel)

    async def refuse(self, prompt: Prompt) -> None:
        """Say why as early media, where the trunk lets it be heard, and end unanswered with 404 (R-LINE-3)."""
        self.end = CallEnd.UNKNOWN_NUMBER
        await self._channel.progress()
        await self.say(prompt, barge_in=False)
        await self._channel.hang_up(NOT_IN_USE_CAUSE)

    async def close(self) -> None:
        """The call is over: nothing of it is left on the PBX, and it has ended once in the store."""
        if self._queued is not None:
            await self._queued.clear_up()
        now, limits = self._services.now(), self._services.rules.limits
        try:
            await self._run(lambda tx: ledger.end_call(tx, self.call_id, self.end, now, limits))
        finally:
            if self.end is not CallEnd.FAULT:
                await self._channel.hang_up()

    async def give_to_fallback(self) -> None:
        """We cannot serve this call: the PBX's own plan takes it, with an apology and a queue of its own."""
        self.end = CallEnd.FAULT
        if not self._channel.is_gone:
            await self._channel.go_on(FALLBACK, national(self.dnis))

    def tell(self, change: AgentOffered | OfferEnded) -> None:
        """The store has committed something about this call's offers."""
        if self._queued is not None:
            self._queued.tell(change)

    # --- speaking and asking ------------------------------------------------------------------------------------

    async def say(self, *prompts: Prompt, barge_in: bool = True) -> None:
        """Play prompts in the call's language and brand; a key ends them."""
        self._note_played(prompts)
        await dialogue.play(self._channel, self._media(prompts), barge_in=barge_in)

    async def choose(self, opening: Sequence[Prompt], options: Mapping[str, Prompt]) -> str | None:
        """Offer a menu of keys; asked again after no key or a wrong one, None after the last attempt (R-MENU-4)."""
        lead = opening
        keys = {prompt: key for key, prompt in options.items()}
        for _ in range(self._services.rules.digits.attempts):
            prompts = (*lead, *options.values())
            self._note_played(prompts)
            key = await dialogue.menu(
                self._channel,
                self._media(prompts, keys),
                options.keys(),
                timeout_s=self._services.rules.digits.first_digit_s,
            )
            if isinstance(key, str):
                self._chose(key)
                return key
            lead = (Prompt.MENU_NONE,) if key is None else (Prompt.MENU_WRONG,)
            self._services.recorder.note(self.call_id, "no_choice", why="none" if key is None else "wrong")
            dialogue.drop_typed_ahead(self._channel)
        return None

    def _chose(self, key: str) -> None:
        now = self._services.now()
        self._later(lambda tx: journey.choose_menu(tx, self.call_id, key, now))

    async def ask_scin(self) -> Reference[Client]:
        """Ask for the SCIN, as often as the rules allow; the client on record, or how the final attempt ended."""
        reference = await self._ask(SCIN, self._services.rules.digits.scin_digits, client_by_scin)
        client = reference.found
        if client is not None:
            self.identify(client_id=client.client_id, pop=POP_AFTER[reference.outcome])
        else:
            self.identify(pop=POP_AFTER[reference.outcome])
        return reference

    def identify(
        self, pop: str | None = None, client_id: ClientId | None = None, case_id: CaseId | None = None
    ) -> None:
        """Whom the call is about, and what the agent's screen will open (R-POP-1)."""
        now = self._services.now()
        self._later(
            lambda tx: journey.identify(
                tx, self.call_id, pop=pop, client_id=client_id, case_id=case_id, now=now if client_id else None
            )
        )

    def speak(self, language: Language) -> None:
        """From here on the call is in this language (R-MENU-5)."""
        self.language = language
        self._later(lambda tx: tx.note_call(self.call_id, language=language))

    async def staffed(self, segment: str) -> bool:
        """Whether anybody of the segment is logged in."""
        return await self._services.store.run(lambda tx: tx.staffed(f"segment:{segment}"))

    # --- a person -----------------------------------------------------------------------------------------------

    async def wait_for_person(self, route: Route, connecting: Prompt) -> None:
        """Queue along ``route`` until an agent answers, and return when the talk is over. Never gives the caller up."""
        queued = self._queued = self._new_queued()
        now, limits = self._services.now(), self._services.rules.limits
        if not await self._run(lambda tx: ledger.enqueue(tx, self.call_id, route, now, limits)):
            # Another process had queued it in its last moments.
            await queued.take_back()
        await self._wait(queued, connecting)

    async def hush(self) -> None:
        """End what another process was saying to the caller."""
        await self._channel.stop_left_over()

    async def go_on(self, left: Left) -> None:
        """Go on with a call in the queue or in talk that another process has left (the caller notices nothing)."""
        queued = self._queued
        if queued is None:
            raise PbxError("a call in the menu cannot go on in the queue")
        answered = queued.answered
        if answered is not None and left.connected:
            await queued.agent_gone(answered)
        elif answered is not None:
            await self.hush()
            await queued.reconnect(answered)
        elif left.state is not CallState.TALKING:
            await self.hush()
            await queued.take_back()
            await self._wait(queued, None)

    def _new_queued(self) -> QueuedCall:
        services, info = self._services, self._channel.info
        acd = Acd(services.session, services.store, services.rules.limits, services.rules.ringing, services.now)
        return QueuedCall(acd, self.call_id, self._channel, "" if info is None else info.caller_number)

    async def _wait(self, queued: QueuedCall, connecting: Prompt | None) -> None:
        company = asyncio.create_task(self._keep_company(queued, connecting), name=f"company-{self.call_id}")
        try:
            ringing = await queued.until_answered()
        finally:
            company.cancel()
            await asyncio.gather(company, return_exceptions=True)
        self._services.recorder.note(self.call_id, "bridged", agent=ringing.offered.staff_number)
        await queued.talk(ringing)

    async def _keep_company(self, queued: QueuedCall, connecting: Prompt | None) -> None:
        """What the caller hears while waiting: where they are going, music, and from time to time how things stand."""
        rules = self._services.rules.waiting
        try:
            if queued.rings:
                await asyncio.sleep(PHONE_FIRST_S)
            if connecting is not None:
                await self.say(connecting, barge_in=False)
            await self._channel.start_moh(rules.music)
            await asyncio.sleep(rules.announce_first_s)
            while True:
                if not queued.rings:
                    await self._announce()
                    # A prompt ends the music for good: it is begun anew.
                    await self._channel.start_moh(rules.music)
                await asyncio.sleep(rules.announce_every_s)
        except NotFound:
            return

    async def _announce(self) -> None:
        """R-WAIT-2, R-RONA-4: the position; while nobody eligible is logged in, only that nobody is free now."""
        position = await self._services.store.read(position_of, self.call_id)
        if position is None:
            await self.say(Prompt.NOBODY_FREE_NOW, barge_in=False)
        else:
            self._note_played([Prompt.WAITING_POSITION], position=str(position))
            media = self._services.prompts.media(
                self.language, Prompt.WAITING_POSITION, brand=self.line.brand, position=position
            )
            await dialogue.play(self._channel, media, barge_in=False)

    # --- inside -------------------------------------------------------------------------------------------------

    async def _ask(self, asking: Asking, length: int, find: Callable[[Connection, str], T | None]) -> Reference[T]:
        prompt, outcome = asking.ask, "none"
        rules = self._services.rules.digits
        for number in range(1, rules.attempts + 1):
            self._note_played([prompt])
            keyed = await dialogue.ask_digits(
                self._channel,
                self._media([prompt]),
                length=length,
                first_digit_timeout_s=rules.first_digit_s,
                inter_digit_timeout_s=rules.between_digits_s,
            )
            found = await self._services.store.look_up(find, keyed.digits) if len(keyed.digits) == length else None
            outcome = _outcome(keyed.digits, length, recognised=found is not None)
            self._attempted(asking.what, number, outcome, keyed.digits)
            if found is not None:
                return Reference(found, outcome)
            await dialogue.drop_left_over(self._channel)
            prompt = asking.again[outcome]
        return Reference(None, outcome)

    def _attempted(self, what: str, number: int, outcome: str, keyed: str) -> None:
        now = self._services.now()
        log.info("reference.keyed", what=what, attempt=number, outcome=outcome, keyed=masked(keyed))
        self._later(lambda tx: journey.note_attempt(tx, self.call_id, what, number, outcome, keyed, now))

    def _media(self, prompts: Sequence[Prompt], keys: Mapping[Prompt, str] = NO_KEYS) -> list[str]:
        """What to play for ``prompts``; ``keys``: the key that each option of a menu speaks of."""
        media: list[str] = []
        for prompt in prompts:
            language, named = self.language, prompt
            if prompt is Prompt.WELSH_OFFER:
                language, named = "cy", Prompt.MENU_WELSH
            values = {"key": keys[named]} if named in keys else {}
            media.extend(self._services.prompts.media(language, prompt, brand=self.line.brand, **values))
        return media

    def _note_played(self, prompts: Sequence[Prompt], **values: str) -> None:
        names = ", ".join(prompt.value for prompt in prompts)
        self._services.recorder.note(self.call_id, "played", prompts=names, language=self.language, **values)

    def _later(self, step: Callable[[Tx], object]) -> None:
        """Have a step written with this call's next transaction: one commit on the way to the agent, not four."""
        self._services.recorder.write(self.call_id, step)

    async def _run(self, step: Callable[[Tx], T]) -> T:
        return await self._services.store.run(_together, self._services.recorder.take(self.call_id), step)


def _together(tx: Tx, earlier: Sequence[Callable[[Tx], object]], step: Callable[[Tx], T]) -> T:
    for noted in earlier:
        noted(tx)
    return step(tx)


def _outcome(digits: str, length: int, *, recognised: bool) -> str:
    """R-DTMF-2."""
    if recognised:
        return "recognised"
    if len(digits) == length:
        return "invalid"
    return "incomplete" if digits else "none"
