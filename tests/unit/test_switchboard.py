"""The switchboard: which calls are claimed, what a failing call does, and what a process leaves and finds."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from ivr.acd import ledger
from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState, OfferState
from ivr.errors import StoreError
from tests.unit.acd.world import GENERALIST, GENERALIST_2
from tests.unit.fake_pbx import Phone
from tests.unit.pbx.raw_events import raw
from tests.unit.small_helpline import GENERAL, SmallHelpline
from tests.unit.virtual_time import now, run_virtual


def _claims(line: SmallHelpline) -> list[str]:
    return [asked.target for asked in line.pbx.asked if asked.path == "events/claim"]


def test_a_call_is_claimed_only_while_it_can_be_served() -> None:
    """An unclaimed call reaches the PBX's own plan in half a second; a claimed one that hangs would reach nobody."""

    async def story() -> None:
        line = SmallHelpline()
        line.may_claim = False
        line.pbx.session.receive(raw("CallBroadcast", "c1"))
        await asyncio.sleep(1)
        assert _claims(line) == []
        line.may_claim = True
        line.pbx.session.receive(raw("CallBroadcast", "c1"))
        await asyncio.sleep(1)
        assert len(_claims(line)) == 1
        line.switchboard.on_replaced()
        line.pbx.session.receive(raw("CallBroadcast", "c1"))
        await asyncio.sleep(1)
        assert len(_claims(line)) == 1
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.2, 1.0, 5.0, 14.0, 30.0, 70.0])
def test_a_caller_who_goes_is_followed_at_once(after_s: float) -> None:
    """R-WAIT-5: at whatever step: no task, no channel and no row is left."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await asyncio.sleep(after_s)
        line.pbx.hangs_up("c1")
        await asyncio.sleep(0.1)
        assert line.switchboard.calls_up == 0
        assert line.pbx.is_empty
        waited = line.call().first_waiting_at is not None
        assert line.call().end is (CallEnd.ABANDONED_QUEUE if waited else CallEnd.ABANDONED_MENU)
        await line.over()

    run_virtual(story())


def test_a_call_that_fails_goes_to_the_fallback_and_harms_no_other() -> None:
    """A fault in one call: its caller reaches the PBX's own queue; the call beside it goes on to an agent."""

    async def story() -> None:
        line = SmallHelpline()
        line.pbx.broken = lambda asked: asked.path == "channels/c1/play"
        line.caller_arrives("c1")
        line.caller_arrives("c2")
        await line.until(lambda: "c1" in line.pbx.continued)
        assert line.pbx.continued == {"c1": "fallback"}
        assert line.call("c1").end is CallEnd.FAULT
        line.agent(GENERALIST)
        await line.until_call(CallState.TALKING, "c2")
        await line.over()

    with capture_logs() as logs:
        run_virtual(story())
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["call.failed"]


def test_a_database_that_fails_during_a_call_gives_the_caller_to_the_fallback() -> None:
    """The caller still reaches a person; the row is ended by the reconciler once the database answers again."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until(line.calls)
        line.store.fails = lambda: StoreError("away")
        await line.until(lambda: not line.switchboard.calls_up)
        assert line.pbx.continued == {"c1": "fallback"}
        line.store.fails = lambda: None
        assert line.call().state is CallState.MENU
        await line.switchboard.reconcile()
        assert line.call().state is CallState.ENDED
        assert line.switchboard.defects == 1
        await line.over()

    with capture_logs():
        run_virtual(story())


def test_the_reconciler_lets_living_calls_be() -> None:
    """R-WAIT-1: a call in each state is what its task says it is."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST)
        line.caller_arrives("c1")
        await line.until_call(CallState.TALKING)
        line.agent(GENERALIST_2, Phone("ring"))
        line.caller_arrives("c2")
        await line.until_call(CallState.RINGING, "c2")
        line.caller_arrives("c3")
        await line.until(lambda: len(line.calls()) == 3)
        await line.switchboard.reconcile()
        states = [line.call(channel_id).state for channel_id in ("c1", "c2", "c3")]
        assert states == [CallState.TALKING, CallState.RINGING, CallState.MENU]
        assert line.switchboard.defects == 0
        await line.over()

    run_virtual(story())


