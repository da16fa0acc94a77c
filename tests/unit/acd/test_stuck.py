"""Nobody stays stuck: what a fault has left behind is found and set free."""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.recovery import free_stuck_agents, stray_calls
from ivr.domain.agents import AgentState
from ivr.domain.events import CallState, OfferState
from ivr.domain.routes import general
from tests.unit.acd.world import GENERALIST, LIMITS, NAMES, World

GENERAL = general(NAMES)


def _freed(world: World) -> list[str]:
    stuck = world.store.transact(free_stuck_agents, world.now, LIMITS)
    return [agent.staff_number for agent in stuck]


def test_agents_whom_a_call_really_holds_are_left_alone() -> None:
    """R-STATE-12: ringing and talking are no faults."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    assert _freed(world) == []
    world.answers(call)
    assert _freed(world) == []
    assert world.agent(GENERALIST).state is AgentState.ON_CALL


def test_a_reserved_agent_whose_offer_is_over_is_available_again_with_their_idle_time() -> None:
    """R-RONA-1, R-WAIT-5: an offer that ended without telling the agent's row."""
    world = World()
    world.available(GENERALIST)
    idle_since = world.agent(GENERALIST).idle_since
    call = world.queues(GENERAL)
    rows = world.store.rows
    rows.offers[world.offer(call)] = replace(rows.offers[world.offer(call)], state=OfferState.CALLER_GONE)
    rows.calls[call] = replace(rows.calls[call], state=CallState.ENDED)
    assert _freed(world) == ["7004"]
    assert world.agent(GENERALIST).state is AgentState.AVAILABLE
    assert world.agent(GENERALIST).idle_since == idle_since


def test_an_agent_on_a_call_that_has_ended_is_in_after_call_work() -> None:
    """R-STATE-4: a call that ended without telling the agent's row."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    world.answers(call)
    world.store.rows.calls[call] = replace(world.call(call), state=CallState.ENDED)
    assert _freed(world) == ["7004"]
    assert world.agent(GENERALIST).state is AgentState.AFTER_CALL_WORK


def test_calls_that_no_task_carries_are_found() -> None:
    """Only calls of this node that have not ended, and that nobody carries."""
    world = World()
    ours, carried, over = world.arrives(), world.arrives(), world.arrives()
    world.ends(over)
    found = world.store.transact(stray_calls, "", {carried})
    assert [row.call_id for row in found] == [ours]
    assert world.store.transact(stray_calls, "another node", set()) == []
