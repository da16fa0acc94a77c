"""A consultation on a PBX in virtual time: who hears whom, who has the call, what the states are."""

from __future__ import annotations

import asyncio

import pytest

from ivr.acd.consultation import ASK_TO_SWAP, NOBODY, ONE_ALREADY, STILL_RINGS, TOGETHER
from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallState, OfferState
from ivr.domain.ids import AgentId
from ivr.domain.routes import CallKind
from ivr.domain.talking import (
    NOT_YOURS,
    Back,
    Complete,
    Conference,
    Consult,
    Drop,
    End,
    Hold,
    Impossible,
    Retrieve,
    Swap,
    Target,
    Wish,
)
from tests.unit.acd.in_talk import OUTSIDE, OUTSIDE_ENDPOINT, TO_OWNER, Talking, in_direct_talk, in_talk
from tests.unit.acd.world import GENERALIST, GENERALIST_2, MATE, OWNER, THIRD_MATE
from tests.unit.fake_pbx import Phone

ON_CALL, ON_HOLD = (AgentState.ON_CALL, None), (AgentState.ON_HOLD, None)
AVAILABLE, AT_WORK = (AgentState.AVAILABLE, None), (AgentState.AFTER_CALL_WORK, None)
NO_ANSWER = (AgentState.NOT_READY, SystemReason.NO_ANSWER.value)
UNREACHABLE = (AgentState.NOT_READY, SystemReason.UNREACHABLE.value)


async def _rings(talk: Talking, phone: Phone | None = None) -> str:
    """The asker consults somebody whose phone only rings: their leg."""
    talk.line.agent(OWNER, phone or Phone("ring"))
    await talk.does(TO_OWNER)
    await asyncio.sleep(1)
    return talk.other_leg


def test_the_caller_holds_with_music_while_the_asker_hears_it_ring() -> None:
    """R-XFER-2: the phone shows who asks; Reserved and On call; a ring tone for the asker alone."""

    async def story(talk: Talking) -> None:
        await _rings(talk)
        pbx = talk.line.pbx
        assert pbx.has_music("c1")
        assert talk.hear_each_other(talk.leg)
        assert len(pbx.tones) == 1
        assert (talk.state(OWNER)[0], talk.state(GENERALIST)) == (AgentState.RESERVED, ON_CALL)
        shown = [asked.body for asked in pbx.asked if asked.path == "channels/create"][-1]
        assert shown == {"variables": {"CONNECTEDLINE(num)": "7004"}}

    in_talk(story)


def test_answered_the_two_agents_talk() -> None:
    """R-XFER-2: the caller still has music; both On call."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        assert talk.hear_each_other(talk.leg, other)
        assert talk.line.pbx.has_music("c1")
        assert not talk.line.pbx.tones
        assert (talk.state(OWNER), talk.state(GENERALIST)) == (ON_CALL, ON_CALL)
        assert (talk.party.reason, talk.party.notes, talk.party.asked_by) == (
            "about the arrears",
            "seen the letter",
            GENERALIST,
        )

    in_talk(story)


def test_swap_and_swap_back() -> None:
    """R-XFER-2: whom one does not talk with hears music."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        await talk.does(Swap())
        assert talk.hear_each_other(talk.leg, "c1")
        assert talk.line.pbx.has_music(other)
        await talk.does(Swap())
        assert talk.hear_each_other(talk.leg, other)
        assert talk.line.pbx.has_music("c1")

    in_talk(story)


@pytest.mark.parametrize("first", [(), (Swap(),), (Conference(),)])
@pytest.mark.parametrize("ends", [Complete(), End()])
def test_complete_hands_the_call_over(first: tuple[Wish, ...], ends: Wish) -> None:
    """R-XFER-2, R-STATE-4: caller and consulted talk, the asker is in After Call Work; then so is the consulted."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        for wish in first:
            await talk.does(wish)
        await talk.does(ends)
        await talk.line.until(lambda: talk.leg not in talk.line.pbx.channels, 1)
        assert talk.hear_each_other("c1", other)
        assert not talk.line.pbx.channels["c1"].music
        assert talk.state(GENERALIST) == AT_WORK
        assert talk.line.call().agent_id == OWNER
        await talk.is_over()
        assert talk.state(OWNER) == AT_WORK
        assert talk.line.journey().count("handed_over") == 1

    in_talk(story)


def test_the_asker_hangs_up_and_the_consulted_has_the_call() -> None:
    """R-XFER-2: made by the phone: the same as to complete."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        talk.line.pbx.hangs_up(talk.leg)
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 1)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)
        assert talk.state(GENERALIST) == AT_WORK

    in_talk(story)