def test_closing_leaves_calls_as_they_are() -> None:
    """A process that ends hangs up nobody and ends no row."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST)
        line.caller_arrives("c1")
        await line.until_call(CallState.TALKING)
        line.caller_arrives("c2")
        await line.until_call(CallState.WAITING, "c2")
        await line.close()
        assert {"c1", "c2"} <= set(line.pbx.channels)
        assert [line.call(one).state for one in ("c1", "c2")] == [CallState.TALKING, CallState.WAITING]
        await _next(line)

    run_virtual(story())


async def _next(before: SmallHelpline) -> SmallHelpline:
    """The next process has taken over; afterwards everything ends as it should."""
    line = SmallHelpline(before=before)
    await line.deadlines.restore()
    await line.pbx.session.link_up()
    await asyncio.sleep(1)
    assert line.switchboard.calls_up == sum(call.state is not CallState.ENDED for call in line.calls())
    await line.over()
    return line


async def _killed(line: SmallHelpline) -> SmallHelpline:
    """The process is gone from one moment to the next, and another one follows."""
    await line.close()
    after = SmallHelpline(before=line)
    await after.deadlines.restore()
    return after


def test_who_waits_keeps_their_place_and_is_offered() -> None:
    """R-WAIT-1: ``first_waiting_at`` stays; music again; the next Available agent gets the call."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until_call(CallState.WAITING)
        since = line.call().first_waiting_at
        after = await _killed(line)
        played = len(after.heard())
        await after.pbx.session.link_up()
        await asyncio.sleep(1)
        assert after.heard()[played:] == ["music"]
        after.agent(GENERALIST)
        await after.until_call(CallState.TALKING)
        assert after.call().first_waiting_at == since
        await after.over()

    run_virtual(story())


def test_what_the_last_process_was_saying_is_stopped_first() -> None:
    """A channel that plays leaves the next command unanswered: the menu begins anew at once."""

    async def story() -> None:
        line = SmallHelpline()
        line.caller_arrives()
        await line.until(lambda: "en/greeting" in line.heard())
        (playing,) = line.pbx._playbacks
        after = await _killed(line)
        asked = len(after.pbx.asked)
        await after.pbx.session.link_up()
        await asyncio.sleep(0.1)
        lines = [f"{one.method} {one.path}" for one in after.pbx.asked[asked:]]
        assert lines.index(f"DELETE playbacks/{playing}") < lines.index("POST channels/c1/answer")
        await after.over()

    run_virtual(story())


def test_a_ringing_is_taken_back_and_offered_anew() -> None:
    """R-RONA-1: the agent keeps their idle time; the old leg is gone; one phone rings."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        idle_since = line.row(GENERALIST).idle_since
        line.caller_arrives()
        await line.until_call(CallState.RINGING)
        await line.until(line.pbx.bridges.__len__)
        after = await _killed(line)
        await after.pbx.session.link_up()
        await asyncio.sleep(1)
        assert [offer.state for offer in after.offers()] == [OfferState.WITHDRAWN, OfferState.RINGING]
        assert after.pbx.legs() == [f"leg-{after.offers()[1].offer_id}"]
        assert after.row(GENERALIST).idle_since == idle_since
        await after.over()

    run_virtual(story())


def test_a_talk_goes_on_untouched() -> None:
    """R-STATE-4: the two are together already: nothing is played, nobody is moved, and the end is as usual."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST)
        line.caller_arrives()
        await line.until(lambda: line.pbx.connected)
        after = await _killed(line)
        asked = len(after.pbx.asked)
        await after.pbx.session.link_up()
        await asyncio.sleep(1)
        assert not [one for one in after.pbx.asked[asked:] if one.method in {"POST", "DELETE"}]
        assert after.state(GENERALIST) is AgentState.ON_CALL
        after.pbx.hangs_up(after.pbx.legs()[0])
        await after.until_call(CallState.ENDED)
        assert after.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        await after.over()

    run_virtual(story())


