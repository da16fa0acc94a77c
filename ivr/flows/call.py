"""The verbs a flow may use. One `Call` is one caller's call; its task owns it from arrival to the end.

A verb returns what the caller did as a value. When the caller hangs up, the call's task is cancelled: no verb needs to
look for it. Nothing here logs a digit in full (R-DTMF-5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import structlog

from ivr.acd import journey, ledger, ring_back
from ivr.acd.direct_call import DirectCall
from ivr.acd.recovery import Left
from ivr.acd.talk import Talk, TalkEnd
from ivr.acd.waiting import QueuedCall
from ivr.domain.birth import OneOwner, Selected
from ivr.domain.cases import Client, OpenCase
from ivr.domain.events import (
    AgentOffered,
    CallBackChanged,
    CallEnd,
    CallState,
    OfferEnded,
    PartyChanged,
    PhoneChanged,
)
from ivr.domain.ids import CallId, Language
from ivr.domain.lines import Line
from ivr.domain.numbers import caller_number, national
from ivr.domain.opening import Doors
from ivr.domain.routes import Route, Segments
from ivr.domain.talking import NO_TALK, Command, Outcome, TalkNow
from ivr.errors import PbxError
from ivr.flows import asking, call_back_offer, judging
from ivr.flows.asking import POP_AFTER, WELSH, Answer, Asker
from ivr.flows.called_back import CalledBack
from ivr.flows.company import AFTER_TALK, Company
from ivr.flows.recorded import Announcement
from ivr.flows.sending import Sending
from ivr.flows.services import Services
from ivr.flows.speech import WELSH_KEY, Sayable, Speech
from ivr.pbx.handles import Channel
from ivr.records.look_ups import EmployerRecord
from ivr.store.ports import Tx
from ivr.voice import dialogue
from ivr.voice.names import Prompt

log = structlog.get_logger()

T = TypeVar("T")
FALLBACK = "fallback"
"""The dialplan's context for calls that the service cannot serve."""
NOT_IN_USE_CAUSE = 1
"""Q.850 unallocated number: the caller gets SIP 404."""


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
        self.end = CallEnd.ABANDONED_MENU
        """How the call counts if it ends before an agent answered."""
        self._services = services
        self._channel = channel
        self.dnis = dnis
        self._digits = services.rules.digits
        self._speech = Speech(
            call_id, channel, services.prompts, services.recorder, line.brand, line.language, line.welsh_key
        )
        self._announcement = Announcement(services, line, self._speech)
        media, quiet = self._speech.media, services.prompts.quiet
        self._asker = Asker(channel, self._digits, media, self._attempted, quiet, services.is_down)
        self._sending = Sending(services, channel, self._speech, national(dnis), left)
        self._queued: QueuedCall | None = None
        self._direct: DirectCall | None = None
        self._behind: QueuedCall | None = None
        """The queue's part of a direct call, should it be transferred."""
        self.back: CalledBack | None = None
        """The call from the moment on in which its caller has taken a call back (R-WAIT-3)."""
        if left is not None and left.standing.is_direct:
            self._direct = self._new_direct()
            self._direct.take_up(left)
        elif left is not None and left.state not in {CallState.MENU, CallState.OUTSIDE}:
            self._queued = self._new_queued()
            self._queued.take_up(left)

    @property
    def language(self) -> Language:
        """What the caller is spoken to in."""
        return self._speech.language

    @property
    def segments(self) -> Segments:
        """The segments and teams that routes name."""
        return self._services.rules.segments

    # --- arriving and ending ------------------------------------------------------------------------------------

    async def arrive(self) -> None:
        """The call has a row from here on."""
        cli, channel_id = self._caller_number, self._channel.id
        row = self._services.arriving(self.call_id, self.line, self.language, channel_id, self.dnis, cli)
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

    @property
    def doors(self) -> Doors:
        """Whether the line is open now."""
        return self._services.doors(self.line, self._services.now())

    async def turn_away(self, message: str) -> None:
        """Say in both languages, the call's own first, why nobody takes this call, and end it (R-LINE-5)."""
        self.end = CallEnd.CLOSED
        await self._speech.say_in_both(message)
        await self._channel.hang_up()

    async def close(self) -> CallEnd:
        """The call is over: nothing of it is left on the PBX, and it has ended once in the store. How it counts."""
        gone = self._channel.is_gone
        for person in (self._queued, self._direct, self._sending):
            if person is not None:
                await person.clear_up()
        if self.back is not None:
            await self.back.see_off(self._channel, self.language)
            return CallEnd.CALLED_BACK
        try:
            return await self._run(self._ended(gone=gone)) or self.end
        finally:
            if self.end is not CallEnd.FAULT:
                await self._channel.hang_up()

    def _ended(self, *, gone: bool) -> Callable[[Tx], CallEnd | None]:
        now, limits = self._services.now(), self._services.rules.limits
        return lambda tx: ledger.end_call(tx, self.call_id, self.end, now, limits, far_gone=gone)

    async def give_to_fallback(self) -> None:
        """We cannot serve this call: the PBX's own plan takes it, with an apology and a queue of its own."""
        self.end = CallEnd.FAULT
        if not self._channel.is_gone:
            await self._channel.go_on(FALLBACK, national(self.dnis))

    def tell(self, change: AgentOffered | OfferEnded | PhoneChanged | PartyChanged | CallBackChanged) -> None:
        """The store has committed something about this call's offers or parties, or an agent's phone."""
        if self.back is not None:
            self.back.tell(change)
        elif isinstance(change, CallBackChanged):
            self.back = CalledBack(self._services, self.call_id, self.line, self.dnis)
            if self._queued is not None:
                self._queued.leave()
        elif self._queued is not None:
            self._queued.tell(change)
        elif self._direct is not None and isinstance(change, PhoneChanged | PartyChanged):
            self._direct.tell(change)
        elif self._behind is not None:
            self._behind.tell(change)

    async def command(self, command: Command) -> Outcome:
        """Somebody asks something of this call's talk."""
        if self.back is not None:
            return await self.back.command(command)
        return NO_TALK if self._talk is None else await self._talk.ask(command)

    @property
    def talk_now(self) -> TalkNow | None:
        """Who hears whom; None while nobody talks."""
        return None if self._talk is None else self._talk.now

    @property
    def _talk(self) -> Talk | None:
        person = self._queued or self._direct
        return None if person is None else person.conversation

    # --- speaking and asking ------------------------------------------------------------------------------------

    async def say(self, *prompts: Prompt, barge_in: bool = True) -> None:
        """Play prompts in the call's language and brand; a key ends them."""
        await self._speech.say(*prompts, barge_in=barge_in)

    async def choose(
        self, opening: Sequence[Sayable], options: Mapping[str, Prompt], closing: Sequence[Sayable] = ()
    ) -> str | None:
        """Offer a menu of keys; asked again after no key or a wrong one, None after the last attempt (R-MENU-4).

        ``opening`` is said once, ``closing`` after the options each time.
        """
        lead = await self._announcement.greet(opening)
        keys = {prompt: key for key, prompt in options.items()}
        for _ in range(self._digits.attempts):
            prompts = (*lead, *options.values(), *closing)
            key = await dialogue.menu(
                self._channel,
                self._speech.media(prompts, keys),
                options.keys(),
                timeout_s=self._digits.first_digit_s,
            )
            if isinstance(key, str):
                self._chose(WELSH_KEY if options[key] is Prompt.MENU_WELSH else key)
                return key
            lead = (Prompt.MENU_NONE,) if key is None else (Prompt.MENU_WRONG,)
            self._services.recorder.note(self.call_id, "no_choice", why="none" if key is None else "wrong")
            dialogue.drop_typed_ahead(self._channel)
        return None

    def _chose(self, option: str) -> None:
        """``option``: by its usual key, whatever key this line has for it."""
        now = self._services.now()
        self._later(lambda tx: journey.choose_menu(tx, self.call_id, option, now))

    async def ask_scin(self) -> Answer[Client]:
        """Ask for the SCIN: the client on record, or how the final attempt ended."""
        answer = await self._asker.ask(asking.scin(self._digits), judging.on_record(self._services.records.client))
        client = answer.found
        self.identify(pop=POP_AFTER[answer.outcome], client_id=None if client is None else client.client_id)
        return answer

    async def ask_date_of_birth(self, cases: Sequence[OpenCase]) -> Selected | OneOwner | None:
        """Ask for the date of birth that tells ``cases`` apart; None when two attempts did not (R-CASE-3, R-CASE-6)."""
        judge = await judging.born(self._services.records, cases)
        return (await self._asker.ask(asking.date_of_birth(), judge)).found

    async def ask_employer_reference(self, opening: Sequence[Sayable]) -> Answer[EmployerRecord]:
        """Ask for ERN or EARN, offering Welsh before the first question (R-EMP-1, R-LINE-6)."""
        answer = await self._asker.ask(
            asking.employer_reference(self._digits),
            judging.on_record(self._services.records.employer),
            opening=await self._announcement.greet(opening),
            lone_key=self.line.welsh_key,
        )
        if answer.outcome == WELSH:
            self._chose(WELSH_KEY)
        found, pop = answer.found, POP_AFTER[answer.outcome]
        if found is None:
            self.identify(pop=pop)
        else:
            self.identify(pop=pop, employer_id=found.employer_id, employer_agent_id=found.employer_agent_id)
        return answer

    async def ask_representative_reference(self) -> None:
        """Ask for the TRN, which may be skipped; whoever it is, their record is what opens (R-MENU-7)."""
        judge = judging.on_record(self._services.records.representative)
        answer = await self._asker.ask(asking.representative_reference(self._digits), judge)
        self.identify(pop=POP_AFTER[answer.outcome], representative_id=answer.found)

    async def offered_welsh(self, opening: Sequence[Sayable]) -> bool:
        """Say ``opening`` on a line without a question, and wait a moment for the key of the Welsh offer (R-LINE-6)."""
        key, opening = self.line.welsh_key, await self._announcement.greet(opening)
        pressed = await dialogue.menu(
            self._channel, self._speech.media(opening), {key}, timeout_s=dialogue.LONE_KEY_PAUSE_S
        )
        if pressed != key:
            dialogue.drop_typed_ahead(self._channel)
            return False
        self._chose(WELSH_KEY)
        return True

    def identify(self, pop: str | None = None, **ids: int | None) -> None:
        """Whom the call is about, by internal ids, and what the agent's screen will open (R-POP-1)."""
        now = self._services.now()
        known = {name: value for name, value in ids.items() if value is not None}
        self._later(lambda tx: journey.identify(tx, self.call_id, pop=pop, now=now if known else None, **known))

    def speak(self, language: Language) -> None:
        """From here on the call is in this language (R-MENU-5)."""
        self._speech.language = language
        self._later(lambda tx: tx.note_call(self.call_id, language=language))

    async def staffed(self, segment: str) -> bool:
        """Whether anybody of the segment is logged in."""
        return await self._services.store.run(lambda tx: tx.staffed(f"segment:{segment}"))

    async def sent_outside(self, connecting: Prompt) -> bool:
        """Put a Welsh call through to its unit outside, if that has a number (R-MENU-5): True once the talk is over."""
        if not await self._sending.reach(self._services.rules.welsh_outside, connecting, self._run):
            return False
        self.end = CallEnd.SENT_OUTSIDE
        await self._sending.talk()
        return True

    @property
    def was_missed_outside(self) -> bool:
        """Whether nobody answered where the caller was told that they are put through to."""
        return self._sending.was_tried

    # --- a person -----------------------------------------------------------------------------------------------

    async def wait_for_person(self, route: Route, connecting: Prompt) -> None:
        """Queue along ``route`` until an agent answers, and return when the talk is over. Never gives the caller up."""
        queued = self._queued = self._new_queued()
        now, limits = self._services.now(), self._services.rules.limits
        queues = await self._run(lambda tx: ring_back.enqueue(tx, self.call_id, route, now, limits))
        if queues is None:
            # Another process had queued it in its last moments.
            await queued.take_back()
        await self._wait(queued, connecting, Prompt.CALLBACK_WITHDRAWN if queues == ring_back.IN_PLACE else None)

    async def ring_people(self) -> None:
        """Ring the line's leader and deputy until one answers, and return when the talk is over (R-LINE-4)."""
        direct = self._direct = self._direct or self._new_direct()
        queued = self._behind = self._new_queued()
        while (ringing := await direct.until_answered()) is not None:
            self._services.recorder.note(self.call_id, "bridged", agent=ringing.offered.staff_number)
            end = await direct.talk(ringing)
            if direct.waits:
                queued.take_bridge(direct.give_bridge())
                self._queued, self._direct = queued, None
                await self._wait(queued, AFTER_TALK[end])
                return
            if end is not TalkEnd.LOST:
                return
            await self.say(Prompt.APOLOGY_LOST_LINE, barge_in=False)

    async def hush(self) -> None:
        """End what another process was saying to the caller."""
        await self._channel.stop_left_over()

    async def go_on(self, left: Left) -> None:
        """Go on with a call in the queue or in talk that another process has left (the caller notices nothing)."""
        if self._direct is not None:
            await self.ring_people()
            return
        queued = self._queued
        if queued is None:
            raise PbxError("a call in the menu cannot go on in the queue")
        answered, end = queued.answered, TalkEnd.OVER
        if left.is_in_talk:
            end = await queued.talk_on()
        elif answered is not None:
            await self.hush()
            end = await queued.reconnect(answered)
        elif left.state is not CallState.TALKING:
            await self.hush()
            await queued.take_back()
            await self._wait(queued, None)
        if end is not TalkEnd.OVER:
            await self._wait(queued, AFTER_TALK[end])

    def _new_queued(self) -> QueuedCall:
        acd = self._services.acd(self.line, self._announcement.notice)
        return QueuedCall(acd, self.call_id, self._channel, self._caller_number)

    def _new_direct(self) -> DirectCall:
        people = tuple(staff for staff in (self.line.leader, self.line.deputy) if staff is not None)
        return DirectCall(self._services.acd(self.line), self.call_id, self._channel, self._caller_number, people)

    @property
    def _caller_number(self) -> str:
        if self.left is not None and self.left.standing.call.call_back_number is not None:
            return self.left.standing.call.call_back_number
        return "" if self._channel.info is None else caller_number(self._channel.info.caller_number)

    async def _wait(self, queued: QueuedCall, connecting: Prompt | None, first: Prompt | None = None) -> None:
        services, note = self._services, self._services.recorder.note
        offer = call_back_offer.to(services, self._speech, self._caller_number, self.left)
        announce = self._announcement.say_while_waiting
        company = Company.of(services, self._speech, queued, lambda: self.doors, self.turn_away, offer, first, announce)
        await company.until_over(connecting, lambda staff: note(self.call_id, "bridged", agent=staff))

    # --- inside -------------------------------------------------------------------------------------------------

    def _attempted(self, what: str, number: int, outcome: str, keyed: str) -> None:
        now = self._services.now()
        self._later(lambda tx: journey.note_attempt(tx, self.call_id, what, number, outcome, keyed, now))

    def _later(self, step: Callable[[Tx], object]) -> None:
        """Have a step written with this call's next transaction: one commit on the way to the agent, not four."""
        self._services.recorder.write(self.call_id, step)

    async def _run(self, step: Callable[[Tx], T]) -> T:
        return await self._services.store.run(journey.together, self._services.recorder.take(self.call_id), step)