def test_the_askers_phone_is_lost_and_the_consulted_has_the_call() -> None:
    """R-XFER-4, R-STATE-8: no apology, nobody in silence; the asker is Not Ready."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        talk.loses_phone(talk.leg, 7004)
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 3)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)
        assert talk.state(GENERALIST) == UNREACHABLE
        assert talk.line.call().state is CallState.TALKING

    in_talk(story)


def test_conference_and_either_agent_may_leave() -> None:
    """R-XFER-2: all hear each other; the asker's hold leaves the agents among themselves; the consulted goes."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        await talk.does(Conference())
        assert talk.hear_each_other("c1", talk.leg, other)
        assert await talk.ask(Swap()) == TOGETHER
        assert await talk.ask(Conference()) == TOGETHER
        await talk.does(Hold())
        assert talk.hear_each_other(talk.leg, other)
        assert talk.state(GENERALIST) == ON_CALL
        await talk.does(Conference())
        await talk.does(End(), by=OWNER)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.leg)
        assert (talk.state(GENERALIST), talk.state(OWNER)) == (ON_CALL, AVAILABLE)

    in_talk(story)


def test_back_to_the_caller() -> None:
    """R-XFER-2, R-STATE-4: the consulted is as before the consultation."""

    async def story(talk: Talking) -> None:
        await talk.consults()
        await talk.does(Back())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.leg)
        assert (talk.state(GENERALIST), talk.state(OWNER)) == (ON_CALL, AVAILABLE)
        assert await talk.ask(Back()) == NOBODY

    in_talk(story)


def test_back_while_it_rings_is_no_rona() -> None:
    """R-XFER-2: the phone stops, its agent keeps the idle time they had."""

    async def story(talk: Talking) -> None:
        talk.line.agent(OWNER, Phone("ring"))
        idle = talk.line.row(OWNER).idle_since
        await talk.does(TO_OWNER)
        await asyncio.sleep(1)
        await talk.does(Back())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.leg)
        assert (talk.state(OWNER), talk.line.row(OWNER).idle_since) == (AVAILABLE, idle)

    in_talk(story)


@pytest.mark.parametrize(
    ("phone", "after"),
    [(Phone("ring"), NO_ANSWER), (Phone("reject"), NO_ANSWER), (Phone("unregistered"), UNREACHABLE)],
)
def test_rung_in_vain_the_caller_stays_on_hold(phone: Phone, after: tuple[AgentState, str]) -> None:
    """R-XFER-2, R-RONA-2, R-RONA-3: the asker is back with the caller on hold, and may choose again."""

    async def story(talk: Talking) -> None:
        talk.line.agent(OWNER, phone)
        await talk.does(TO_OWNER)
        await talk.line.until(lambda: talk.state(OWNER) == after, 16)
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 1)
        assert talk.line.pbx.has_music("c1")
        assert not talk.line.pbx.tones
        assert talk.line.pbx.channels[talk.leg].hears_silence
        await talk.consults(MATE)
        assert not talk.line.pbx.channels[talk.leg].hears_silence
        assert talk.state(GENERALIST) == ON_CALL
        await talk.does(Back())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.leg)

    in_talk(story)


def test_after_a_vain_ringing_the_caller_is_taken_back() -> None:
    """R-STATE-12: On hold, retrieve."""

    async def story(talk: Talking) -> None:
        await _rings(talk, Phone("reject"))
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 3)
        await talk.does(Retrieve())
        assert talk.hear_each_other("c1", talk.leg)
        assert talk.state(GENERALIST) == ON_CALL

    in_talk(story)


def test_a_phone_lost_while_it_rings() -> None:
    """R-RONA-3, R-STATE-8: at once, not after 15 s."""

    async def story(talk: Talking) -> None:
        leg = await _rings(talk)
        talk.loses_phone(leg, 7001)
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 1)
        assert talk.state(OWNER) == UNREACHABLE

    in_talk(story)


