"""What agents may ask for, and what the system does by itself."""

from __future__ import annotations

from ivr.acd import toolbar
from ivr.domain.agents import AgentState, Denied, Now, Pending
from ivr.domain.events import AgentChanged
from ivr.domain.ids import CallId
from ivr.domain.routes import general
from tests.unit.acd.world import GENERALIST, IDLE_LOGOUT_S, NAMES, World

GENERAL = general(NAMES)


def _talking() -> tuple[World, CallId]:
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    world.answers(call)
    return world, call


def _in_after_call_work() -> World:
    world, call = _talking()
    world.ends(call)
    return world


def _work_over(world: World) -> bool:
    return world.run(toolbar.work_over, GENERALIST, world.agent(GENERALIST).since, world.now, IDLE_LOGOUT_S)


def test_after_log_in_they_are_not_ready() -> None:
    """R-STATE-1: until Available is chosen; and on the phone they named."""
    world = World()
    world.log_in(GENERALIST)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.code, agent.endpoint) == (AgentState.NOT_READY, None, "PJSIP/7004")
    assert not world.run(toolbar.log_in, GENERALIST, "PJSIP/7005", world.now)
    assert world.agent(GENERALIST).endpoint == "PJSIP/7004"


def test_a_request_of_nobody_is_refused() -> None:
    """R-STATE-12: anything else is refused, with the reason."""
    world = World()
    assert world.ask(GENERALIST, AgentState.AVAILABLE) == Denied("log in first")
    assert isinstance(world.ask(type(GENERALIST)(99), AgentState.AVAILABLE), Denied)


def test_every_change_has_its_old_and_new_state_and_cause() -> None:
    """R-STATE-9."""
    world = World()
    world.log_in(GENERALIST)
    world.ask(GENERALIST, AgentState.NOT_READY, "Training")
    fact = world.store.rows.agent_facts[-1]
    assert (fact.before, fact.after, fact.code) == (AgentState.NOT_READY, AgentState.NOT_READY, "Training")
    assert (fact.cause, fact.at, fact.agent_id) == ("agent", world.now, GENERALIST)


def test_not_ready_during_a_call_is_pending_until_the_work_after_it_ends() -> None:
    """R-STATE-5: shown as pending; a later request replaces it."""
    world, call = _talking()
    assert world.ask(GENERALIST, AgentState.NOT_READY, "Lunch") == Pending()
    assert world.told(AgentChanged)[0].pending_code == "Lunch"
    assert world.ask(GENERALIST, AgentState.LOGGED_OUT) == Pending()
    world.ends(call)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.pending) == (AgentState.AFTER_CALL_WORK, AgentState.LOGGED_OUT)
    assert _work_over(world)
    assert world.agent(GENERALIST).state is AgentState.LOGGED_OUT


def test_after_call_work_runs_out_into_available() -> None:
    """R-STATE-4: after 10 minutes the system ends it, and the next call comes."""
    world = _in_after_call_work()
    call = world.queues(GENERAL)
    assert world.rings(call) is None
    world.later(600)
    assert _work_over(world)
    assert world.rings(call) == GENERALIST


def test_after_call_work_ends_when_they_say_so() -> None:
    """R-STATE-4; and what was pending is replaced by what they ask for now (R-STATE-5)."""
    world, call = _talking()
    world.ask(GENERALIST, AgentState.NOT_READY, "Lunch")
    world.ends(call)
    assert world.ask(GENERALIST, AgentState.AVAILABLE) == Now()
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.pending, agent.call_id) == (AgentState.AVAILABLE, None, None)


def test_the_end_of_an_earlier_after_call_work_does_nothing() -> None:
    """A deadline names the state it expects."""
    world = _in_after_call_work()
    since = world.agent(GENERALIST).since
    world.ask(GENERALIST, AgentState.AVAILABLE)
    world.later(1)
    call = world.queues(GENERAL)
    world.answers(call)
    world.ends(call)
    assert not world.run(toolbar.work_over, GENERALIST, since, world.now, IDLE_LOGOUT_S)
    assert world.agent(GENERALIST).state is AgentState.AFTER_CALL_WORK


def test_who_needs_longer_sets_clerical_work() -> None:
    """R-STATE-4."""
    world = _in_after_call_work()
    assert world.ask(GENERALIST, AgentState.NOT_READY, "Customer Related Clerical Work") == Now()
    assert world.agent(GENERALIST).deadline_at is None


def test_ninety_minutes_available_end_in_logged_out() -> None:
    """R-STATE-6."""
    world = World()
    world.available(GENERALIST)
    assert world.told(AgentChanged)[0].deadline_s == 90 * 60
    since = world.agent(GENERALIST).since
    world.later(90 * 60)
    assert world.run(toolbar.idle_over, GENERALIST, since, world.now)
    assert world.agent(GENERALIST).state is AgentState.LOGGED_OUT
    assert world.store.rows.agent_facts[-1].cause == "idle too long"


def test_a_not_ready_or_a_call_restarts_the_ninety_minutes() -> None:
    """R-STATE-6: continuously Available, with neither a call nor a Not Ready."""
    world = World()
    world.available(GENERALIST)
    since = world.agent(GENERALIST).since
    world.later(10)
    world.ask(GENERALIST, AgentState.NOT_READY, "Break")
    assert not world.run(toolbar.idle_over, GENERALIST, since, world.now)
    world.ask(GENERALIST, AgentState.AVAILABLE)
    assert not world.run(toolbar.idle_over, GENERALIST, since, world.now)
    assert world.told(AgentChanged) == []


def test_asking_for_available_twice_keeps_the_turn() -> None:
    """R-CASE-8: a second press is no new beginning."""
    world = World()
    world.available(GENERALIST)
    idle_since = world.agent(GENERALIST).idle_since
    world.later(60)
    world.ask(GENERALIST, AgentState.AVAILABLE)
    assert world.agent(GENERALIST).idle_since == idle_since


def test_a_lost_phone_makes_an_available_agent_not_ready() -> None:
    """R-STATE-8; other states are left to what ends the ringing or the call."""
    world = World()
    world.available(GENERALIST)
    assert world.run(toolbar.phone_lost, GENERALIST, world.now)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.code) == (AgentState.NOT_READY, "Phone unreachable")
    assert not world.run(toolbar.phone_lost, GENERALIST, world.now)


def test_hold_and_retrieve() -> None:
    """R-STATE-12: on hold is still their call, and what is pending stays."""
    world, call = _talking()
    world.ask(GENERALIST, AgentState.NOT_READY, "Lunch")
    assert world.run(toolbar.hold, GENERALIST, world.now)
    assert not world.run(toolbar.hold, GENERALIST, world.now)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.call_id, agent.pending_code) == (AgentState.ON_HOLD, call, "Lunch")
    assert world.run(toolbar.retrieve, GENERALIST, world.now)
    assert not world.run(toolbar.retrieve, GENERALIST, world.now)
    world.run(toolbar.hold, GENERALIST, world.now)
    world.ends(call)
    assert world.agent(GENERALIST).state is AgentState.AFTER_CALL_WORK


def test_available_cannot_be_chosen_during_a_call() -> None:
    """R-STATE-12."""
    world, _ = _talking()
    assert isinstance(world.ask(GENERALIST, AgentState.AVAILABLE), Denied)
    assert world.agent(GENERALIST).state is AgentState.ON_CALL
