"""Who hears whom through a snoop channel, on a real Asterisk: a team leader's ear on an agent's leg (R-MON-2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from ivr.errors import NotFound
from ivr.pbx.conf import PbxInstance
from ivr.pbx.handles import Bridge, Channel
from tests.e2e.earshot import they_hear
from tests.integration.ari_lab import LIMIT_S, Ends, Lab, asterisk, call_from_outside, lab

pytestmark = pytest.mark.e2e

ALL = {"caller": {"agent", "leader"}, "agent": {"caller", "leader"}, "leader": {"caller", "agent"}}
LISTENING = {"caller": {"agent"}, "agent": {"caller"}, "leader": {"caller", "agent"}}
WHISPERING = LISTENING | {"agent": {"caller", "leader"}}


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


async def _three(stack: AsyncExitStack, made: Lab) -> dict[str, Ends]:
    """Caller, agent and leader, all of them answered."""
    people = {}
    for name in ("caller", "agent", "leader"):
        people[name] = await stack.enter_async_context(call_from_outside(made))
        await people[name].channel.answer()
        await people[name].phone.answered(LIMIT_S)
    return people


async def _ear(made: Lab, agent: Channel, leader: Channel, bridge: Bridge, *, whispers: bool) -> Channel:
    snoop = await made.session.create_snoop(agent, f"leg-ear-{whispers}", whispers=whispers)
    assert await snoop.started(LIMIT_S)
    await bridge.add(snoop, leader)
    return snoop


async def test_listening_whispering_and_joining(pbx: PbxInstance) -> None:
    """R-MON-2: the caller hears a leader only once they have joined; one ear follows the other without a new ring."""
    async with lab(pbx) as made, AsyncExitStack() as stack:
        people = await _three(stack, made)
        phones = {name: ends.phone for name, ends in people.items()}
        caller, agent, leader = (ends.channel for ends in people.values())
        talk, ear = await made.session.create_bridge(), await made.session.create_bridge()
        await talk.add(caller, agent)
        listening = await _ear(made, agent, leader, ear, whispers=False)
        await they_hear(phones, LISTENING)
        whispering = await _ear(made, agent, leader, ear, whispers=True)
        await listening.hang_up()
        await they_hear(phones, WHISPERING)
        await talk.remove(caller)
        await agent.start_silence()
        await they_hear(phones, {"caller": set(), "agent": {"leader"}, "leader": {"agent"}})
        await agent.stop_silence()
        await talk.add(caller)
        await they_hear(phones, WHISPERING)
        await ear.remove(leader)
        await talk.add(leader)
        await whispering.hang_up()
        await they_hear(phones, ALL)
        await talk.destroy()
        await ear.destroy()
        assert listening.destroyed.is_set() or await listening.until(lambda: listening.is_gone, LIMIT_S)


async def test_an_ear_ends_with_whom_it_hears(pbx: PbxInstance) -> None:
    """R-MON-2: nothing is left of it; and nobody who has gone can be listened to."""
    async with lab(pbx) as made, AsyncExitStack() as stack:
        people = await _three(stack, made)
        _caller, agent, leader = (ends.channel for ends in people.values())
        ear = await made.session.create_bridge()
        snoop = await _ear(made, agent, leader, ear, whispers=False)
        await people["agent"].phone.hang_up()
        await asyncio.wait_for(snoop.destroyed.wait(), LIMIT_S)
        with pytest.raises(NotFound):
            await made.session.create_snoop(agent, "leg-ear-2", whispers=False)
        assert made.session.channel("leg-ear-2") is None
        await ear.destroy()
