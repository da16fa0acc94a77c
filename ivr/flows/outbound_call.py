"""The verbs of a call that an agent makes (R-OUT-1). One `OutboundCall` is one such call; its task owns it to the end.

It begins with an order, from the desk or from the agent's phone, and has no channel of a caller: whom the agent calls
is its far end. Should the agent's phone be lost, that far end waits in the queue as a caller does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from ivr.acd import at_phone, outbound
from ivr.acd.dialled_call import DialledCall
from ivr.acd.recording import Notice
from ivr.acd.recovery import Left
from ivr.acd.room import Acd
from ivr.acd.talk import TalkEnd
from ivr.acd.waiting import QueuedCall
from ivr.acd.while_here import while_here
from ivr.domain.dialling import MayNotRing
from ivr.domain.events import AgentOffered, CallBackChanged, CallEnd, CallState, OfferEnded, PartyChanged, PhoneChanged
from ivr.domain.ids import CallId
from ivr.domain.lines import Entry, Line
from ivr.domain.numbers import national
from ivr.domain.opening import Doors
from ivr.domain.outbound import Order
from ivr.domain.queueing import CallRow
from ivr.domain.talking import NO_TALK, Command, Done, End, Impossible, Outcome, TalkNow
from ivr.errors import PbxError
from ivr.flows.company import AFTER_TALK, Company
from ivr.flows.recorded import to_called
from ivr.flows.services import Services
from ivr.flows.speech import Speech
from ivr.pbx.handles import Channel
from ivr.records.called import Dialled, called
from ivr.voice import dialogue
from ivr.voice.names import Prompt

log = structlog.get_logger()

NO_TRUNK = Impossible("outbound.no_trunk", "no carrier is configured for calls outside (outbound.toml: calls.trunk)")
NO_NUMBER = Impossible("outbound.no_number", "no line of this brand has a number that could be shown")
_NOBODYS: Line = Line("unknown", (), "cmg", "en", Entry.MENU, "always")


@dataclass(frozen=True, slots=True)
class AtPhone:
    """A number that was dialled on an agent's phone, whose ``channel`` is not answered yet."""

    channel: Channel
    endpoint: str
    number: str


