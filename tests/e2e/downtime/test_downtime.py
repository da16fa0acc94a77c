"""The case system is down: a leader says so, callers key their reference once, a person sees what they keyed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.e2e.story import Agent, Story

JANE, BAKERIES = "120000000019", "340000000011"
EMPLOYERS = "03069990200"


@asynccontextmanager
async def _down(leader: Agent) -> AsyncIterator[None]:
    """Downtime, switched on and off over the API."""
    await _turn(leader, on=True)
    try:
        yield
    finally:
        await _turn(leader, on=False)


async def _turn(leader: Agent, *, on: bool) -> None:
    body = {"on": on, "why": "The case system is being updated."}
    async with leader._http.put("/api/switches/downtime", json=body, headers=leader._bearer) as reply:
        assert reply.status == 200, await reply.text()


async def _seen(agent: Agent) -> tuple[str, list[tuple[str, str, str]]]:
    """What opened on the agent's screen, and what it shows of what was keyed."""
    pop = await agent.call()
    assert pop is not None
    assert pop["client"] is pop["employer"] is None
    return pop["pop"], [(one["what"], one["outcome"], one["keyed"]) for one in pop["attempts"]]


async def test_callers_reach_a_person_with_what_they_keyed(story: Story) -> None:
    """R-MON-4: clients to GICH, not to their owner; employers to the employer segment, not to their account manager.

    Downtime over, the next caller is recognised again.
    """
    leader = await story.agent("7101", available=False)
    owner, gich = await story.agent("7001"), await story.agent("7008")
    manager, colleague = await story.agent("7010", available=False), await story.agent("7011")
    async with _down(leader):
        client = await (await story.call()).answered()
        await client.key("1" + JANE)
        await gich.rung()
        assert await _seen(gich) == ("blank", [("scin", "noted", JANE)])
        gich.phone.answer()
        await gich.is_in("on_call")
        employer = await (await story.call(EMPLOYERS)).answered()
        await employer.key(BAKERIES)
        await colleague.rung()
        assert await _seen(colleague) == ("blank", [("ern", "noted", BAKERIES)])
        colleague.phone.answer()
        await colleague.is_in("on_call")
        assert (owner.state, manager.state) == ("available", "not_ready")
        assert client.attempts() == [(1, "noted")]
        await client.hang_up()
        await employer.hang_up()
    after = await (await story.call()).answered()
    await after.key("1" + JANE)
    await owner.rung()
    pop = await owner.call()
    assert pop is not None
    assert pop["client"]["name"] == "Jane Example"
