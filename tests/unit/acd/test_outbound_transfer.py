"""A call that an agent made, and then hands over: it is GICH's from then on (R-WAIT-1, R-XFER-2)."""

from __future__ import annotations

import asyncio

import pytest

from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd, CallState
from ivr.domain.oversight import Switch
from ivr.domain.routes import CallKind
from ivr.domain.talking import ColdTransfer, Complete, Consult, Done, Target, Wish
from tests.unit.acd.test_outbound_call import FAR, Dialling
from tests.unit.acd.world import GENERALIST, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.virtual_time import run_virtual

TO_OWNER = Target("agent", "7001")


async def _in_talk() -> Dialling:
    """An agent talks with whom they have called, and a colleague is Available."""
    made = Dialling()
    await made.line.pbx.session.link_up()
    made.line.agent(GENERALIST, Phone(after_s=0.5))
    made.line.pbx.phones[FAR] = Phone()
    await made.dial()
    await made.until(CallState.TALKING)
    await asyncio.sleep(0.1)
    made.line.agent(OWNER, Phone())
    return made


async def _does(made: Dialling, wish: Wish) -> None:
    assert await made.ask(wish) == Done()


async def _handed_over(made: Dialling) -> str:
    """The colleague is consulted and has the call: their leg."""
    asker = made.own
    await _does(made, Consult(TO_OWNER, "about the arrears"))
    await made.line.until(lambda: made.far not in made.line.pbx.talk() and len(made.line.pbx.talk()) == 2, 5)
    assert made.line.pbx.has_music(made.far)
    await asyncio.sleep(0.1)
    await _does(made, Complete())
    await made.line.until(lambda: asker not in made.line.pbx.channels, 1)
    assert made.line.pbx.talk() == {made.far, made.own}
    assert (made.state(), made.line.state(OWNER)) == (AgentState.AFTER_CALL_WORK, AgentState.ON_CALL)
    assert made.line.calls()[-1].kind == CallKind.GENERAL.value
    return made.own


@pytest.mark.parametrize("taken_over", [False, True])
def test_handed_over_it_is_the_colleagues(taken_over: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-2, R-STATE-4: and stays so in another process; whom they called hangs up: After Call Work."""

    async def told() -> None:
        made = await _in_talk()
        other = await _handed_over(made)
        if taken_over:
            await made.line.close()
            made = Dialling(made.line)
            await made.line.pbx.session.link_up()
            await asyncio.sleep(1)
            assert made.line.pbx.talk() == {made.far, other}
        made.line.pbx.hangs_up(made.far)
        await made.until(CallState.ENDED)
        assert made.line.state(OWNER) is AgentState.AFTER_CALL_WORK
        assert made.line.calls()[-1].end is CallEnd.ANSWERED
        await made.line.over()

    run_virtual(told())


def test_the_colleagues_phone_is_lost_it_waits_at_gich() -> None:
    """R-STATE-8, R-WAIT-1."""

    async def told() -> None:
        made = await _in_talk()
        made.line.pbx.cuts(await _handed_over(made))
        await made.until(CallState.WAITING)
        assert made.line.state(OWNER) is AgentState.NOT_READY
        await made.line.over()

    run_virtual(told())


@pytest.mark.parametrize("cold", [False, True])
def test_queued_at_a_colleague(cold: bool) -> None:  # noqa: FBT001 - a case
    """R-XFER-3, R-WAIT-1: cold in an emergency, or since the agent hung up while it rang; its wait begins then."""

    async def told() -> None:
        made = await _in_talk()
        line = made.line
        if cold:
            line.store.transact(lambda tx: tx.turn(Switch.EMERGENCY, line.wall(), "leader 7101", is_on=True))
            await _does(made, ColdTransfer(TO_OWNER, "x"))
        else:
            line.pbx.phones["PJSIP/7001"] = Phone(after_s=3)
            await _does(made, Consult(TO_OWNER, "x"))
            await asyncio.sleep(1)
            line.pbx.hangs_up(next(leg for leg in line.pbx.legs() if "outside" not in leg))
        await line.until(lambda: line.calls()[-1].agent_id == OWNER, 2)
        await made.until(CallState.TALKING)
        await asyncio.sleep(0.1)
        assert line.pbx.talk() == {made.far, made.own}
        assert made.state() is AgentState.AFTER_CALL_WORK
        await line.over()

    run_virtual(told())
