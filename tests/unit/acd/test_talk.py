"""A talk on a PBX in virtual time: the phone holds, falls silent, or is lost; what the caller and the agent get."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ivr.acd import phones
from ivr.acd.room import SILENT_ANEW_S
from ivr.acd.talk import SILENT_ON_HOLD_S, SILENT_S
from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallEnd, CallState, OfferState
from tests.unit.acd.world import GENERALIST, GENERALIST_2, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

APOLOGY = "sound:en/apology-lost-line".removeprefix("sound:")
SLACK_S = 1.2
UNREACHABLE = (AgentState.NOT_READY, SystemReason.UNREACHABLE.value)

Told = Callable[[SmallHelpline, str], Coroutine[Any, Any, None]]


def phone(line: SmallHelpline, *, reachable: bool, staff: int = 7000 + GENERALIST) -> None:
    """Word of a phone has come from Asterisk."""
    line.store.transact(phones.note, f"PJSIP/{staff}", line.wall(), reachable=reachable, news=True)


def lost(line: SmallHelpline, leg: str) -> None:
    """The phone's sockets are gone."""
    line.pbx.falls_silent(leg)
    phone(line, reachable=False)


def _in_talk(story: Told) -> None:
    """A caller talks with an agent of GICH."""

    async def told() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        await story(line, line.pbx.legs()[0])
        await line.over()

    run_virtual(told())


def _is(line: SmallHelpline) -> tuple[AgentState, str | None]:
    return line.state(GENERALIST), line.row(GENERALIST).code


def test_a_lost_phone_in_a_talk_the_caller_waits_with_their_place() -> None:
    """R-STATE-8: an apology and music, the place kept, the agent Not Ready; the next agent gets the call."""

    async def story(line: SmallHelpline, leg: str) -> None:
        place, began = line.call().first_waiting_at, now()
        lost(line, leg)
        await line.until_call(CallState.WAITING)
        assert now() - began == pytest.approx(SILENT_S, abs=SLACK_S)
        assert _is(line) == UNREACHABLE
        await asyncio.sleep(6)
        assert leg not in line.pbx.channels
        after = line.heard()[line.heard().index(APOLOGY) :]
        assert after[-1] == "music"
        line.agent(GENERALIST_2, Phone())
        await line.until_call(CallState.TALKING)
        assert line.call().first_waiting_at == place
        await asyncio.sleep(0.1)
        assert line.pbx.connected[-1] == {"c1", line.pbx.legs()[0]}
        assert line.journey().count("requeued") == 1

    _in_talk(story)


def test_a_phone_whose_sound_comes_is_not_lost() -> None:
    """R-STATE-8: an unanswered OPTIONS tears no talk, however long."""

    async def story(line: SmallHelpline, leg: str) -> None:
        phone(line, reachable=False)
        await asyncio.sleep(600)
        assert _is(line) == (AgentState.ON_CALL, None)
        assert leg in line.pbx.channels

    _in_talk(story)


def test_a_phone_that_is_reached_may_be_silent() -> None:
    """R-STATE-8: muted, or with nothing to send."""

    async def story(line: SmallHelpline, leg: str) -> None:
        line.pbx.falls_silent(leg)
        await asyncio.sleep(600)
        assert _is(line) == (AgentState.ON_CALL, None)

    _in_talk(story)


def test_a_phone_that_is_back_in_time_was_not_lost() -> None:
    """R-STATE-8: reachable again, or heard again, before the time is over."""

    async def story(line: SmallHelpline, leg: str) -> None:
        for _ in range(3):
            lost(line, leg)
            await asyncio.sleep(SILENT_S * 0.6)
            phone(line, reachable=True)
            await asyncio.sleep(SILENT_S * 0.6)
            lost(line, leg)
            await asyncio.sleep(SILENT_S * 0.6)
            line.pbx.is_heard_again(leg)
            await asyncio.sleep(SILENT_S * 0.6)
        assert _is(line) == (AgentState.ON_CALL, None)

    _in_talk(story)


def anew(line: SmallHelpline) -> None:
    """The phone has registered from another address."""
    line.store.transact(phones.note_anew, f"PJSIP/{7000 + GENERALIST}")


def test_a_phone_that_was_restarted_in_a_talk_is_lost() -> None:
    """R-STATE-8: it can be reached again before anybody missed it, and what talked on it is dead all the same."""

    async def story(line: SmallHelpline, leg: str) -> None:
        began = now()
        line.pbx.falls_silent(leg)
        anew(line)
        await line.until_call(CallState.WAITING)
        assert now() - began == pytest.approx(SILENT_ANEW_S, abs=SLACK_S)
        assert _is(line) == UNREACHABLE

    _in_talk(story)


def test_a_phone_that_only_moved_is_not_lost() -> None:
    """R-STATE-8: it is heard from its new address, and may be silent later."""

    async def story(line: SmallHelpline, leg: str) -> None:
        anew(line)
        await asyncio.sleep(2)
        line.pbx.falls_silent(leg)
        await asyncio.sleep(600)
        assert _is(line) == (AgentState.ON_CALL, None)

    _in_talk(story)


