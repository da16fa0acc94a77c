"""Direct calls in the rows: who is Reserved, what an answer makes of whom, what comes after (R-LINE-4, R-STATE-4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings

from ivr.acd import ledger, toolbar
from ivr.acd.direct import phones_of
from ivr.acd.recovery import free_stuck_agents
from ivr.domain.agents import AgentState, Pending, SystemReason
from ivr.domain.events import AgentChanged, CallEnd, CallState, OfferEnded, OfferState
from ivr.domain.ids import CallId
from ivr.domain.routes import general
from ivr.store.memory import MemoryStore
from tests.unit.acd.before import Before
from tests.unit.acd.happenings import Happening, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, LIMITS, NAMES, OWNER, World, staff_rows

GENERAL = general(NAMES)
LEADER, DEPUTY = GENERALIST, OWNER
AVAILABLE, RESERVED, ON_CALL = AgentState.AVAILABLE, AgentState.RESERVED, AgentState.ON_CALL
NOT_READY, LOGGED_OUT, WORK = AgentState.NOT_READY, AgentState.LOGGED_OUT, AgentState.AFTER_CALL_WORK


def _talks(world: World) -> CallId:
    """The leader talks on a queue call."""
    world.available(LEADER)
    call = world.queues(GENERAL)
    world.answers(call)
    return call


# --- ringing --------------------------------------------------------------------------------------------------------


def test_who_is_available_is_reserved_and_gets_no_queue_call_meanwhile() -> None:
    """R-LINE-4, R-STATE-3."""
    world = World()
    world.available(LEADER)
    direct = world.dials_directly(LEADER)
    leader = world.agent(LEADER)
    assert (leader.state, leader.call_id, leader.offer_id) == (RESERVED, direct, None)
    call = world.queues(GENERAL)
    assert world.call(call).state is CallState.WAITING


@pytest.mark.parametrize(
    "outcome", [OfferState.NO_ANSWER, OfferState.BUSY, OfferState.REJECTED, OfferState.UNREACHABLE]
)
def test_unanswered_is_available_again_with_the_idle_time_and_no_rona(outcome: OfferState) -> None:
    """R-LINE-4: Available again with their idle time and its end, never Not Ready; who waits comes to them at once."""
    world = World()
    world.available(LEADER)
    before = world.agent(LEADER)
    direct = world.dials_directly(LEADER)
    assert world.is_not_answered_directly(direct, LEADER, outcome)
    after = world.agent(LEADER)
    assert (after.state, after.idle_since, after.deadline_at) == (AVAILABLE, before.idle_since, before.deadline_at)
    world.rings_directly(direct, LEADER)
    call = world.queues(GENERAL)
    world.is_not_answered_directly(direct, LEADER, outcome)
    assert world.rings(call) == LEADER
    steps = [step for step, _data in world.journey(direct)]
    assert steps == ["arrived", "rings", "rang", "rings", "rang"]


def test_whoever_is_not_available_keeps_their_state_while_it_rings() -> None:
    """R-LINE-4: whatever their state. Their desk is told to look all the same."""
    world = World()
    world.log_in(LEADER)
    world.ask(LEADER, NOT_READY, "Coaching")
    before = world.agent(LEADER)
    direct = world.dials_directly(LEADER, DEPUTY)
    assert world.told(AgentChanged)
    assert (world.agent(LEADER), world.agent(DEPUTY).state) == (before, LOGGED_OUT)
    assert world.is_not_answered_directly(direct, LEADER)
    assert world.agent(LEADER) == before


def test_two_direct_calls_ring_one_person_who_stays_reserved_until_both_have_ended() -> None:
    """R-LINE-4: reserved for as long as any of them rings."""
    world = World()
    world.available(LEADER)
    idle_since = world.agent(LEADER).idle_since
    first, second = world.dials_directly(LEADER), world.dials_directly(LEADER)
    world.is_not_answered_directly(first, LEADER)
    assert (world.agent(LEADER).state, world.agent(LEADER).call_id) == (RESERVED, second)
    world.ends(second)
    assert (world.agent(LEADER).state, world.agent(LEADER).idle_since) == (AVAILABLE, idle_since)


def test_who_becomes_available_while_it_rings_is_reserved() -> None:
    """R-LINE-4: chosen during the ringing, or after work that runs out during it."""
    world = World()
    world.log_in(LEADER)
    direct = world.dials_directly(LEADER)
    world.ask(LEADER, AVAILABLE)
    assert world.agent(LEADER).state is RESERVED
    world.ends(direct)
    assert world.agent(LEADER).state is AVAILABLE


@pytest.mark.parametrize("state", [NOT_READY, LOGGED_OUT])
def test_asked_while_it_rings_takes_effect_at_once_and_the_phone_goes_on_ringing(state: AgentState) -> None:
    """R-STATE-5: and answered after all, that is what they go back to."""
    world = World()
    world.available(LEADER)
    direct = world.dials_directly(LEADER)
    world.ask(LEADER, state, "Lunch" if state is NOT_READY else None)
    assert world.agent(LEADER).state is state
    assert world.ring_of(direct, LEADER).state is OfferState.RINGING
    assert world.answers_directly(direct, LEADER)
    world.ends(direct)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (state, "Lunch" if state is NOT_READY else None)


def test_the_caller_goes_and_everybody_is_as_before() -> None:
    """R-LINE-4, R-WAIT-5, R-MI-3: abandoned, before any queue."""
    world = World()
    world.available(LEADER)
    idle_since = world.agent(LEADER).idle_since
    direct = world.dials_directly(LEADER, DEPUTY)
    assert world.ends(direct) is CallEnd.ABANDONED_MENU
    assert (world.agent(LEADER).state, world.agent(LEADER).idle_since) == (AVAILABLE, idle_since)
    assert not world.answers_directly(direct, LEADER)
    assert {ring.state for ring in world.store.rows.direct_rings.values()} == {OfferState.CALLER_GONE}


def test_what_is_dialled_is_the_phone_chosen_at_log_in_or_each_of_who_is_logged_out() -> None:
    """R-LINE-4: also while they talk on a direct call that they answered Logged out."""
    world = World()
    world.run(toolbar.log_in, LEADER, "PJSIP/7004-web", world.now)
    assert phones_of(world.agent(LEADER)) == ("PJSIP/7004-web",)
    world.ask(LEADER, LOGGED_OUT)
    direct = world.dials_directly(LEADER)
    rings = [ring for ring in world.store.rows.direct_rings.values() if ring.call_id == direct]
    assert {ring.endpoint for ring in rings} == {"PJSIP/7004", "PJSIP/7004-web"}
    world.answers_directly(direct, LEADER)
    assert phones_of(world.agent(LEADER)) == ("PJSIP/7004", "PJSIP/7004-web")


# --- answered -------------------------------------------------------------------------------------------------------


def test_the_first_answer_decides_and_the_other_is_free() -> None:
    """R-LINE-4, R-WAIT-6."""
    world = World()
    world.available(LEADER, DEPUTY)
    idle_since = world.agent(LEADER).idle_since
    direct = world.dials_directly(LEADER, DEPUTY)
    assert world.answers_directly(direct, DEPUTY)
    assert not world.answers_directly(direct, LEADER)
    assert (world.agent(LEADER).state, world.agent(LEADER).idle_since) == (AVAILABLE, idle_since)
    assert (world.agent(DEPUTY).state, world.agent(DEPUTY).call_id) == (ON_CALL, direct)
    assert world.ends(direct) is CallEnd.ANSWERED


def test_available_leads_back_to_available_anew() -> None:
    """R-STATE-4, R-STATE-6, R-CASE-8: last in the order, and with the whole idle time."""
    world = World()
    world.available(LEADER, GENERALIST_2)
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    world.later(100)
    world.ends(direct)
    leader = world.agent(LEADER)
    assert (leader.state, leader.idle_since) == (AVAILABLE, world.now)
    assert leader.deadline_at == world.now + timedelta(seconds=IDLE_LOGOUT_S)
    assert world.rings(world.queues(GENERAL)) == GENERALIST_2


def test_not_ready_leads_back_to_its_code() -> None:
    """R-STATE-4."""
    world = World()
    world.log_in(LEADER)
    world.ask(LEADER, NOT_READY, "Coaching")
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (ON_CALL, None)
    world.later(60)
    world.ends(direct)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (NOT_READY, "Coaching")


def test_logged_out_leads_back_to_logged_out_or_to_the_log_in_of_meanwhile() -> None:
    """R-STATE-4, R-STATE-1."""
    world = World()
    for logs_in in (False, True):
        direct = world.dials_directly(LEADER)
        world.answers_directly(direct, LEADER)
        if logs_in:
            assert world.run(toolbar.log_in, LEADER, "PJSIP/7004-web", world.now)
            assert world.agent(LEADER).state is ON_CALL
        world.ends(direct)
        assert world.agent(LEADER).state is (NOT_READY if logs_in else LOGGED_OUT)
    assert world.agent(LEADER).endpoint == "PJSIP/7004-web"


def test_after_call_work_goes_on_with_what_was_left_and_what_was_asked() -> None:
    """R-STATE-4, R-STATE-5: 600 s, of which 100 were over; Lunch was asked for during the queue's call."""
    world = World()
    call = _talks(world)
    world.ask(LEADER, NOT_READY, "Lunch")
    world.ends(call)
    world.later(98)
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    world.later(1000)
    world.ends(direct)
    leader = world.agent(LEADER)
    assert (leader.state, leader.call_id, leader.pending) == (WORK, call, NOT_READY)
    assert leader.deadline_at == world.now + timedelta(seconds=500)
    assert world.run(toolbar.work_over, LEADER, leader.since, world.now, IDLE_LOGOUT_S)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (NOT_READY, "Lunch")


