"""A transfer that an agent's phone asks for by itself (SIP REFER): done as the desk's would be, or refused.

Nothing moves on the PBX by a REFER; the request comes to the talk, which carries it out and tells the phone how it
went. Blind, to a colleague's staff number: to whom is consulted it hands the call over, to anybody else it is a cold
transfer (R-XFER-3). Everything else is declined, and the agent stays with the caller. A phone that hangs up without
waiting for the answer leaves a caller who waits, never one who is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from ivr.acd import transfers
from ivr.acd.consultation import Consultation
from ivr.acd.room import Person, Room
from ivr.acd.talk import TalkEnd
from ivr.domain.agents import by_agent
from ivr.domain.events import PartyChanged, PhoneChanged
from ivr.domain.talking import NOT_YOURS, ColdTransfer, Command, Complete, Done, Impossible, Outcome, Target
from ivr.errors import NotFound
from ivr.pbx.ari_events import ChannelEvent, ChannelTransfer, StasisStart
from ivr.pbx.far_end import TransferState
from ivr.pbx.handles import Channel

log = structlog.get_logger()

REASON: Final = "transferred from the phone"
ATTENDED: Final = Impossible("transfer.attended", "a phone cannot join two calls of its own: consult from the desk")


class PhoneTransfer:
    """What the phones of a talk ask for."""

    def __init__(self, room: Room, consultation: Consultation) -> None:
        self._room = room
        self._consultation = consultation
        self._asked: list[ChannelTransfer] = []
        self._heard: dict[str, Callable[[], None]] = {}
        self._hear()

    async def ask(self, command: Command) -> Outcome | None:  # noqa: ARG002 - as every part
        """Desks ask the other parts."""
        return None

    async def look(self) -> TalkEnd | None:
        """Do what a phone has asked for, or say why not."""
        self._hear()
        while self._asked:
            request = self._asked.pop(0)
            person = self._whose(request)
            if person is not None:
                await self._serve(person, request)
        return None

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:
        """Their phone has hung up behind a request of its own: what can be is done, else the call waits again."""
        room, leg = self._room, self._room.agent.leg
        request = next((one for one in self._asked if one.channel_id == leg.id), None)
        if request is None or self._consultation.is_up:
            return None
        self._asked.remove(request)
        if isinstance(await self._carry_out(room.agent, request), Done):
            return TalkEnd.QUEUED
        acd, lost = room.acd, end is TalkEnd.LOST
        waits = await acd.store.run(transfers.leave_to, room.call_id, None, acd.names, acd.now(), acd.limits, lost=lost)
        return TalkEnd.QUEUED if waits else None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """Nothing that the store tells is of a phone's request."""

    async def clear_up(self) -> None:
        """Whatever was asked for comes too late."""
        for stop in self._heard.values():
            stop()
        self._heard.clear()
        for request in self._asked:
            person = self._whose(request)
            if person is not None:
                await _tell(person.leg, TransferState.UNAVAILABLE)
        self._asked.clear()

    def _hear(self) -> None:
        """Whoever is an agent here."""
        for person in (self._room.agent, *self._room.company):
            if person.leg.id not in self._heard:
                self._heard[person.leg.id] = person.leg.add_listener(self._take)

    def _take(self, event: ChannelEvent | StasisStart, _seq: int) -> None:
        if isinstance(event, ChannelTransfer) and event.is_request:
            self._asked.append(event)
            self._room.news.set()

    def _whose(self, request: ChannelTransfer) -> Person | None:
        here = (self._room.agent, *self._room.company)
        return next((person for person in here if person.leg.id == request.channel_id), None)

    async def _serve(self, person: Person, request: ChannelTransfer) -> None:
        await _tell(person.leg, TransferState.PROGRESS)
        outcome = await self._carry_out(person, request)
        await _tell(person.leg, TransferState.ANSWERED if isinstance(outcome, Done) else TransferState.DECLINED)

    async def _carry_out(self, person: Person, request: ChannelTransfer) -> Outcome:
        outcome = await self._done(person, request)
        log.info("phone.asked_transfer", agent=person.staff_number, refused=getattr(outcome, "error_id", ""))
        return outcome

    async def _done(self, person: Person, request: ChannelTransfer) -> Outcome:
        if person is not self._room.agent or person.agent_id is None:
            return NOT_YOURS
        if request.is_attended:
            return ATTENDED
        wish: Complete | ColdTransfer = ColdTransfer(Target("agent", request.destination), REASON)
        if self._consultation.talks_with(request.destination):
            wish = Complete()
        actor = by_agent(person.staff_number, "transferred on the phone")
        return await self._consultation.ask(Command(wish, person.agent_id, actor)) or NOT_YOURS


async def _tell(leg: Channel, state: TransferState) -> None:
    try:
        await leg.transfer_progress(state)
    except NotFound:
        log.info("phone.gone", leg_id=leg.id)
