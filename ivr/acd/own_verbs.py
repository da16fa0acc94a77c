"""What the agent of a call does with it by themselves: hold and retrieve, end, digits, mute (R-STATE-12)."""

from __future__ import annotations

from ivr.acd import journey
from ivr.acd.room import Room
from ivr.acd.talk import TalkEnd
from ivr.domain.events import PartyChanged, PhoneChanged
from ivr.domain.talking import Command, Done, End, Hold, Impossible, Mute, Outcome, Retrieve, SendDigits, Unmute

_ON_THE_PHONE = Impossible("call.held_on_phone", "the phone itself holds the call: take it back there")
_HELD = Impossible("call.held", "the caller is on hold already")
_NOT_HELD = Impossible("call.not_held", "nobody is on hold")


class OwnVerbs:
    """The verbs of the call's own agent."""

    def __init__(self, room: Room) -> None:
        self._room = room

    async def ask(self, command: Command) -> Outcome | None:
        """The agent's own wishes; anybody else's are not this part's."""
        return await self._do(command) if command.by == self._room.agent.agent_id else None

    async def _do(self, command: Command) -> Outcome | None:
        match command.wish:
            case Hold():
                return await self._hold(command)
            case Retrieve():
                return await self._retrieve(command)
            case End():
                await self._room.agent.leg.hang_up()
                return Done()
            case SendDigits(digits):
                await self._room.far.send_digits(digits)
                return Done()
            case Mute() | Unmute() as wish:
                return await self._mute(muted=isinstance(wish, Mute))
            case _:
                return None

    async def look(self) -> TalkEnd | None:
        """The talk itself looks at its agent."""
        return None

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:  # noqa: ARG002 - as every part
        """Nobody here takes the call over."""
        return None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """The talk itself hears of its agent's phone."""

    async def clear_up(self) -> None:
        """The leg is the talk's own."""

    async def _hold(self, command: Command) -> Outcome:
        if self._room.far_is_held:
            return _HELD
        await self._room.hold_far()
        await self._room.show(command.actor)
        return Done()

    async def _retrieve(self, command: Command) -> Outcome:
        room = self._room
        if not room.far_is_held:
            return _ON_THE_PHONE if room.agent.leg.is_held else _NOT_HELD
        await room.take_far()
        await room.show(command.actor)
        return Done()

    async def _mute(self, *, muted: bool) -> Outcome:
        room, agent = self._room, self._room.agent
        if agent.is_muted is not muted:
            await (agent.leg.mute() if muted else agent.leg.unmute())
            agent.is_muted = muted
            await room.acd.store.run(journey.mute, room.call_id, agent.staff_number, room.acd.now(), muted=muted)
        return Done()
