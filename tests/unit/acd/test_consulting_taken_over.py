"""Another process takes a talk over in the middle of a consultation: who hears whom stays, and commands work on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.events import CallState
from ivr.domain.talking import Back, Complete, Conference, Consult, Hold, Retrieve, Swap, Target, Wish
from tests.unit.acd.in_talk import OUTSIDE, OUTSIDE_ENDPOINT, RULES, TO_OWNER, Talking, begun
from tests.unit.acd.world import GENERALIST, MATE, OWNER
from tests.unit.fake_pbx import Phone
from tests.unit.small_helpline import DIRECT, GENERAL, SmallHelpline
from tests.unit.virtual_time import run_virtual

Step = Callable[[Talking], Coroutine[Any, Any, None]]


async def _nothing(_talk: Talking) -> None:
    """Nothing happens while nobody is there."""


def _taken_over(before: Step, after: Step, away: Step = _nothing, dnis: str = GENERAL) -> None:
    """``before`` in one process, ``away`` while there is none, ``after`` in the next."""

    async def told() -> None:
        line = SmallHelpline(RULES)
        talk = await begun(line, OWNER if dnis == DIRECT else GENERALIST, dnis)
        await before(talk)
        await line.close()
        await away(talk)
        talk.line = SmallHelpline(RULES, before=line)
        await talk.line.pbx.session.link_up()
        await asyncio.sleep(1)
        await after(talk)
        assert talk.line.switchboard.defects == 0
        await talk.line.over()
        assert not talk.line.pbx.tones
        assert all(party.ended_at is not None for party in talk.line.store.rows.parties.values())

    run_virtual(told())


@pytest.mark.parametrize(
    ("wishes", "in_bridge"),
    [((), {"asker", "other"}), ((Swap(),), {"c1", "asker"}), ((Conference(),), {"c1", "asker", "other"})],
)
@pytest.mark.parametrize("dnis", [GENERAL, DIRECT])
def test_who_hears_whom_stays_and_the_call_is_handed_over(
    wishes: tuple[Wish, ...], in_bridge: set[str], dnis: str
) -> None:
    """R-XFER-2: aside, with the far end, together; of a queue's call as of a direct one."""

    async def before(talk: Talking) -> None:
        await talk.consults(MATE)
        for wish in wishes:
            await talk.does(wish)

    async def after(talk: Talking) -> None:
        names = {"asker": talk.leg, "other": talk.other_leg, "c1": "c1"}
        assert talk.line.pbx.talk() == {names[who] for who in in_bridge}
        assert talk.state(talk.asker)[0] is AgentState.ON_CALL
        for channel in {"c1", names["other"]} - talk.line.pbx.talk():
            assert talk.line.pbx.has_music(channel)
        await talk.line.switchboard.reconcile()
        other = talk.other_leg
        await talk.does(Complete())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", other)
        assert talk.line.call().agent_id == MATE

    _taken_over(before, after, dnis=dnis)


def test_swap_and_back_work_on() -> None:
    """R-XFER-2."""

    async def before(talk: Talking) -> None:
        await talk.consults()

    async def after(talk: Talking) -> None:
        await talk.does(Swap())
        assert talk.hear_each_other("c1", talk.leg)
        await talk.does(Swap())
        assert talk.hear_each_other(talk.leg, talk.other_leg)
        await talk.does(Back())
        await asyncio.sleep(0.1)
        assert talk.hear_each_other("c1", talk.leg)
        assert talk.state(OWNER)[0] is AgentState.AVAILABLE

    _taken_over(before, after)


def test_a_ringing_stops_and_the_asker_chooses_again() -> None:
    """R-XFER-2: nobody knows how long it has rung: no RONA, the caller on hold."""

    async def before(talk: Talking) -> None:
        talk.line.agent(OWNER, Phone("ring"))
        await talk.does(TO_OWNER)
        await asyncio.sleep(1)

    async def after(talk: Talking) -> None:
        assert (talk.state(GENERALIST)[0], talk.state(OWNER)[0]) == (AgentState.ON_HOLD, AgentState.AVAILABLE)
        assert talk.line.pbx.legs() == [talk.leg]
        assert talk.line.pbx.has_music("c1")
        await talk.does(Retrieve())
        assert talk.hear_each_other("c1", talk.leg)

    _taken_over(before, after)


