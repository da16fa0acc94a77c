"""An agent's talk, from the connection to its end: what they ask for, and what phones do by themselves.

Enters: an answered leg and its room; what is asked of the talk (`Talk.ask`), word of phones (`Talk.tell`). Leaves: how
the talk ended. Everything happens in the call's own task, one thing after another, so nothing in a talk races.

What may be asked is divided among parts (`Part`): the agent's own verbs, consultation, interpreters, team leaders.

A talk is never torn by a lost OPTIONS alone: a phone is lost when Asterisk cannot reach it and no sound has come from
it either for `SILENT_S`. One that holds the caller may send nothing at all, so it is given `SILENT_ON_HOLD_S`, in
which Asterisk has asked it twice more. One that has registered from another address, as it does when it was restarted,
is lost unless it is heard within `SILENT_ANEW_S`. A browser's page that was loaded anew comes back
(`ivr.acd.coming_back`). Source: R-STATE-8, R-STATE-12.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

import structlog

from ivr.acd import party_state
from ivr.acd.coming_back import comes_back
from ivr.acd.room import SILENT_ON_HOLD_S, SILENT_S, Person, Room
from ivr.domain.agents import by_agent
from ivr.domain.events import PartyChanged, PhoneChanged
from ivr.domain.talking import CALL_OVER, NOT_YOURS, Command, Outcome, TalkNow
from ivr.errors import Conflict, IvrError, NotFound

__all__ = ["LOOK_EVERY_S", "SILENT_ON_HOLD_S", "SILENT_S", "Part", "Talk", "TalkEnd"]

log = structlog.get_logger()

LOOK_EVERY_S: Final = 0.5


class TalkEnd(Enum):
    """How a talk ended, as the caller's call needs to know it."""

    OVER = "over"
    """The agent hung up, or Asterisk ended their leg as ours to end."""
    LOST = "lost"
    """The agent's phone is lost, without a hang-up of theirs."""
    QUEUED = "queued"
    """The call has been queued at another's; the far end is out of the bridge, and nothing plays to it yet."""


class Part(Protocol):
    """One kind of business in a talk. Called from the call's task only, but for `tell`; never waits for a person."""

    async def ask(self, command: Command) -> Outcome | None:
        """Do what is asked, or say why not. None: it is not this part's business."""

    async def look(self) -> TalkEnd | None:
        """Something has happened: react to it. A result ends the talk."""

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:
        """The agent's leg has ended (OVER: they hung up; LOST: their phone is). Whoever takes the call over makes it
        theirs (`Room.belongs_to`) and returns None; a result ends the talk so; None without that: not this part's.
        """

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """The store has committed something. Told from the event loop, never waits."""

    async def clear_up(self) -> None:
        """The call is over, or waits again: leave nothing of this part's on the PBX."""


@dataclass(slots=True, eq=False)
class _Asked:
    command: Command
    answer: asyncio.Future[Outcome]


class Talk:
    """One talk of one call."""

    def __init__(self, room: Room, parts: Sequence[Part]) -> None:
        self._room = room
        self._parts = parts
        self._asked: deque[_Asked] = deque()
        self._is_over = False
        self._told = room.now

    @property
    def now(self) -> TalkNow:
        """Who hears whom."""
        return self._room.now

    async def ask(self, command: Command) -> Outcome:
        """Have the call's task do what is asked; returns what came of it. Raises what the doing raised."""
        if self._is_over:
            return CALL_OVER
        asked = _Asked(command, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        self._room.news.set()
        return await asked.answer

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """The store has committed something about a phone or a party. Told from the event loop, never waits."""
        if isinstance(change, PhoneChanged):
            for person in (self._room.agent, *self._room.company):
                person.phone_changed(change)
        for part in self._parts:
            part.tell(change)
        self._room.news.set()

    async def ended(self, *, connected: bool) -> TalkEnd:
        """Connect the two unless they are ``connected`` already, and follow the talk to its end."""
        try:
            if not connected:
                await self._room.connect()
            while (end := await self._step()) is None:
                await self._tell_desks()
                await self._something_new()
            return end
        finally:
            self._close()

    async def clear_up(self) -> None:
        """Leave nothing of it on the PBX but the far end and the bridge, which are the call's own."""
        self._close()
        for part in self._parts:
            await part.clear_up()
        await self._room.agent.leg.hang_up()

    def _close(self) -> None:
        self._is_over = True
        self._room.close()
        for asked in self._asked:
            if not asked.answer.done():
                asked.answer.set_result(CALL_OVER)
        self._asked.clear()

    async def _something_new(self) -> None:
        room = self._room
        limit_s = LOOK_EVERY_S if room.is_doubtful else None
        try:
            async with asyncio.timeout(limit_s):
                await room.news.wait()
        except TimeoutError:
            return

    async def _step(self) -> TalkEnd | None:
        """Look at everything once; what comes meanwhile is looked at in the next step."""
        room = self._room
        room.news.clear()
        if (end := await self._look_at_agent()) is not None:
            return end
        for part in self._parts:
            if (end := await part.look()) is not None:
                return end
        while self._asked:
            await self._do(self._asked.popleft())
            room.news.set()
        return None

    async def _tell_desks(self) -> None:
        """Who takes part is told when others hear each other now, or somebody is muted; no talk ends for want of it."""
        room, now = self._room, self._room.now
        if self._told == now:
            return
        try:
            await room.acd.store.run(party_state.tell_talk, room.call_id)
        except IvrError as error:
            log.warning("talk.not_told", error=str(error))  # the next step tells it
            return
        self._told = now

    async def _look_at_agent(self) -> TalkEnd | None:
        room, agent = self._room, self._room.agent
        if agent.leg.is_gone:
            return await self._agent_gone(agent, TalkEnd.LOST if agent.leg.was_cut else TalkEnd.OVER)
        if room.shows_hold is not room.holds:
            doing = "held on the phone" if agent.leg.is_held else "retrieved on the phone"
            await room.show(by_agent(agent.staff_number, doing))
        if await agent.is_lost(room.acd.session, holds=room.holds):
            log.warning("talk.phone_lost", agent=agent.staff_number)
            if await comes_back(room):
                room.news.set()
                return None
            return await self._agent_gone(agent, TalkEnd.LOST)
        return None

    async def _agent_gone(self, agent: Person, end: TalkEnd) -> TalkEnd | None:
        if agent.leg.was_cut:
            log.warning("talk.leg_cut", agent=agent.staff_number, status=agent.leg.tech_cause)
        for part in self._parts:
            other = await part.agent_gone(end)
            if other is not None:
                return other
            if self._room.agent is not agent:
                await agent.leg.hang_up()
                self._room.news.set()
                return None
        return end

    async def _do(self, asked: _Asked) -> None:
        try:
            outcome = await self._first_to(asked.command)
        except (NotFound, Conflict) as error:
            log.info("talk.wish_too_late", wish=type(asked.command.wish).__name__, error=str(error))
            outcome = CALL_OVER
        except IvrError as error:
            if not asked.answer.done():
                asked.answer.set_exception(error)
            return
        except asyncio.CancelledError:
            if not asked.answer.done():
                asked.answer.set_result(CALL_OVER)
            raise
        if not asked.answer.done():
            asked.answer.set_result(outcome)

    async def _first_to(self, command: Command) -> Outcome:
        for part in self._parts:
            outcome = await part.ask(command)
            if outcome is not None:
                return outcome
        return NOT_YOURS
