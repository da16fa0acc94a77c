"""What a new process learns of passing states."""

from __future__ import annotations

from datetime import timedelta

from ivr.acd.restart import BlockEnds, IdleEnds, Overflows, PendingDeadline, WorkEnds, pending_deadlines
from ivr.domain.routes import general
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, NAMES, World

GENERAL = general(NAMES)


def _pending(world: World) -> list[PendingDeadline]:
    return world.run(pending_deadlines)


def test_an_available_agents_log_out_is_known() -> None:
    """R-STATE-6."""
    world = World()
    world.available(GENERALIST)
    at = world.now + timedelta(seconds=IDLE_LOGOUT_S)
    assert _pending(world) == [IdleEnds(GENERALIST, world.now, at)]


def test_a_waiting_call_overflows_and_a_ringing_one_too() -> None:
    """R-WAIT-1: offers included; a reserved agent's own end waits."""
    world = World()
    world.available(GENERALIST)
    first = world.queues(GENERAL)
    ringing_at = world.now + timedelta(seconds=60)
    second = world.queues(GENERAL)
    waiting_at = world.now + timedelta(seconds=60)
    assert _pending(world) == [Overflows(first, ringing_at), Overflows(second, waiting_at)]
    world.overflows(first)
    world.ends(second)
    assert _pending(world) == []


def test_after_call_work_and_the_minute_after_a_redirect_are_known() -> None:
    """R-STATE-4, R-RONA-2."""
    world = World()
    world.available(GENERALIST, GENERALIST_2)
    call = world.queues(GENERAL)
    world.is_not_answered(call)
    block = BlockEnds(call, GENERALIST, world.now + timedelta(seconds=60))
    assert block in _pending(world)
    world.answers(call)
    assert [kind for kind in _pending(world) if isinstance(kind, Overflows)] == []
    world.ends(call)
    assert _pending(world) == [WorkEnds(GENERALIST_2, world.now, world.now + timedelta(seconds=600))]