def test_what_is_asked_during_a_direct_call_replaces_the_state_before() -> None:
    """R-STATE-5: a direct call has no After Call Work, so it takes effect when the call ends."""
    world = World()
    world.available(LEADER)
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    assert world.ask(LEADER, NOT_READY, "Training") == Pending()
    world.ends(direct)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (NOT_READY, "Training")


def test_an_offer_that_rings_too_goes_to_somebody_else() -> None:
    """R-LINE-4: withdrawn and matched again as on arrival, no RONA; then back to Available."""
    world = World()
    world.available(LEADER, GENERALIST_2)
    call = world.queues(GENERAL)
    offer = world.offer(call)
    direct = world.dials_directly(LEADER)
    assert world.agent(LEADER).offer_id == offer
    assert world.answers_directly(direct, LEADER)
    assert [(told.offer_id, told.state) for told in world.told(OfferEnded)] == [(offer, OfferState.WITHDRAWN)]
    assert world.rings(call) == GENERALIST_2
    world.ends(direct)
    assert world.agent(LEADER).state is AVAILABLE
    assert not world.store.rows.rung


def test_the_queues_offer_may_be_answered_while_a_direct_call_rings() -> None:
    """R-LINE-4: the direct one rings on, as a second call."""
    world = World()
    world.available(LEADER)
    call = world.queues(GENERAL)
    direct = world.dials_directly(LEADER)
    world.answers(call)
    assert world.agent(LEADER).call_id == call
    assert world.ring_of(direct, LEADER).state is OfferState.RINGING
    world.ends(direct)
    assert (world.agent(LEADER).state, world.agent(LEADER).call_id) == (ON_CALL, call)