def test_not_ready_asked_while_it_rings_is_no_rona() -> None:
    """R-STATE-5: the phone stops, the asker is told."""

    async def story(talk: Talking) -> None:
        leg = await _rings(talk)
        talk.line.ask(OWNER, AgentState.NOT_READY, "Break")
        await talk.line.until(lambda: leg not in talk.line.pbx.channels, 1)
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 1)
        assert talk.state(OWNER) == (AgentState.NOT_READY, "Break")
        assert talk.party.state is OfferState.WITHDRAWN

    in_talk(story)


def test_the_consulted_hangs_up() -> None:
    """R-XFER-4: the asker is with the caller on hold again."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        talk.line.pbx.hangs_up(other)
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 1)
        assert talk.state(OWNER) == AVAILABLE
        assert talk.line.pbx.has_music("c1")

    in_talk(story)


@pytest.mark.parametrize("cut", [True, False])
def test_the_consulteds_phone_is_lost(cut: bool) -> None:  # noqa: FBT001 - a case
    """R-STATE-8: they are Not Ready, the asker is with the caller on hold again."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        if cut:
            talk.line.pbx.cuts(other)
        else:
            talk.loses_phone(other, 7001)
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 3)
        assert talk.state(OWNER) == UNREACHABLE
        assert talk.hear_each_other(talk.leg)
        assert talk.line.pbx.has_music("c1")

    in_talk(story)


def test_the_caller_hangs_up_while_the_agents_talk() -> None:
    """R-XFER-2, R-STATE-4: After Call Work for the asker, the consulted is as before."""

    async def story(talk: Talking) -> None:
        await talk.consults()
        await talk.is_over()
        assert (talk.state(GENERALIST), talk.state(OWNER)) == (AT_WORK, AVAILABLE)

    in_talk(story)


def test_the_caller_hangs_up_while_it_rings() -> None:
    """R-WAIT-5's spirit: the ringing stops, and the idle time is kept."""

    async def story(talk: Talking) -> None:
        await _rings(talk)
        await talk.is_over()
        assert (talk.state(GENERALIST), talk.state(OWNER)) == (AT_WORK, AVAILABLE)

    in_talk(story)


