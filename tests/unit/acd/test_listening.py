"""Team leaders on somebody else's call, in virtual time: every way in, every way out, and nothing left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from ivr.acd import phones
from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.alerts import LeaderActed
from ivr.domain.events import CallState, Change, OfferState
from ivr.domain.ids import AgentId
from ivr.domain.talking import Command, Done, Drop, End, Hold, Impossible, Outcome, Oversee, PartyRole, Retrieve, Take
from tests.unit.acd.world import GENERALIST, MATE, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, SmallHelpline
from tests.unit.virtual_time import run_virtual

LEADER, SECOND = OWNER, MATE
LISTENING, WHISPERING, JOINED = PartyRole.LISTENING, PartyRole.WHISPERING, PartyRole.JOINED


class Watched:
    """A caller talks with an agent of GICH; two team leaders are Not Ready, with phones that answer after a second."""

    def __init__(self, line: SmallHelpline) -> None:
        self.line = line
        self.told: list[Change] = []
        line.store.listen(self.told.append)
        self.agents_leg = line.pbx.legs()[0]

    async def asks(self, wish: Oversee | Take | End | Hold | Retrieve | Drop, by: AgentId = LEADER) -> Outcome:
        """Somebody asks something of the talk."""
        return await self.line.switchboard.command(self.line.call().call_id, Command(wish, by, f"agent {7000 + by}"))

    async def oversees(self, role: PartyRole, leader: AgentId = LEADER) -> None:
        """A leader asks, and answers their phone."""
        assert await self.asks(Oversee(role, leader), leader) == Done()
        await self.line.until(lambda: self.line.state(leader) is AgentState.ON_CALL)
        await asyncio.sleep(0.1)

    def leg_of(self, leader: AgentId = LEADER) -> str:
        """The leader's leg."""
        endpoint = f"PJSIP/{7000 + leader}"
        return next(one for one, known in self.line.pbx.channels.items() if known.endpoint == endpoint)

    def with_(self, channel_id: str) -> set[str]:
        """Who else is in a channel's bridge; a snoop channel as what it is."""
        pbx = self.line.pbx
        inside = [channels for channels in pbx.bridges.values() if channel_id in channels]
        assert len(inside) <= 1, inside
        return {self._name(other) for channels in inside for other in channels if other != channel_id}

    def _name(self, channel_id: str) -> str:
        known = self.line.pbx.channels[channel_id]
        if known.spies_on:
            return f"{'whisper' if known.whispers else 'ear'} at {self._name(known.spies_on)}"
        return {"c1": "caller", self.agents_leg: "agent"}.get(channel_id, known.endpoint or channel_id)

    def audited(self) -> list[str]:
        """What is in the audit."""
        return [entry.what for entry in self.line.store.rows.audited]

    def deeds(self) -> list[tuple[AgentId, str]]:
        """Who was told of which deed of a leader's."""
        return [(one.agent_id, one.deed.value) for one in self.told if isinstance(one, LeaderActed)]


Told = Callable[[Watched], Coroutine[Any, Any, None]]


def _watched(story: Told, phone: Phone | None = None, *, available: bool = False) -> None:
    """Tell a story of a call that is watched. ``phone``: the first leader's."""

    async def told() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        line.agent(LEADER, phone or Phone(), available=available)
        line.agent(SECOND, Phone(), available=False)
        await asyncio.sleep(0.5)
        await story(Watched(line))
        await line.over()
        assert not line.switchboard.defects

    run_virtual(told())


def test_each_role_has_its_place_and_changes_without_a_ring() -> None:
    """R-MON-2, R-STATE-7: nobody hears who listens, the agent alone who whispers, everybody who has joined; audited and
    told; afterwards the leader takes no calls, as before.
    """

    async def story(one: Watched) -> None:
        one.line.ask(LEADER, AgentState.NOT_READY, "Team Leader")
        await one.oversees(LISTENING)
        leg = one.leg_of()
        assert one.with_(leg) == {"ear at agent"}
        assert one.with_("c1") == {"agent"}
        assert await one.asks(Oversee(WHISPERING, LEADER)) == Done()
        await asyncio.sleep(0.1)
        assert one.with_(leg) == {"whisper at agent"}
        assert await one.asks(Oversee(JOINED, LEADER)) == Done()
        await asyncio.sleep(0.1)
        assert one.with_("c1") == {"agent", "PJSIP/7001"}
        assert len(one.line.pbx.bridges) == 1
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        await asyncio.sleep(0.1)
        assert one.with_(leg) == {"ear at agent"}
        assert one.with_("c1") == {"agent"}
        assert one.leg_of() == leg
        assert one.audited() == ["listened", "whispered", "joined", "listened"]
        assert one.deeds() == [(GENERALIST, what) for what in one.audited()]
        assert await one.asks(End()) == Done()
        assert (one.line.state(LEADER), one.line.row(LEADER).code) == (AgentState.NOT_READY, "Team Leader")
        assert one.line.state(GENERALIST) is AgentState.ON_CALL
        await asyncio.sleep(0.1)
        assert len(one.line.pbx.channels) == 2

    _watched(story)