# --- beside another call --------------------------------------------------------------------------------------------


def test_beside_a_queue_call_that_lasts_longer_nothing_changes() -> None:
    """R-LINE-4: a second call; the row stays with the queue's."""
    world = World()
    call = _talks(world)
    before = world.agent(LEADER)
    direct = world.dials_directly(LEADER)
    assert world.answers_directly(direct, LEADER)
    assert world.agent(LEADER) == before
    assert (world.call(direct).state, world.call(direct).agent_id) == (CallState.TALKING, LEADER)
    world.ends(direct)
    assert world.agent(LEADER) == before
    world.ends(call)
    assert world.agent(LEADER).state is WORK


def test_beside_a_queue_call_that_ends_first_work_follows_whole() -> None:
    """R-STATE-4, R-STATE-5: On call with the direct one, then all of the After Call Work, then what was asked for."""
    world = World()
    call = _talks(world)
    since = world.agent(LEADER).since
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    world.ask(LEADER, LOGGED_OUT)
    world.ends(call)
    assert (world.agent(LEADER).state, world.agent(LEADER).since) == (ON_CALL, since)
    assert world.agent(LEADER).call_id == direct
    world.later(50)
    world.ends(direct)
    leader = world.agent(LEADER)
    assert (leader.state, leader.call_id, leader.pending) == (WORK, call, LOGGED_OUT)
    assert leader.deadline_at == world.now + timedelta(seconds=LIMITS.after_call_work_s)