class OutboundCall:
    """One call that an agent makes."""

    def __init__(
        self, services: Services, call_id: CallId, order: Order | None = None, at_phone: AtPhone | None = None
    ) -> None:
        """``order``: None until it is known who dials at a phone, and for a call that another process has left."""
        self.call_id = call_id
        self.left: Left | None = None
        self.end = CallEnd.CANCELLED
        self.line = _NOBODYS
        self.dnis = ""
        self._services = services
        self._order = order
        self._at_phone = at_phone
        self._dialled: DialledCall | None = None
        self._notice: Notice | None = None
        """That the call is recorded."""
        self._queued: QueuedCall | None = None
        self._behind: QueuedCall | None = None
        """The queue's part, should the call be transferred, or its agent's phone be lost."""
        if order is not None:
            self._choose_line(order)

    def _choose_line(self, order: Order) -> None:
        """The line whose number is shown (R-OUT-1)."""
        services = self._services
        self.dnis = services.rules.outbound.cli(order.brand, employer=order.whom.kind == "employer")
        self.line = services.line_of(self.dnis) or _NOBODYS
        self._notice = to_called(services, self.line)

    # --- beginning and ending -----------------------------------------------------------------------------------

    async def begin(self) -> Impossible | None:
        """The call has a row and its agent is On call; or why not, and nothing has happened."""
        order = self._order
        if order is None:
            raise PbxError("a call that nobody has ordered")
        if self._services.rules.outbound.unit(order.number) is None:
            return NO_TRUNK
        if not self.dnis:
            return NO_NUMBER
        now = self._services.now()
        begun = await self._services.store.run(
            outbound.begin, self._row(order), order, now, at_phone=self._at_phone is not None
        )
        if isinstance(begun, Impossible):
            return begun
        self._dialled = DialledCall(self._acd, self.call_id, begun, order.number, self._phone)
        return None

    @property
    def _phone(self) -> Channel | None:
        return None if self._at_phone is None else self._at_phone.channel

    async def begin_at_phone(self) -> Prompt | None:
        """The same for what an agent has dialled on their phone: what they hear when it cannot be done."""
        at = self._at_phone
        agent = None if at is None else await self._services.store.run(at_phone.who, at.endpoint)
        if agent is None or at is None:
            return Prompt.AGENT_NOBODY_HERE
        asked = Dialled(self._services.rules.outbound.dialling, national(at.number))
        found = await self._services.store.look_up(called, asked)
        if isinstance(found.verdict, MayNotRing):
            log.info("outbound.refused", agent=agent.staff_number, error_id=found.verdict.error_id)
            return Prompt.AGENT_NUMBER_REFUSED
        self._order = order = Order(agent.agent_id, found.verdict.number, found.brand, found.whom)
        self._choose_line(order)
        refused = await self.begin()
        if refused is not None:
            log.info("outbound.refused", agent=agent.staff_number, error_id=refused.error_id)
        return None if refused is None else Prompt.AGENT_REFUSED

    async def refuse(self, why: Prompt) -> None:
        """Say on the agent's phone that it is not dialled, and end."""
        if self._phone is not None:
            await while_here(self._phone, self._say_at(self._phone, why))

    async def _say_at(self, phone: Channel, why: Prompt) -> None:
        await dialogue.answer_and_settle(phone)
        await dialogue.play(phone, list(self._services.prompts.media("en", why)), barge_in=False)

    def take_up(self, left: Left, far: Channel) -> None:
        """Another process has left this call in talk: go on with it."""
        agent, row = left.standing.agent, left.standing.call
        if agent is None:
            raise PbxError("a talk without its agent")
        self.left, self.end = left, CallEnd.REACHED
        self._order = Order(agent.agent_id, row.cli, row.brand)
        self.dnis, self.line = row.dnis, self._services.line_of(row.dnis) or _NOBODYS
        self._notice = to_called(self._services, self.line)
        self._dialled = DialledCall(self._acd, self.call_id, agent, row.cli, left.leg)
        self._dialled.take_up(far, left)

    async def arrive(self) -> None:
        """It has its row since `begin`."""

    async def close(self) -> CallEnd:
        """The call is over: nothing of it is left on the PBX, and it has ended once in the store. How it counts."""
        if self._queued is not None:
            await self._queued.clear_up()
        if self._phone is not None:
            await self._phone.hang_up()
        if self._dialled is None:
            return self.end
        await self._dialled.clear_up()
        now, limits = self._services.now(), self._services.rules.limits
        return await self._services.store.run(outbound.over, self.call_id, self.end, now, limits) or self.end

    async def give_to_fallback(self) -> None:
        """We cannot go on: whom the agent called hears an apology, where that can still be."""
        self.end = CallEnd.FAULT
        far = None if self._dialled is None else self._dialled.far
        if far is not None and far.is_up:
            await self._speech(far).say(Prompt.APOLOGY_FAULT, barge_in=False)

    # --- what it is told ----------------------------------------------------------------------------------------

    def tell(self, change: AgentOffered | OfferEnded | PhoneChanged | PartyChanged | CallBackChanged) -> None:
        """The store has committed something about this call, or a phone."""
        if isinstance(change, CallBackChanged):
            return  # only who waits on a line takes a call back
        if self._queued is not None:
            self._queued.tell(change)
        elif self._dialled is not None and isinstance(change, PhoneChanged | PartyChanged):
            self._dialled.tell(change)
        elif self._behind is not None:
            self._behind.tell(change)

    async def command(self, command: Command) -> Outcome:
        """Somebody asks something of this call; while it is not answered, its agent may end it."""
        person, order = self._queued or self._dialled, self._order
        talk = None if person is None else person.conversation
        if talk is not None:
            return await talk.ask(command)
        if isinstance(command.wish, End) and self._dialled is not None and order and command.by == order.agent_id:
            await self._dialled.cancel()
            return Done()
        return NO_TALK

    @property
    def talk_now(self) -> TalkNow | None:
        """Who hears whom; None while nobody talks."""
        person = self._queued or self._dialled
        talk = None if person is None else person.conversation
        return None if talk is None else talk.now

    # --- the steps ----------------------------------------------------------------------------------------------

    async def agent_answers(self) -> bool:
        """The agent's phone first: whether it is answered."""
        return await self._made.agent_answers()

    async def reaches(self) -> bool:
        """Then whom they call: whether they answer. The agent hears ringing and, in vain, a busy tone."""
        order, services = self._order, self._services
        unit = None if order is None else services.rules.outbound.unit(order.number)
        if unit is None:
            raise PbxError("a call outside without a trunk")
        end = await self._made.reaches(unit, self.dnis)
        self.end = end
        if end is CallEnd.REACHED:
            return await services.store.run(outbound.reached, self.call_id, services.now())
        if end is not CallEnd.CANCELLED:
            await services.store.run(outbound.missed, self.call_id, end, services.now())
            await self._made.miss(end)
        return False

    async def talk(self) -> None:
        """They talk, until one of them hangs up. Whose agent's phone is lost hears an apology, and waits at GICH."""
        made = self._made
        if made.far is None:
            raise PbxError("a talk without whom the agent called")
        queued = self._behind = QueuedCall(self._acd, self.call_id, made.far, self._shown)
        end = await made.talk()
        if end is not TalkEnd.OVER:
            self._queued = queued
            note = self._services.recorder.note
            company = self._company(queued, made.far)
            waits = company.until_over(AFTER_TALK[end], lambda staff: note(self.call_id, "bridged", agent=staff))
            await while_here(made.far, waits)

    # --- inside -------------------------------------------------------------------------------------------------

    @property
    def _made(self) -> DialledCall:
        if self._dialled is None:
            raise PbxError("a call that has not begun")
        return self._dialled

    @property
    def _shown(self) -> str:
        return "" if self._order is None else self._order.number

    def _row(self, order: Order) -> CallRow:
        services, whom = self._services, order.whom
        return CallRow(
            call_id=self.call_id,
            state=CallState.DIALLING,
            line=self.line.name,
            brand=self.line.brand,
            language="en",
            channel_id=outbound.far_leg(self.call_id),
            arrived_at=services.now(),
            dnis=self.dnis,
            cli=order.number,
            node=services.node,
            client_id=whom.id_of("client"),
            case_id=whom.case_id,
            employer_id=whom.id_of("employer"),
            representative_id=whom.id_of("representative"),
            pop="blank" if whom.kind is None else "record",
            config_hash=services.rules.config_hash,
            agent_channel_id=outbound.own_leg(self.call_id) if self._phone is None else self._phone.id,
        )

    def _company(self, queued: QueuedCall, far: Channel) -> Company:
        speech = self._speech(far)
        return Company.of(self._services, speech, queued, lambda: self._doors, lambda why: self._turn_away(far, why))

    @property
    def _doors(self) -> Doors:
        return self._services.doors(self.line, self._services.now())

    async def _turn_away(self, far: Channel, message: str) -> None:
        await self._speech(far).say_in_both(message)
        await far.hang_up()

    def _speech(self, far: Channel) -> Speech:
        services, line = self._services, self.line
        return Speech(self.call_id, far, services.prompts, services.recorder, line.brand, line.language)

    @property
    def _acd(self) -> Acd:
        return replace(self._services.acd(self.line, self._notice), cli=self.dnis)


async def taken_up(services: Services, left: Left, far: Channel | None) -> OutboundCall | None:
    """A call that another process has left; ``far``: the leg of whom it calls. A talk goes on; one that was only being
    made ends, its agent is free, and this is None (R-OUT-1).
    """
    row, now = left.standing.call, services.now()
    answered = far is not None and far.is_up and (left.is_in_talk or (left.leg is not None and left.leg.is_up))
    if answered and row.state is CallState.DIALLING:
        answered = await services.store.run(outbound.reached, row.call_id, now)
    if far is not None and answered:
        call = OutboundCall(services, row.call_id)
        call.take_up(left, far)
        return call
    for leg in (far, left.leg):
        if leg is not None:
            await leg.hang_up()
    if left.bridge is not None:
        await left.bridge.destroy()
    await services.store.run(outbound.over, row.call_id, CallEnd.CANCELLED, now, services.rules.limits)
    return None