@pytest.mark.parametrize("lost", [True, False])
def test_the_asker_is_gone_while_it_rings(lost: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-2: the call waits where it rang, with its place: that agent is offered it as their own."""

    async def story(talk: Talking) -> None:
        place = talk.line.call().first_waiting_at
        await _rings(talk)
        talk.line.pbx.phones["PJSIP/7001"] = Phone()
        if lost:
            talk.line.pbx.cuts(talk.leg)
        else:
            talk.line.pbx.hangs_up(talk.leg)
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 2)
        await talk.line.until_call(CallState.TALKING, limit_s=5)
        assert talk.line.call().first_waiting_at == place
        assert talk.state(GENERALIST) == (UNREACHABLE if lost else AT_WORK)
        assert talk.line.offers()[-1].own
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])
        assert not talk.line.pbx.tones

    in_talk(story)


def test_the_asker_hangs_up_right_behind_the_answer() -> None:
    """R-WAIT-6: the answer came first: the call is theirs, and rings nobody anew."""

    async def story(talk: Talking) -> None:
        other = await _rings(talk)
        talk.line.pbx.picks_up(other)
        for _ in range(3):
            await asyncio.sleep(0)
        talk.line.pbx.hangs_up(talk.leg)
        await talk.line.until(lambda: talk.line.call().agent_id == OWNER, 2)
        await asyncio.sleep(0.5)
        assert talk.hear_each_other("c1", other)
        assert len(talk.line.offers()) == 1

    in_talk(story)


def test_nobody_there() -> None:
    """R-XFER-2: refused in words; the caller is not put on hold for it."""

    async def story(talk: Talking) -> None:
        for target in (Target("agent", "7002"), Target("team", "M1"), Target("segment", "Maintenance")):
            outcome = await talk.ask(Consult(target, "x"))
            assert isinstance(outcome, Impossible)
            assert outcome.error_id == "transfer.nobody_available"
        unknown = await talk.ask(Consult(Target("agent", "9999"), "x"))
        assert isinstance(unknown, Impossible)
        assert "9999" in unknown.why
        oneself = await talk.ask(Consult(Target("agent", "7004"), "x"))
        assert isinstance(oneself, Impossible)
        assert oneself.error_id == "transfer.oneself"
        assert talk.hear_each_other("c1", talk.leg)
        assert not talk.line.store.rows.parties

    in_talk(story)


@pytest.mark.parametrize("target", [Target("team", "M1"), Target("segment", "Maintenance")])
def test_of_a_group_the_longest_idle(target: Target) -> None:
    """R-XFER-2, R-CASE-8."""

    async def story(talk: Talking) -> None:
        for agent in (MATE, OWNER, THIRD_MATE):
            talk.line.agent(agent, Phone())
            await asyncio.sleep(1)
        await talk.does(Consult(target, "x"))
        assert (talk.party.agent_id, talk.party.target) == (MATE, f"{target.kind}:{target.name}")

    in_talk(story)


def test_what_cannot_be_asked() -> None:
    """R-STATE-12: in words; only by whose call it is, but the end of their own part by the consulted."""

    async def story(talk: Talking) -> None:
        for wish in (Swap(), Complete(), Conference(), Back()):
            assert await talk.ask(wish) == NOBODY
        await _rings(talk)
        for ringing in (Swap(), Complete(), Conference(), Hold(), Retrieve(), End()):
            assert await talk.ask(ringing) == STILL_RINGS
        assert await talk.ask(TO_OWNER) == ONE_ALREADY
        talk.line.pbx.picks_up(talk.other_leg)
        await talk.line.until(lambda: len(talk.line.pbx.talk()) == 2, 1)
        await asyncio.sleep(0.1)
        for held in (Hold(), Retrieve()):
            assert await talk.ask(held) == ASK_TO_SWAP
        assert await talk.ask(Complete(), by=OWNER) == NOT_YOURS
        assert await talk.ask(Hold(), by=OWNER) == NOT_YOURS
        assert await talk.ask(Complete(), by=MATE) == NOT_YOURS

    in_talk(story)


def test_the_consulted_ends_their_part() -> None:
    """R-XFER-2: by the API, as by their phone."""

    async def story(talk: Talking) -> None:
        await talk.consults()
        await talk.does(End(), by=OWNER)
        assert (talk.state(OWNER), talk.state(GENERALIST)) == (AVAILABLE, ON_HOLD)

    in_talk(story)


def test_dropped_by_the_asker_the_caller_stays_on_hold() -> None:
    """R-XFER-2."""

    async def story(talk: Talking) -> None:
        await talk.consults()
        await talk.does(Drop(talk.party.party_id))
        assert (talk.state(OWNER), talk.state(GENERALIST)) == (AVAILABLE, ON_HOLD)
        assert talk.line.pbx.has_music("c1")

    in_talk(story)


def test_a_consultation_from_hold() -> None:
    """R-STATE-12: the caller who holds goes on holding."""

    async def story(talk: Talking) -> None:
        await talk.does(Hold())
        assert talk.state(GENERALIST) == ON_HOLD
        begun = talk.line.heard().count("music")
        await talk.consults()
        assert talk.state(GENERALIST) == ON_CALL
        assert talk.line.heard().count("music") == begun
        await talk.does(Complete())
        assert not talk.line.pbx.channels["c1"].music

    in_talk(story)


def test_a_call_handed_over_is_handed_over_again() -> None:
    """R-XFER-2: whose call it is now may do with it what the first could."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        await talk.does(Complete())
        await asyncio.sleep(0.1)
        talk.line.agent(GENERALIST_2, Phone())
        await talk.does(Consult(Target("agent", "7010"), "y"), by=OWNER)
        await talk.line.until(lambda: len(talk.line.pbx.talk()) == 2, 5)
        await asyncio.sleep(0.1)
        assert "c1" not in talk.line.pbx.talk()
        await talk.does(Complete(), by=OWNER)
        await asyncio.sleep(0.1)
        assert other not in talk.line.pbx.channels
        assert (talk.line.call().agent_id, talk.state(OWNER)) == (GENERALIST_2, AT_WORK)

    in_talk(story)


def test_the_new_agents_phone_is_lost() -> None:
    """R-STATE-8: the call waits again with its place."""

    async def story(talk: Talking) -> None:
        other = await talk.consults()
        await talk.does(Complete())
        talk.line.pbx.cuts(other)
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        assert talk.state(OWNER) == UNREACHABLE

    in_talk(story)


def test_a_direct_call_handed_over_is_gichs() -> None:
    """R-WAIT-1, R-STATE-4: the leader is as before; if the next phone is lost, the call waits and no leader rings."""

    async def story(talk: Talking) -> None:
        other = await talk.consults(MATE)
        await talk.does(Complete())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)
        assert (talk.state(OWNER), talk.line.call().kind) == (AVAILABLE, CallKind.GENERAL.value)
        talk.line.pbx.cuts(other)
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        await asyncio.sleep(5)
        assert talk.line.heard()[-3:] == ["en/apology-lost-line", "en/waiting-busy", "music"]
        talk.line.agent(GENERALIST, Phone())
        await talk.line.until_call(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert talk.line.call().agent_id == GENERALIST
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])

    in_direct_talk(story)