def test_an_answer_while_nobody_was_there() -> None:
    """R-XFER-2: the two agents talk as soon as somebody can connect them."""

    async def before(talk: Talking) -> None:
        talk.line.agent(OWNER, Phone("ring"))
        await talk.does(TO_OWNER)
        await asyncio.sleep(1)

    async def away(talk: Talking) -> None:
        talk.line.pbx.picks_up(talk.other_leg)

    async def after(talk: Talking) -> None:
        assert talk.hear_each_other(talk.leg, talk.other_leg)
        assert (talk.state(GENERALIST)[0], talk.state(OWNER)[0]) == (AgentState.ON_CALL, AgentState.ON_CALL)

    _taken_over(before, after, away)


@pytest.mark.parametrize("dnis", [GENERAL, DIRECT])
def test_the_asker_hung_up_while_nobody_was_there(dnis: str) -> None:
    """R-XFER-2: the consulted has the call."""

    async def before(talk: Talking) -> None:
        await talk.consults(MATE)

    async def away(talk: Talking) -> None:
        talk.line.pbx.hangs_up(talk.leg)

    async def after(talk: Talking) -> None:
        assert talk.hear_each_other("c1", talk.line.pbx.legs()[0])
        assert talk.line.call().agent_id == MATE
        after = AgentState.AFTER_CALL_WORK if dnis == GENERAL else AgentState.AVAILABLE
        assert talk.state(talk.asker)[0] is after

    _taken_over(before, after, away, dnis)


def test_the_consulted_hung_up_while_nobody_was_there() -> None:
    """R-XFER-4: the asker is with the caller on hold."""

    async def before(talk: Talking) -> None:
        await talk.consults()

    async def away(talk: Talking) -> None:
        talk.line.pbx.hangs_up(talk.other_leg)

    async def after(talk: Talking) -> None:
        assert (talk.state(GENERALIST)[0], talk.state(OWNER)[0]) == (AgentState.ON_HOLD, AgentState.AVAILABLE)
        assert talk.line.pbx.has_music("c1")

    _taken_over(before, after, away)


def test_a_call_that_was_handed_over() -> None:
    """R-XFER-2: it is the new agent's; their phone lost, it waits again."""

    async def before(talk: Talking) -> None:
        await talk.consults()
        await talk.does(Complete())
        await asyncio.sleep(0.1)

    async def after(talk: Talking) -> None:
        (other,) = talk.line.pbx.legs()
        assert talk.hear_each_other("c1", other)
        await talk.does(Hold(), by=OWNER)
        assert talk.state(OWNER)[0] is AgentState.ON_HOLD
        await talk.does(Retrieve(), by=OWNER)
        talk.line.pbx.cuts(other)
        await talk.line.until_call(CallState.WAITING, limit_s=1)
        assert talk.state(OWNER) == (AgentState.NOT_READY, SystemReason.UNREACHABLE.value)

    _taken_over(before, after)


def test_a_number_outside_that_has_the_call() -> None:
    """R-XFER-2: caller and number talk on; the call ends with either."""

    async def before(talk: Talking) -> None:
        talk.line.pbx.phones[OUTSIDE_ENDPOINT] = Phone()
        await talk.does(Consult(Target("number", OUTSIDE), "x"))
        await talk.line.until(lambda: talk.line.pbx.talk() == {talk.leg, talk.line.pbx.legs()[-1]}, 5)
        await asyncio.sleep(0.1)
        await talk.does(Complete())
        await asyncio.sleep(0.1)

    async def after(talk: Talking) -> None:
        (other,) = talk.line.pbx.legs()
        assert talk.hear_each_other("c1", other)
        await talk.line.switchboard.reconcile()
        assert talk.line.call().state is CallState.TALKING
        talk.line.pbx.hangs_up(other)
        await talk.line.until_call(CallState.ENDED, limit_s=1)

    _taken_over(before, after)


def test_a_held_caller() -> None:
    """R-STATE-12: held by the service, with music, and taken back by the next process."""

    async def before(talk: Talking) -> None:
        await talk.does(Hold())

    async def after(talk: Talking) -> None:
        assert talk.line.pbx.has_music("c1")
        assert talk.state(talk.asker)[0] is AgentState.ON_HOLD
        await talk.does(Retrieve())
        assert talk.hear_each_other("c1", talk.leg)
        silence = [asked.method for asked in talk.line.pbx.asked if asked.path == f"channels/{talk.leg}/silence"]
        assert silence[-1] == "DELETE"

    for dnis in (GENERAL, DIRECT):
        _taken_over(before, after, dnis=dnis)