def test_a_phone_that_holds_is_given_longer() -> None:
    """R-STATE-8: it may send nothing while the caller is on hold; lost it is all the same."""

    async def story(line: SmallHelpline, leg: str) -> None:
        line.pbx.holds(leg)
        await line.until(lambda: line.state(GENERALIST) is AgentState.ON_HOLD)
        lost(line, leg)
        await asyncio.sleep(SILENT_ON_HOLD_S - SLACK_S)
        assert line.state(GENERALIST) is AgentState.ON_HOLD
        await line.until_call(CallState.WAITING, limit_s=2 * SLACK_S)
        assert _is(line) == UNREACHABLE

    _in_talk(story)


@pytest.mark.parametrize("status", [0, 408, 481])
def test_a_leg_that_asterisk_ends_by_itself_is_lost_at_once(status: int) -> None:
    """R-STATE-8: nobody hung up: the PBX's own flag, or a refresh that the phone did not answer."""

    async def story(line: SmallHelpline, leg: str) -> None:
        line.pbx.cuts(leg, status)
        await line.until_call(CallState.WAITING, limit_s=1)
        assert _is(line) == UNREACHABLE

    _in_talk(story)


def test_a_hang_up_of_the_agents_is_one_though_their_phone_is_lost_then() -> None:
    """R-STATE-4: After Call Work, as after any call."""

    async def story(line: SmallHelpline, leg: str) -> None:
        phone(line, reachable=False)
        line.pbx.hangs_up(leg)
        await line.until_call(CallState.ENDED)
        assert line.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        assert (line.call().end, line.journey().count("requeued")) == (CallEnd.ANSWERED, 0)

    _in_talk(story)


def test_the_caller_hangs_up_while_the_phone_is_being_judged() -> None:
    """R-WAIT-6: their hang-up came first: an answered call, and the agent is in After Call Work."""

    async def story(line: SmallHelpline, leg: str) -> None:
        lost(line, leg)
        await asyncio.sleep(SILENT_S / 2)
        line.pbx.hangs_up("c1")
        await line.until_call(CallState.ENDED)
        assert line.state(GENERALIST) is AgentState.AFTER_CALL_WORK

    _in_talk(story)


def test_hold_and_retrieve_on_the_phone_show_in_the_state() -> None:
    """R-STATE-12, R-STATE-9: who caused it is the agent, at the phone."""

    async def story(line: SmallHelpline, leg: str) -> None:
        line.pbx.holds(leg)
        await line.until(lambda: line.state(GENERALIST) is AgentState.ON_HOLD)
        line.pbx.retrieves(leg)
        await line.until(lambda: line.state(GENERALIST) is AgentState.ON_CALL)
        causes = [fact.cause for fact in line.store.rows.agent_facts]
        assert causes[-2:] == ["agent 7004: held on the phone", "agent 7004: retrieved on the phone"]

    _in_talk(story)


def test_a_hold_that_another_process_saw_goes_on() -> None:
    """R-STATE-12: after a takeover On hold stays so until the phone retrieves."""

    async def story(line: SmallHelpline, leg: str) -> None:
        line.pbx.holds(leg)
        await line.until(lambda: line.state(GENERALIST) is AgentState.ON_HOLD)
        await line.close()
        after = SmallHelpline(before=line)
        await after.pbx.session.link_up()
        await asyncio.sleep(1)
        assert after.state(GENERALIST) is AgentState.ON_HOLD
        after.pbx.retrieves(leg)
        await after.until(lambda: after.state(GENERALIST) is AgentState.ON_CALL)
        await after.over()

    async def told() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone())
        line.caller_arrives()
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        await story(line, line.pbx.legs()[0])

    run_virtual(told())


def test_a_phone_lost_while_it_rings_ends_the_offer_as_unreachable() -> None:
    """R-STATE-8, R-RONA-3: at once, not after the 15 s."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        line.caller_arrives()
        await line.until_call(CallState.RINGING)
        await asyncio.sleep(3)
        began = now()
        phone(line, reachable=False)
        await line.until_call(CallState.WAITING)
        assert now() - began < 1
        assert _is(line) == UNREACHABLE
        assert [offer.state for offer in line.offers()] == [OfferState.UNREACHABLE]
        await line.over()

    run_virtual(story())


def test_a_direct_call_whose_phone_is_lost_rings_again() -> None:
    """R-STATE-8, R-LINE-4: an apology, then the leader, the deputy and both once more, with music meanwhile."""

    async def story() -> None:
        line = SmallHelpline()
        leader = line.agent(OWNER, Phone())
        line.pbx.phones["PJSIP/7002"] = Phone()
        line.caller_arrives(dnis=DIRECT)
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.5)
        line.pbx.phones["PJSIP/7001"] = Phone("unregistered")
        line.pbx.falls_silent(line.pbx.legs()[0])
        phone(line, reachable=False, staff=7001)
        await line.until_call(CallState.RINGING)
        assert (line.state(leader), line.row(leader).code) == UNREACHABLE
        await line.until_call(CallState.TALKING)
        assert line.heard() == [APOLOGY, "music"]
        await asyncio.sleep(0.1)
        assert line.pbx.connected[-1] == {"c1", line.pbx.legs()[-1]}
        assert line.call().agent_id == 2
        await line.over()

    run_virtual(story())
