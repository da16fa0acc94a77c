"""A direct call on a PBX in virtual time: whose phone rings when, who gets the caller, what is left (R-LINE-4)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ivr.acd.waiting import ANSWERED_ELSEWHERE
from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState
from ivr.domain.ids import AgentId
from ivr.domain.queueing import DirectRing
from tests.unit.acd.world import MATE, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, LINES, SmallHelpline
from tests.unit.virtual_time import now, run_virtual

LEADER, DEPUTY = OWNER, MATE


def _line(leader: Phone, deputy: Phone) -> SmallHelpline:
    """Both are Logged out, with these phones."""
    line = SmallHelpline()
    line.pbx.phones |= {"PJSIP/7001": leader, "PJSIP/7002": deputy}
    return line


def _rings(line: SmallHelpline) -> list[DirectRing]:
    """The ringings of people's own phones; nobody here has a browser open."""
    return [one for one in line.store.rows.direct_rings.values() if not one.endpoint.endswith("-web")]


def _rung(line: SmallHelpline) -> list[tuple[int, AgentId]]:
    """Who was rung, and when, in whole seconds."""
    arrived = line.call().arrived_at
    return [(round((ring.made_at - arrived).total_seconds()), ring.agent_id) for ring in _rings(line)]


def _hung_up(line: SmallHelpline) -> list[str]:
    """The causes with which legs were hung up."""
    return [a.target.rpartition("=")[2] for a in line.pbx.asked if a.method == "DELETE" and "/leg-" in a.target]


def test_the_leader_answers_and_only_then_the_caller_is_answered() -> None:
    """R-LINE-4: ringing until then, no prompt; afterwards Logged out again."""

    async def story() -> None:
        line = _line(Phone(after_s=2.0, talks_s=10.0), Phone())
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(1)
        assert [a.path for a in line.pbx.asked if "/c1/" in a.path] == ["channels/c1/ring"]
        assert line.call().kind == "direct"
        await line.until_call(CallState.TALKING)
        await asyncio.sleep(0.1)
        leg = line.pbx.legs()[0]
        assert line.pbx.connected[-1] == {"c1", leg}
        assert line.pbx.channels["c1"].state == "Up"
        assert line.state(LEADER) is AgentState.ON_CALL
        await line.until_call(CallState.ENDED)
        assert line.state(LEADER) is AgentState.LOGGED_OUT
        assert (line.call().end, line.heard()) == (CallEnd.ANSWERED, [])
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("does", ["reject", "unregistered"])
def test_the_deputy_is_rung_at_once_when_the_leader_cannot(does: str) -> None:
    """R-LINE-4: busy, rejected, no phone registered: no 15 s are waited."""

    async def story() -> None:
        line = _line(Phone(does, after_s=0.2), Phone(after_s=1.0))
        line.caller_arrives(dnis=DIRECT)
        await line.until_call(CallState.TALKING)
        assert _rung(line) == [(0, LEADER), (0, DEPUTY)]
        assert line.call().agent_id == DEPUTY
        await line.over()

    run_virtual(story())


def test_leader_then_deputy_then_both_again_and_again() -> None:
    """R-LINE-4: 15 s each, then both together for as long as the caller stays; nobody's state has changed."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(62)
        assert sorted(_rung(line)) == [
            (0, LEADER),
            (15, DEPUTY),
            *((at, who) for at in (30, 45, 60) for who in (LEADER, DEPUTY)),
        ]
        assert len(line.pbx.legs()) == 2
        line.pbx.hangs_up("c1")
        await asyncio.sleep(1)
        assert line.call().end is CallEnd.ABANDONED_MENU
        assert {line.state(LEADER), line.state(DEPUTY)} == {AgentState.LOGGED_OUT}
        assert line.pbx.is_empty
        await line.over()

    run_virtual(story())


def test_one_of_both_answers_and_the_other_stops() -> None:
    """R-LINE-4: told that it was answered elsewhere."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(33)
        deputys = next(leg for leg in line.pbx.legs() if line.pbx.channels[leg].endpoint == "PJSIP/7002")
        line.pbx.picks_up(deputys)
        await asyncio.sleep(1)
        assert line.pbx.legs() == [deputys]
        assert _hung_up(line) == [str(ANSWERED_ELSEWHERE)]
        assert line.call().agent_id == DEPUTY
        await line.over()

    run_virtual(story())