def test_the_leader_comes_back_to_what_they_were() -> None:
    """R-MON-2, R-STATE-4: hang up, and Available again, last in the order of the idle; nobody else leaves."""

    async def story(one: Watched) -> None:
        await one.oversees(WHISPERING)
        one.line.pbx.hangs_up(one.leg_of())
        await one.line.until(lambda: one.line.state(LEADER) is AgentState.AVAILABLE)
        await asyncio.sleep(0.1)
        assert one.with_("c1") == {"agent"}

    _watched(story, available=True)


def test_a_phone_that_does_not_answer_changes_nothing() -> None:
    """R-MON-2: no RONA for a leader; they may ask again."""

    async def story(one: Watched) -> None:
        assert await one.asks(Oversee(JOINED, LEADER)) == Done()
        assert one.line.state(LEADER) is AgentState.RESERVED
        await one.line.until(lambda: one.line.state(LEADER) is AgentState.AVAILABLE, 30)
        assert one.audited() == []
        assert one.with_("c1") == {"agent"}
        assert await one.asks(Take(LEADER)) == Done()
        one.line.ask(LEADER, AgentState.NOT_READY, "Break")
        await asyncio.sleep(1)
        assert one.line.row(LEADER).code == "Break"
        assert one.line.pbx.legs() == [one.agents_leg]

    _watched(story, Phone("ring"), available=True)


def test_unregistered_it_is_unreachable() -> None:
    """R-MON-2: at once, and the leader stays as they were."""

    async def story(one: Watched) -> None:
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        await asyncio.sleep(1)
        assert one.line.state(LEADER) is AgentState.NOT_READY
        assert [p.state for p in one.line.store.rows.parties.values()] == [OfferState.UNREACHABLE]

    _watched(story, Phone("unregistered"))


def test_what_is_asked_while_it_rings_counts_when_it_is_answered() -> None:
    """R-MON-2: the last wish, audited as what it came to be."""

    async def story(one: Watched) -> None:
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        assert await one.asks(Oversee(WHISPERING, LEADER)) == Done()
        await one.line.until(lambda: one.line.state(LEADER) is AgentState.ON_CALL)
        await asyncio.sleep(0.1)
        assert one.with_(one.leg_of()) == {"whisper at agent"}
        assert one.audited() == ["whispered"]
        (party,) = one.line.store.rows.parties.values()
        assert (party.role, party.is_in) == (WHISPERING, True)

    _watched(story)