def test_a_direct_call_whose_asker_is_gone_while_it_rings() -> None:
    """R-WAIT-1: it waits where it rang, then as GICH's; its wait begins now."""

    async def story(talk: Talking) -> None:
        talk.line.agent(MATE, Phone("ring"))
        await talk.does(Consult(Target("agent", "7002"), "x"))
        await asyncio.sleep(1)
        talk.line.pbx.phones["PJSIP/7002"] = Phone()
        talk.line.pbx.hangs_up(talk.leg)
        await talk.line.until(lambda: talk.line.call().state is CallState.TALKING and _agent(talk) == MATE, 5)
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])
        assert talk.state(OWNER) == AVAILABLE

    in_direct_talk(story)


def _agent(talk: Talking) -> AgentId | None:
    return talk.line.call().agent_id


@pytest.mark.parametrize("number", ["0898 123", "0909 8790000", "+33 1 23 45 67 89"])
def test_a_number_that_may_not_be_dialled(number: str) -> None:
    """R-OUT-4: in words; the caller stays as they are."""

    async def story(talk: Talking) -> None:
        outcome = await talk.ask(Consult(Target("number", number), "x"))
        assert isinstance(outcome, Impossible)
        assert outcome.error_id.startswith("dialling.")
        assert talk.hear_each_other("c1", talk.leg)

    in_talk(story)


def test_a_number_outside_takes_the_call() -> None:
    """R-XFER-2: far end and number are left alone together; the call is over when either ends."""

    async def story(talk: Talking) -> None:
        talk.line.pbx.phones[OUTSIDE_ENDPOINT] = Phone()
        await talk.does(Consult(Target("number", "03069 990500"), "x"))
        await talk.line.until(lambda: len(talk.line.pbx.talk()) == 2, 5)
        await asyncio.sleep(0.1)
        other = talk.other_leg
        assert (talk.party.number, talk.party.target) == (OUTSIDE, "outside")
        await talk.does(Complete())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)
        assert (talk.line.call().state, _agent(talk), talk.state(GENERALIST)) == (CallState.TALKING, None, AT_WORK)
        talk.line.pbx.hangs_up(other)
        await talk.line.until_call(CallState.ENDED, limit_s=1)
        assert "c1" not in talk.line.pbx.channels

    in_talk(story)


@pytest.mark.parametrize("does", ["ring", "reject", "unregistered"])
def test_a_number_outside_that_does_not_answer(does: str) -> None:
    """R-XFER-4: the asker is with the caller on hold."""

    async def story(talk: Talking) -> None:
        talk.line.pbx.phones[OUTSIDE_ENDPOINT] = Phone(does)
        await talk.does(Consult(Target("number", OUTSIDE), "x"))
        await talk.line.until(lambda: talk.state(GENERALIST) == ON_HOLD, 25)
        assert talk.line.pbx.has_music("c1")

    in_talk(story)


def test_the_asker_is_gone_while_a_number_outside_rings() -> None:
    """R-XFER-4: the call waits where it came from; the number rings no more."""

    async def story(talk: Talking) -> None:
        talk.line.pbx.phones[OUTSIDE_ENDPOINT] = Phone("ring")
        await talk.does(Consult(Target("number", OUTSIDE), "x"))
        await asyncio.sleep(1)
        talk.line.pbx.hangs_up(talk.leg)
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        await asyncio.sleep(1)
        assert not talk.line.pbx.legs()

    in_talk(story)