@pytest.mark.parametrize("written", [True, False])
def test_an_answer_that_nobody_has_followed_is_connected(written: bool) -> None:  # noqa: FBT001 - a case of the test
    """R-WAIT-6: answered while nobody was there, or just before it died: the two hear each other now."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone("ring"))
        line.caller_arrives()
        await line.until_call(CallState.RINGING)
        await line.until(line.pbx.bridges.__len__)
        after = await _killed(line)
        after.pbx.picks_up(after.pbx.legs()[0])
        if written:
            after.store.transact(ledger.answer_offer, after.offers()[0].offer_id, after.wall())
        await after.pbx.session.link_up()
        await asyncio.sleep(1)
        assert after.pbx.connected == [frozenset({"c1", after.pbx.legs()[0]})]
        assert (after.call().state, after.state(GENERALIST)) == (CallState.TALKING, AgentState.ON_CALL)
        assert [offer.state for offer in after.offers()] == [OfferState.ANSWERED]
        await after.over()

    run_virtual(story())


@pytest.mark.parametrize("who", ["caller", "agent"])
@pytest.mark.parametrize("when", ["away", "linking"])
def test_who_hangs_up_while_nobody_is_there_ends_the_call(who: str, when: str) -> None:
    """R-STATE-4: also between the list of channels and their adoption: After Call Work, and nothing is left."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST)
        line.caller_arrives()
        await line.until(lambda: line.pbx.connected)
        gone = "c1" if who == "caller" else line.pbx.legs()[0]
        after = await _killed(line)
        if when == "away":
            after.pbx.hangs_up(gone)
        else:
            _hang_up_while_linking(after, gone)
        await after.pbx.session.link_up()
        await after.until_call(CallState.ENDED)
        await asyncio.sleep(0.1)
        assert after.call().end is CallEnd.ANSWERED
        assert after.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        assert after.pbx.is_empty
        await after.over()

    with capture_logs():
        run_virtual(story())


def _hang_up_while_linking(line: SmallHelpline, channel_id: str) -> None:
    """It hangs up after the session has listed it, before the switchboard has adopted it."""
    told = line.switchboard.on_linked

    async def on_linked(linked: object) -> None:
        line.pbx.hangs_up(channel_id)
        await told(linked)  # type: ignore[arg-type]

    line.switchboard.on_linked = on_linked  # type: ignore[method-assign]


def test_a_caller_without_a_row_is_served_as_one_who_has_just_come() -> None:
    """Claimed by a process that died before it had written anything."""

    async def story() -> None:
        line = SmallHelpline()
        line.store.fails = lambda: StoreError("away")
        line.switchboard._leaving = True
        line.pbx.broken = lambda asked: "continue" in asked.path
        line.caller_arrives()
        await asyncio.sleep(0.1)
        line.store.fails = lambda: None
        after = await _killed(line)
        assert after.calls() == []
        await after.pbx.session.link_up()
        await after.until_call(CallState.WAITING)
        assert after.call().dnis == GENERAL
        await after.over()

    with capture_logs():
        run_virtual(story())


def test_deadlines_that_passed_meanwhile_come_at_once_and_later_ones_in_time() -> None:
    """R-WAIT-1, R-STATE-4: After Call Work that ran out ends on the return; the rest of one under way is kept."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(GENERALIST, Phone(talks_s=1))
        line.caller_arrives()
        await line.until(lambda: line.state(GENERALIST) is AgentState.AFTER_CALL_WORK)
        began = now()
        await asyncio.sleep(100)
        after = await _killed(line)
        assert after.state(GENERALIST) is AgentState.AFTER_CALL_WORK
        await after.until(lambda: after.state(GENERALIST) is AgentState.AVAILABLE, 700)
        assert now() - began == pytest.approx(600, abs=1)
        await after.over()

    run_virtual(story())


def test_a_caller_whom_a_404_concerns_not_is_never_hung_up() -> None:
    """Something else of the call is gone, the caller is not: they reach the PBX's own queue, not a dead line."""

    async def story() -> None:
        line = SmallHelpline()
        line.pbx.missing = lambda asked: asked.path == "channels/c1/play"
        line.caller_arrives("c1")
        await line.until(lambda: "c1" in line.pbx.continued)
        assert line.pbx.continued == {"c1": "fallback"}
        assert line.call("c1").end is CallEnd.FAULT
        await line.over()

    with capture_logs():
        run_virtual(story())