def test_the_call_is_taken_by_who_listens_and_by_who_does_not_yet() -> None:
    """R-MON-2: the agent in After Call Work; another who listens follows the call, and the new agent is told."""

    async def story(one: Watched) -> None:
        await one.oversees(LISTENING, SECOND)
        await one.oversees(WHISPERING)
        assert await one.asks(Take(LEADER)) == Done()
        await one.line.until(lambda: one.line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        await asyncio.sleep(0.2)
        assert one.with_("c1") == {"PJSIP/7001"}
        assert one.with_(one.leg_of(SECOND)) == {"ear at PJSIP/7001"}
        assert one.deeds()[-2:] == [(GENERALIST, "call_taken"), (LEADER, "listened")]
        assert await one.asks(Oversee(JOINED, LEADER)) == Impossible("call.is_yours", "this is your own call")
        assert await one.asks(Take(SECOND), SECOND) == Done()
        await one.line.until(lambda: one.line.state(LEADER) is AgentState.AFTER_CALL_WORK)
        await asyncio.sleep(0.2)
        assert one.line.call().agent_id == SECOND
        assert len(one.line.pbx.channels) == 2
        one.line.pbx.hangs_up("c1")
        await one.line.until(lambda: one.line.state(SECOND) is AgentState.AFTER_CALL_WORK)

    _watched(story)


def test_taken_with_the_caller_on_hold_the_caller_is_back() -> None:
    """R-MON-2: whose call it is now talks with the caller; a phone that rings for it first changes nothing."""

    async def story(one: Watched) -> None:
        assert await one.asks(Hold(), GENERALIST) == Done()
        assert await one.asks(Take(LEADER)) == Done()
        assert one.line.state(GENERALIST) is AgentState.ON_HOLD
        await one.line.until(lambda: one.line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        await asyncio.sleep(0.2)
        assert one.with_("c1") == {"PJSIP/7001"}
        assert not one.line.pbx.channels["c1"].music
        assert one.audited() == ["joined", "call_taken"]

    _watched(story)


def test_a_leader_who_has_joined_has_the_call_when_the_agent_is_gone() -> None:
    """R-MON-2, R-STATE-8: the caller is not left alone; a lost phone makes the agent Not Ready, not After Call Work."""

    async def hangs_up(one: Watched) -> None:
        await one.oversees(JOINED)
        one.line.pbx.hangs_up(one.agents_leg)
        await one.line.until(lambda: one.line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        await asyncio.sleep(0.1)
        assert one.with_("c1") == {"PJSIP/7001"}
        assert one.line.call().agent_id == LEADER

    async def is_lost(one: Watched) -> None:
        await one.oversees(JOINED)
        one.line.pbx.cuts(one.agents_leg)
        await one.line.until(lambda: one.line.state(GENERALIST) is AgentState.NOT_READY)
        assert one.line.row(GENERALIST).code == SystemReason.UNREACHABLE
        await asyncio.sleep(0.1)
        assert one.with_("c1") == {"PJSIP/7001"}
        assert one.line.state(LEADER) is AgentState.ON_CALL

    _watched(hangs_up)
    _watched(is_lost)


def test_who_only_listens_is_let_go_with_the_agent() -> None:
    """R-MON-2: the call ends as it would have, or waits again, and nothing is left of the ear."""

    async def over(one: Watched) -> None:
        await one.oversees(WHISPERING)
        one.line.pbx.hangs_up(one.agents_leg)
        await one.line.until_call(CallState.ENDED)
        assert one.line.state(LEADER) is AgentState.NOT_READY

    async def lost(one: Watched) -> None:
        await one.oversees(LISTENING)
        one.line.pbx.cuts(one.agents_leg)
        await one.line.until_call(CallState.WAITING)
        await asyncio.sleep(0.2)
        assert one.line.state(LEADER) is AgentState.NOT_READY
        assert set(one.line.pbx.channels) == {"c1"}

    _watched(over)
    _watched(lost)


def test_a_leaders_phone_that_is_lost_leaves_the_two_alone() -> None:
    """R-STATE-8: no sound and no answer: the leader is Not Ready, Phone unreachable."""

    async def story(one: Watched) -> None:
        await one.oversees(JOINED)
        one.line.pbx.falls_silent(one.leg_of())
        one.line.store.transact(phones.note, "PJSIP/7001", one.line.wall(), reachable=False, news=True)
        await one.line.until(lambda: one.line.state(LEADER) is AgentState.NOT_READY, 5)
        assert one.line.row(LEADER).code == SystemReason.UNREACHABLE
        await asyncio.sleep(0.1)
        assert one.with_("c1") == {"agent"}

    _watched(story)


def test_the_caller_hangs_up_while_one_listens_and_one_is_rung() -> None:
    """R-MON-2: both as they were, nothing left."""

    async def story(one: Watched) -> None:
        await one.oversees(LISTENING, SECOND)
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        await asyncio.sleep(0.3)
        one.line.pbx.hangs_up("c1")
        await one.line.until_call(CallState.ENDED)
        assert one.line.state(LEADER) is AgentState.AVAILABLE
        assert one.line.state(SECOND) is AgentState.NOT_READY

    _watched(story, Phone("ring"), available=True)


def test_who_may_not() -> None:
    """R-MON-2: words for each: logged out, on a call of one's own, the call over; and what is not theirs to ask."""

    async def story(one: Watched) -> None:
        one.line.ask(LEADER, AgentState.LOGGED_OUT)
        refused = await one.asks(Oversee(LISTENING, LEADER))
        assert isinstance(refused, Impossible)
        assert refused.error_id == "agent.logged_out"
        await one.oversees(LISTENING, SECOND)
        wrong = await one.asks(Hold(), SECOND)
        assert isinstance(wrong, Impossible)
        assert wrong.error_id == "call.not_yours"
        (party,) = one.line.store.rows.parties.values()
        by_agent = await one.asks(Drop(party.party_id), GENERALIST)
        assert isinstance(by_agent, Impossible)
        assert await one.asks(Drop(party.party_id), SECOND) == Done()
        one.line.caller_arrives("c2", DIRECT)
        await one.line.until(lambda: one.line.calls("c2"))
        await one.line.until_call(CallState.TALKING, "c2", 60)
        talker = one.line.call("c2").agent_id
        assert talker is not None
        busy = await one.asks(Oversee(JOINED, talker), talker)
        assert isinstance(busy, Impossible)
        assert busy.error_id == "agent.not_free"

    _watched(story)


def test_a_direct_call_is_overseen_and_taken_too() -> None:
    """R-MON-2, R-LINE-4: it becomes GICH's kind of call when it is taken, so that it has somewhere to wait."""

    async def told() -> None:
        line = SmallHelpline()
        line.agent(LEADER, Phone(), available=False)
        line.agent(GENERALIST, Phone(), available=False)
        line.caller_arrives("c1", DIRECT)
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.2)
        one = Watched(line)
        assert await one.asks(Take(GENERALIST), GENERALIST) == Done()
        await line.until(lambda: line.call().agent_id == GENERALIST)
        assert line.state(LEADER) is AgentState.NOT_READY
        assert line.call().kind == "general"
        await line.over()

    run_virtual(told())


def test_another_process_lets_listeners_go_and_goes_on_with_the_talk() -> None:
    """docs/oversight.md: no ear, no leg of theirs and no state is left over; who was rung is as they were."""

    async def told() -> None:
        first = SmallHelpline()
        first.agent(GENERALIST, Phone())
        first.caller_arrives()
        await first.until_call(CallState.TALKING)
        first.agent(LEADER, Phone(), available=False)
        first.agent(SECOND, Phone("ring"))
        await asyncio.sleep(0.2)
        one = Watched(first)
        await one.oversees(WHISPERING)
        assert await one.asks(Oversee(JOINED, SECOND), SECOND) == Done()
        await asyncio.sleep(0.2)
        await first.close()
        second = SmallHelpline(before=first)
        await second.pbx.session.link_up()
        await asyncio.sleep(0.5)
        assert second.state(LEADER) is AgentState.NOT_READY
        assert second.state(SECOND) is AgentState.AVAILABLE
        assert second.state(GENERALIST) is AgentState.ON_CALL
        assert set(second.pbx.channels) == {"c1", one.agents_leg}
        assert len(second.pbx.bridges) == 1
        await second.over()

    run_virtual(told())


def test_a_direct_call_that_rings_a_leader_meanwhile_is_theirs_afterwards() -> None:
    """R-LINE-4, R-MON-2: answered as a second call; once the talk they listen to is over they are on that one."""

    async def story(one: Watched) -> None:
        await one.oversees(LISTENING)
        one.line.caller_arrives("c2", DIRECT)
        await one.line.until_call(CallState.TALKING, "c2", 60)
        assert one.line.call("c2").agent_id == LEADER
        one.line.pbx.hangs_up("c1")
        await one.line.until_call(CallState.ENDED)
        assert (one.line.state(LEADER), one.line.row(LEADER).call_id) == (
            AgentState.ON_CALL,
            one.line.call("c2").call_id,
        )
        one.line.pbx.hangs_up("c2")
        await one.line.until_call(CallState.ENDED, "c2")
        assert one.line.state(LEADER) is AgentState.NOT_READY

    _watched(story)


def test_a_pbx_that_cannot_snoop_harms_nobody_but_the_leader() -> None:
    """R-MON-2: caller and agent talk on; the leader's phone is let go, and they may ask again."""

    async def story(one: Watched) -> None:
        one.line.pbx.broken = lambda asked: "/snoop/" in asked.path
        assert await one.asks(Oversee(LISTENING, LEADER)) == Done()
        await one.line.until(lambda: "listened" in one.audited())
        await asyncio.sleep(0.5)
        assert one.line.state(LEADER) is AgentState.NOT_READY
        assert one.with_("c1") == {"agent"}
        assert len(one.line.pbx.channels) == 2
        one.line.pbx.broken = lambda _asked: False
        await one.oversees(LISTENING)
        assert one.with_(one.leg_of()) == {"ear at agent"}

    _watched(story)
