"""Team leaders in a talk (R-MON-2): they listen, whisper, join, and take the call.

A part of the talk. Leaders follow the call to its next agent, and are let go at its end. Asterisk mixes a whisper into
what is sent to the agent anyway; to one who is alone in the bridge the room sends silence.
"""

from __future__ import annotations

import structlog

from ivr.acd import overseeing, parties
from ivr.acd.offer import unbroken
from ivr.acd.overseer import Overseer
from ivr.acd.room import Room
from ivr.acd.roster import present
from ivr.acd.talk import TalkEnd
from ivr.domain.events import OfferState, PartyChanged, PhoneChanged
from ivr.domain.ids import AgentId
from ivr.domain.talking import (
    CALL_OVER,
    LEADING,
    Command,
    Done,
    Drop,
    End,
    Impossible,
    Outcome,
    Oversee,
    PartyRole,
    PartyRow,
    Take,
)
from ivr.errors import Conflict, NotFound
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd
from ivr.store.ports import Tx

log = structlog.get_logger()

_YOURS = Impossible("call.is_yours", "this is your own call")
_FAILED = Impossible("call.not_heard", "the telephone system could not do it: ask again")
_NOBODY = Impossible("call.no_agent", "no agent is on this call any more")


class Listening:
    """The team leaders of one talk."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._leaders: dict[AgentId, Overseer] = {}
        self._had_joined = False
        """One of them was in the talk's bridge at the last look."""

    # --- the part -----------------------------------------------------------------------------------------------

    async def ask(self, command: Command) -> Outcome | None:
        """What leaders ask, and their end of it; anything else is not this part's."""
        match command.wish:
            case Oversee(role, leader) if role in LEADING:
                return await self._oversee(leader, role, command.actor)
            case Take(leader):
                return await self._take(leader, command.actor)
            case End() | Drop():
                return await self._leave(command)
            case _:
                return None

    async def look(self) -> TalkEnd | None:
        """Who has answered comes in; who has gone leaves; who listens follows the call to its agent."""
        for one in tuple(self._leaders.values()):
            if one.person is None:
                await self._look_at_ringing(one)
            else:
                await self._look_at(one)
        await self._keep_audible()
        return None

    async def agent_gone(self, end: TalkEnd) -> TalkEnd | None:
        """A leader whom everybody hears has the call now: the caller is not left alone."""
        room = self._room
        for one in tuple(self._leaders.values()):
            if not one.is_joined or one.person is None:
                continue
            lost, acd = end is TalkEnd.LOST, room.acd
            inherited = await acd.store.run(
                overseeing.inherit, one.party_id, acd.names, acd.now(), acd.limits, lost=lost
            )
            if inherited:
                del self._leaders[one.leader]
                room.belongs_to(one.person)
                await unbroken(self._settle(one))
                return None
        return None

    def tell(self, change: PhoneChanged | PartyChanged) -> None:
        """A leader's phone, or their ringing taken back. Told from the event loop, never waits."""
        for one in self._leaders.values():
            if isinstance(change, PhoneChanged) and change.endpoint == one.endpoint:
                one.ringing.phone_changed(reachable=change.reachable)
            elif isinstance(change, PartyChanged) and change.party_id == one.party_id and change.is_over:
                one.ringing.withdraw()

    async def clear_up(self) -> None:
        """Nothing of theirs stays on the PBX, and each is as they were before."""
        leaders = tuple(self._leaders.values())
        self._leaders.clear()
        for one in leaders:
            await one.release()
        for one in leaders:
            await self._end(one, OfferState.CALLER_GONE if one.person is None else OfferState.ANSWERED)

    # --- what is asked ------------------------------------------------------------------------------------------

    async def _oversee(self, leader: AgentId, role: PartyRole, actor: str) -> Outcome:
        one = self._leaders.get(leader)
        if one is None:
            return await self._begin(leader, role, actor, takes=False)
        one.takes = False
        if one.person is None or one.role is role:
            one.role = role
            return Done()
        room = self._room
        if not await room.acd.store.run(overseeing.change, one.party_id, role, actor, room.acd.now()):
            return CALL_OVER
        one.role = role
        return Done() if await self._place(one) else _FAILED

    async def _take(self, leader: AgentId, actor: str) -> Outcome:
        one = self._leaders.get(leader)
        if one is None:
            return await self._begin(leader, PartyRole.JOINED, actor, takes=True)
        if one.person is None:
            one.takes = True
            return Done()
        return await self._hand_over(one)

    async def _begin(self, leader: AgentId, role: PartyRole, actor: str, *, takes: bool) -> Outcome:
        room = self._room
        if room.agent.agent_id in {None, leader}:
            return _NOBODY if room.agent.agent_id is None else _YOURS
        row, staff_number = await room.acd.store.run(_begin, room, role, leader)
        if isinstance(row, Impossible):
            return row
        one = self._leaders[leader] = Overseer(room, row, leader, staff_number, actor)
        one.takes = takes
        return Done()

    async def _leave(self, command: Command) -> Outcome | None:
        one = self._leaders.get(command.by)
        if one is None or (isinstance(command.wish, Drop) and command.wish.party_id != one.party_id):
            return None
        await self._let_go(one, OfferState.WITHDRAWN if one.person is None else OfferState.ANSWERED)
        return Done()

    async def _hand_over(self, one: Overseer) -> Outcome:
        """The leader is the call's agent from here on."""
        room, acd = self._room, self._room.acd
        if one.person is None or not one.is_here:
            return CALL_OVER
        refused = await acd.store.run(overseeing.take, one.party_id, acd.names, one.actor, acd.now(), acd.limits)
        if refused is not None:
            return refused
        before = room.agent
        one.role = PartyRole.JOINED
        await one.place(room)
        del self._leaders[one.leader]
        room.belongs_to(one.person)
        await unbroken(self._settle(one, before.leg))
        return Done()

    async def _settle(self, one: Overseer, before: Channel | None = None) -> None:
        """Whose call it is now talks with the far end; ``before``: the leg of whose it was."""
        if before is not None:
            await before.hang_up()
        await one.to_agent()
        if self._room.far_is_held:
            await self._room.take_far()

    # --- what happens -------------------------------------------------------------------------------------------

    async def _look_at_ringing(self, one: Overseer) -> None:
        if one.end is None:
            return
        leg, acd = one.ringing.leg, self._room.acd
        log.info("oversight.rung", leader=one.ringing.offered.staff_number, end=one.end.value)
        is_in = one.end is OfferEnd.ANSWERED and await acd.store.run(
            overseeing.answered, one.party_id, one.role, one.actor, acd.now()
        )
        if is_in and leg is not None:
            await self._came_in(one, leg)
        else:
            await self._let_go(one, OfferState.WITHDRAWN if one.end is OfferEnd.GONE else OfferState(one.end.value))

    async def _came_in(self, one: Overseer, leg: Channel) -> None:
        self._room.company.append(one.came_in(leg))
        self._room.watch(leg)
        self._room.news.set()
        if await self._place(one) and one.takes and isinstance(await self._hand_over(one), Impossible):
            log.info("oversight.joined_only", leader=one.ringing.offered.staff_number)

    async def _look_at(self, one: Overseer) -> None:
        person, room = one.person, self._room
        if person is None:
            return
        if person.leg.is_gone:
            await self._let_go(one, OfferState.UNREACHABLE if person.leg.was_cut else OfferState.ANSWERED)
        elif await person.is_lost(room.acd.session, holds=person.leg.is_held):
            await self._let_go(one, OfferState.UNREACHABLE)
        elif room.agent.agent_id is None:
            await self._let_go(one, OfferState.ANSWERED)
        elif one.heard_leg is not room.agent.leg:
            await room.acd.store.run(overseeing.followed, one.party_id, one.actor, room.acd.now())
            await self._place(one)

    async def _place(self, one: Overseer) -> bool:
        """False: the PBX cannot, and the leader is let go; caller and agent notice nothing."""
        placed = await one.place(self._room)
        if not placed:
            await self._let_go(one, OfferState.ANSWERED)
        return placed

    async def _let_go(self, one: Overseer, outcome: OfferState) -> None:
        self._leaders.pop(one.leader, None)
        self._room.company = [other for other in self._room.company if other is not one.person]
        await unbroken(self._leave_nothing(one, outcome))

    async def _leave_nothing(self, one: Overseer, outcome: OfferState) -> None:
        """To the end, even when the caller goes meanwhile: nobody else knows of this leader any more."""
        await self._end(one, outcome)
        await one.release()

    async def _end(self, one: Overseer, outcome: OfferState) -> None:
        acd = self._room.acd
        await acd.store.run(parties.end, one.party_id, outcome, acd.now(), acd.limits)

    async def _keep_audible(self) -> None:
        """With the far end on hold the agent hears a leader who has joined, and silence once that one has gone."""
        room, had_joined = self._room, self._had_joined
        self._had_joined = any(one.is_joined for one in self._leaders.values())
        if not room.far_is_held:
            return
        try:
            if self._had_joined:
                await room.join_agent()
            elif had_joined and not room.agent_has_company:
                await room.leave_alone()
        except (NotFound, Conflict):
            log.info("oversight.agent_gone")


def _begin(tx: Tx, room: Room, role: PartyRole, leader: AgentId) -> tuple[PartyRow | Impossible, str]:
    begun = overseeing.begin(tx, room.call_id, role, leader, room.acd.now())
    return begun, present(tx, leader).staff_number