def test_the_queues_caller_on_hold_ends_and_the_agent_is_on_call_with_the_direct_one() -> None:
    """R-STATE-12."""
    world = World()
    call = _talks(world)
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    world.run(toolbar.hold, LEADER, world.now)
    world.ends(call)
    assert (world.agent(LEADER).state, world.agent(LEADER).call_id) == (ON_CALL, direct)


def test_two_direct_calls_and_the_state_before_them() -> None:
    """R-STATE-4: whichever ends first, Not Ready with its code comes after the second."""
    for last in (0, 1):
        world = World()
        world.log_in(LEADER)
        world.ask(LEADER, NOT_READY, "Coaching")
        calls = [world.dials_directly(LEADER), world.dials_directly(LEADER)]
        for call in calls:
            assert world.answers_directly(call, LEADER)
        world.ends(calls[1 - last])
        assert (world.agent(LEADER).state, world.agent(LEADER).call_id) == (ON_CALL, calls[last])
        world.ends(calls[last])
        assert (world.agent(LEADER).state, world.agent(LEADER).code) == (NOT_READY, "Coaching")


def test_the_phone_lost_in_the_queues_talk_counts_when_the_direct_one_ends() -> None:
    """R-STATE-8: the queue's caller waits again at once."""
    world = World()
    call = _talks(world)
    direct = world.dials_directly(LEADER)
    world.answers_directly(direct, LEADER)
    assert world.run(ledger.requeue, call, world.now, LIMITS)
    assert not world.run(ledger.requeue, direct, world.now, LIMITS)
    assert world.agent(LEADER).call_id == direct
    world.ends(direct)
    assert (world.agent(LEADER).state, world.agent(LEADER).code) == (NOT_READY, SystemReason.UNREACHABLE)


def test_a_ringing_that_nobody_follows_ends_with_the_next_of_the_same_phone() -> None:
    """R-LINE-4: nobody stays Reserved for a ringing that a process on its way out has begun."""
    world = World()
    world.available(LEADER)
    direct = world.dials_directly(LEADER)
    left = world.ring_of(direct, LEADER)
    world.later(5)
    world.rings_directly(direct, LEADER)
    assert world.store.rows.direct_rings[left.ring_id].state is OfferState.WITHDRAWN
    world.is_not_answered_directly(direct, LEADER)
    assert world.agent(LEADER).state is AVAILABLE


# --- nobody stuck ---------------------------------------------------------------------------------------------------


def test_whom_a_direct_call_holds_is_not_stuck() -> None:
    """R-LINE-4: Reserved and On call by a direct call are no faults."""
    world = World()
    world.available(LEADER)
    direct = world.dials_directly(LEADER)
    assert world.run(free_stuck_agents, world.now, LIMITS) == []
    world.answers_directly(direct, LEADER)
    assert world.run(free_stuck_agents, world.now, LIMITS) == []


@given(happenings)
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.generate])
def test_every_direct_call_leads_back(day: list[Happening]) -> None:
    """R-STATE-4: whatever else happens meanwhile: the state before, or what was asked for during the call."""
    store = MemoryStore()
    store.rows.agents = {row.agent_id: row for row in staff_rows()}
    noted = Before()
    with numbered_offers():
        for happening, now in zip(day, times(day), strict=True):
            before = store.rows
            store.transact(step_of(happening, before, now))
            noted.look(happening.kind, before, store.rows)
    assert store.transact(free_stuck_agents, times(day)[-1], LIMITS) == []