def test_both_answer_in_one_moment_and_the_first_has_the_call() -> None:
    """R-WAIT-6: the other's phone is hung up, and its owner is as before."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(33)
        first, second = line.pbx.legs()
        line.pbx.picks_up(first)
        line.pbx.picks_up(second)
        await asyncio.sleep(1)
        assert line.pbx.legs() == [first]
        assert [ring.state for ring in _rings(line)][-2:] == ["answered", "withdrawn"]
        await line.over()

    run_virtual(story())


def test_nobody_has_a_phone_until_one_is_switched_on() -> None:
    """R-LINE-4: looked at again each few seconds, without a flood of steps; rung as soon as it is there."""

    async def story() -> None:
        line = _line(Phone("unregistered"), Phone("unregistered"))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(60)
        assert 35 <= len(_rings(line)) <= 45, "each of the two every three seconds"
        assert line.journey() == ["arrived", "rings", "rang", "rings", "rang"]
        line.pbx.phones["PJSIP/7001"] = Phone(after_s=0.5)
        await line.until_call(CallState.TALKING, limit_s=4)
        assert now() < 64
        await line.over()

    run_virtual(story())


def test_who_refuses_is_left_in_peace_for_as_long_as_a_ringing_takes() -> None:
    """R-LINE-4: both together goes on, not every moment."""

    async def story() -> None:
        line = _line(Phone("reject", after_s=0.5), Phone("reject", after_s=0.5))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(32)
        assert [at for at, who in _rung(line) if who == LEADER] == [0, 1, 16, 31]
        await line.over()

    run_virtual(story())


def test_available_people_are_reserved_only_while_they_are_rung() -> None:
    """R-LINE-4: and have their idle time afterwards."""

    async def story() -> None:
        line = SmallHelpline()
        line.agent(LEADER, Phone("ring"))
        line.agent(DEPUTY, Phone("ring"))
        idle_since = line.row(LEADER).idle_since
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(7)
        assert (line.state(LEADER), line.state(DEPUTY)) == (AgentState.RESERVED, AgentState.AVAILABLE)
        await asyncio.sleep(15)
        assert (line.state(LEADER), line.state(DEPUTY)) == (AgentState.AVAILABLE, AgentState.RESERVED)
        assert line.row(LEADER).idle_since == idle_since
        await line.switchboard.reconcile()
        assert line.switchboard.defects == 0
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("after_s", [0.0, 0.001, 0.05, 0.5, 15.0, 15.001, 31.0])
def test_a_caller_who_goes_leaves_nothing(after_s: float) -> None:
    """R-LINE-4: at whatever moment."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.pbx.create_takes_s = 0.05
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(after_s)
        line.pbx.hangs_up("c1")
        await asyncio.sleep(0.5)
        assert line.switchboard.calls_up == 0
        assert line.pbx.is_empty
        await line.over()

    run_virtual(story())


def test_the_answer_came_before_the_hang_up() -> None:
    """R-WAIT-6: answered, and the state before again."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(1)
        line.pbx.picks_up(line.pbx.legs()[0])
        line.pbx.hangs_up("c1")
        await line.until_call(CallState.ENDED)
        assert line.call().end is CallEnd.ANSWERED
        assert line.state(LEADER) is AgentState.LOGGED_OUT
        await line.over()

    run_virtual(story())


def test_a_fault_gives_the_caller_to_the_pbxs_own_plan() -> None:
    """The fallback rings leader and deputy too."""

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.pbx.broken = lambda asked: asked.path.endswith("/dial")
        line.caller_arrives(dnis=DIRECT)
        await line.until(lambda: line.pbx.continued)
        assert line.call().end is CallEnd.FAULT
        await line.until(lambda: not line.switchboard.calls_up)
        assert line.pbx.is_empty
        await line.over()

    run_virtual(story())


def test_a_line_without_a_leader_is_a_fault_and_no_dead_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that began on a line whose leader configuration has lost: the PBX's own plan has it."""
    monkeypatch.setitem(LINES, DIRECT, replace(LINES[DIRECT], leader=None, deputy=None))

    async def story() -> None:
        line = _line(Phone("ring"), Phone("ring"))
        line.caller_arrives(dnis=DIRECT)
        await line.until(lambda: line.pbx.continued)
        await line.until(lambda: not line.switchboard.calls_up)
        await line.over()

    run_virtual(story())


# --- another process takes over -------------------------------------------------------------------------------------


def _legs_answered(line: SmallHelpline) -> None:
    for leg in line.pbx.legs():
        line.pbx.channels[leg].state = "Up"


@pytest.mark.parametrize("answered", [False, True])
def test_a_ringing_is_begun_anew_or_an_answer_followed(*, answered: bool) -> None:
    """R-LINE-4, R-WAIT-6: the phone is rung again; one answered while nobody was there is connected."""

    async def story() -> None:
        before = _line(Phone("ring"), Phone("ring"))
        before.agent(LEADER, Phone("ring"))
        before.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(1)
        await before.close()
        (leg,) = before.pbx.legs()
        if answered:
            _legs_answered(before)
        line = SmallHelpline(before=before)
        await line.pbx.session.link_up()
        await asyncio.sleep(1)
        if answered:
            assert (line.call().state, line.pbx.legs()) == (CallState.TALKING, [leg])
            assert line.pbx.connected[-1] == {"c1", leg}
            assert line.state(LEADER) is AgentState.ON_CALL
        else:
            assert line.call().state is CallState.RINGING
            assert leg not in line.pbx.legs()
            assert len(line.pbx.legs()) == 1
            assert line.state(LEADER) is AgentState.RESERVED
        line.pbx.hangs_up("c1")
        await line.until(lambda: line.state(LEADER) is AgentState.AVAILABLE, 10)
        assert line.switchboard.defects == 0
        await line.over()

    run_virtual(story())


def test_whoever_else_was_rung_is_free_when_the_ringing_begins_anew() -> None:
    """R-LINE-4: both rang together; now the leader does, and the deputy is Available."""

    async def story() -> None:
        before = _line(Phone("ring"), Phone("ring"))
        before.agent(DEPUTY, Phone("ring"))
        before.caller_arrives(dnis=DIRECT)
        await asyncio.sleep(33)
        assert before.state(DEPUTY) is AgentState.RESERVED
        await before.close()
        line = SmallHelpline(before=before)
        await line.pbx.session.link_up()
        await asyncio.sleep(1)
        assert [line.pbx.channels[leg].endpoint for leg in line.pbx.legs()] == ["PJSIP/7001"]
        assert line.state(DEPUTY) is AgentState.AVAILABLE
        await line.over()

    run_virtual(story())


@pytest.mark.parametrize("stays", [True, False])
def test_a_talk_goes_on_or_has_ended(*, stays: bool) -> None:
    """R-STATE-4: and the state before follows."""

    async def story() -> None:
        before = _line(Phone(after_s=0.5), Phone("ring"))
        before.caller_arrives(dnis=DIRECT)
        await before.until_call(CallState.TALKING)
        await asyncio.sleep(1)
        await before.close()
        (leg,) = before.pbx.legs()
        line = SmallHelpline(before=before)
        if not stays:
            line.pbx.hangs_up(leg)
        await line.pbx.session.link_up()
        await asyncio.sleep(1)
        assert line.state(LEADER) is (AgentState.ON_CALL if stays else AgentState.LOGGED_OUT)
        line.pbx.hangs_up(leg)
        await line.until_call(CallState.ENDED)
        assert (line.call().end, line.state(LEADER)) == (CallEnd.ANSWERED, AgentState.LOGGED_OUT)
        await line.over()

    run_virtual(story())
