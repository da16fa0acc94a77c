"""Answers, hang-ups and time-outs that meet: who came first has decided; each call ends once."""

from __future__ import annotations

import pytest

from ivr.acd import ledger, toolbar
from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged, CallChanged, CallEnd, CallState, OfferEnded, OfferState
from ivr.domain.ids import CallId, OfferId
from ivr.domain.routes import existing_case, general
from tests.unit.acd.world import (
    GENERALIST,
    GENERALIST_2,
    IDLE_LOGOUT_S,
    LIMITS,
    MATE,
    NAMES,
    OWNER,
    SEGMENT_MATE,
    World,
)

GENERAL = general(NAMES)
CASE = existing_case(NAMES, OWNER, "M1", "Maintenance")


def _ringing() -> tuple[World, CallId, OfferId]:
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    return world, call, world.offer(call)


def test_an_answer_puts_the_agent_on_the_call() -> None:
    """R-STATE-12: Reserved, answer → On call."""
    world, call, _ = _ringing()
    world.later(3)
    world.answers(call)
    assert (world.call(call).state, world.call(call).answered_at) == (CallState.TALKING, world.now)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.call_id, agent.deadline_at) == (AgentState.ON_CALL, call, None)


def test_answer_first_is_an_answered_call() -> None:
    """R-WAIT-6: then the hang-up ends it, and the agent is in After Call Work."""
    world, call, _ = _ringing()
    world.answers(call)
    assert world.ends(call) is CallEnd.ANSWERED
    assert world.agent(GENERALIST).state is AgentState.AFTER_CALL_WORK
    assert world.told(AgentChanged)[0].deadline_s == 600


def test_hang_up_first_is_an_abandoned_call() -> None:
    """R-WAIT-6, R-WAIT-5: the answer is only cleared up; the agent is Available with the idle time they had."""
    world, call, offer = _ringing()
    idle_since = world.agent(GENERALIST).idle_since
    world.later(5)
    assert world.ends(call) is CallEnd.ABANDONED_QUEUE
    assert world.told(OfferEnded)[0].state is OfferState.CALLER_GONE
    assert not world.run(ledger.answer_offer, offer, world.now)
    agent = world.agent(GENERALIST)
    assert (agent.state, agent.idle_since) == (AgentState.AVAILABLE, idle_since)


def test_after_an_abandoned_ringing_they_keep_their_turn() -> None:
    """R-WAIT-5, R-CASE-8."""
    world = World()
    world.available(GENERALIST, GENERALIST_2)
    world.ends(world.queues(GENERAL))
    assert world.rings(world.queues(GENERAL)) == GENERALIST


def test_an_abandoned_ringing_does_not_restart_the_idle_time() -> None:
    """R-STATE-6: the log-out comes 90 minutes after they became Available, by either name of that time."""
    world = World()
    world.available(GENERALIST)
    began = world.now
    world.later(1000)
    call = world.queues(GENERAL)
    world.later(9)
    world.ends(call)
    gone_s = (world.now - began).total_seconds()
    assert world.told(AgentChanged)[0].deadline_s == pytest.approx(IDLE_LOGOUT_S - gone_s)
    assert world.run(toolbar.idle_over, GENERALIST, began, world.now)
    assert world.agent(GENERALIST).state is AgentState.LOGGED_OUT


def test_the_idle_time_that_ran_out_while_ringing_ends_right_after_it() -> None:
    """R-STATE-6: reserved nobody is logged out; abandoned, the rest of the time is nought."""
    world = World()
    world.available(GENERALIST)
    began = world.now
    call = world.queues(GENERAL)
    world.later(IDLE_LOGOUT_S)
    assert not world.run(toolbar.idle_over, GENERALIST, began, world.now)
    assert world.rings(call) == GENERALIST
    world.ends(call)
    assert world.told(AgentChanged)[0].deadline_s == 0


def test_a_time_out_after_the_answer_changes_nothing() -> None:
    """R-WAIT-6: answer against the 15 s."""
    world, call, offer = _ringing()
    world.answers(call)
    before = world.store.rows
    assert not world.run(ledger.end_offer, offer, OfferState.NO_ANSWER, world.now, LIMITS)
    assert world.store.rows == before


def test_an_answer_after_the_time_out_changes_nothing() -> None:
    """R-WAIT-6: the 15 s against the answer."""
    world, call, offer = _ringing()
    world.is_not_answered(call)
    before = world.store.rows
    assert not world.run(ledger.answer_offer, offer, world.now)
    assert world.store.rows == before


def test_not_ready_against_the_answer() -> None:
    """R-WAIT-6: answered first, Not Ready is pending; Not Ready first, the answer is only cleared up."""
    world, call, offer = _ringing()
    world.ask(GENERALIST, AgentState.NOT_READY, "Break")
    assert not world.run(ledger.answer_offer, offer, world.now)
    assert (world.call(call).state, world.agent(GENERALIST).code) == (CallState.WAITING, "Break")
    world, call, offer = _ringing()
    world.answers(call)
    world.ask(GENERALIST, AgentState.NOT_READY, "Break")
    assert (world.agent(GENERALIST).state, world.agent(GENERALIST).pending_code) == (AgentState.ON_CALL, "Break")


def test_not_ready_while_ringing_is_no_redirect() -> None:
    """R-STATE-5, R-WAIT-1: the call is matched again as on arrival, and nobody is kept from it for that."""
    world = World()
    world.available(SEGMENT_MATE, MATE, OWNER)
    call = world.queues(CASE)
    world.ask(OWNER, AgentState.NOT_READY, "Break")
    assert world.rings(call) == MATE
    assert world.store.rows.rung == {}
    world.ask(MATE, AgentState.LOGGED_OUT)
    world.available(OWNER)
    assert world.rings(call) == SEGMENT_MATE
    world.ask(SEGMENT_MATE, AgentState.NOT_READY, "Break")
    assert world.rings(call) == OWNER


@pytest.mark.parametrize(
    ("end", "counted"),
    [
        (CallEnd.ABANDONED_MENU, CallEnd.ABANDONED_QUEUE),
        (CallEnd.CLOSED, CallEnd.CLOSED),
        (CallEnd.FAULT, CallEnd.FAULT),
    ],
)
def test_a_waiting_call_counts_by_where_it_stood(end: CallEnd, counted: CallEnd) -> None:
    """R-MI-3, R-LINE-5."""
    world = World()
    call = world.queues(GENERAL)
    assert world.ends(call, end) is counted


def test_a_call_that_never_waited_was_abandoned_in_the_menu() -> None:
    """R-MI-3."""
    world = World()
    assert world.ends(world.arrives()) is CallEnd.ABANDONED_MENU


def test_an_answered_call_counts_as_answered_whatever_ends_it() -> None:
    """R-MI-3: each call counts once."""
    world, call, _ = _ringing()
    world.answers(call)
    assert world.ends(call, CallEnd.FAULT) is CallEnd.ANSWERED


def test_a_call_ends_once() -> None:
    """Hang-ups of both sides, and a fault after them, are one end."""
    world, call, _ = _ringing()
    world.answers(call)
    assert world.ends(call) is CallEnd.ANSWERED
    assert world.ends(call, CallEnd.FAULT) is None
    assert world.told(CallChanged) == []
    assert [step for step, _ in world.journey(call)].count("ended") == 1


def test_who_is_freed_by_a_hang_up_gets_the_next_call() -> None:
    """Every transaction ends by matching."""
    world = World()
    world.available(GENERALIST)
    first, second = world.queues(GENERAL), world.queues(GENERAL)
    assert (world.rings(first), world.rings(second)) == (GENERALIST, None)
    world.ends(first)
    assert world.rings(second) == GENERALIST


def test_a_caller_whose_agents_phone_died_waits_again_with_their_place() -> None:
    """R-STATE-8: as on arrival, before calls that came later; the agent is Not Ready, Phone unreachable."""
    world = World()
    world.available(MATE)
    call = world.queues(CASE)
    place = world.call(call).first_waiting_at
    world.answers(call)
    world.later(300)
    later_call = world.queues(CASE)
    assert world.run(ledger.requeue, call, world.now, LIMITS)
    assert world.told(CallChanged)[0].overflow_in_s == 60
    assert (world.agent(MATE).state, world.agent(MATE).code) == (AgentState.NOT_READY, "Phone unreachable")
    assert (world.call(call).first_waiting_at, world.rings(call)) == (place, None)
    world.available(SEGMENT_MATE)
    assert (world.rings(call), world.rings(later_call)) == (SEGMENT_MATE, None)
    world.answers(call)
    assert world.ends(call) is CallEnd.ANSWERED


def test_a_requeued_call_goes_to_the_owner_who_is_free_now() -> None:
    """R-STATE-8: matched as on arrival."""
    world = World()
    world.available(MATE)
    call = world.queues(CASE)
    world.answers(call)
    world.available(SEGMENT_MATE, OWNER)
    world.run(ledger.requeue, call, world.now, LIMITS)
    assert world.rings(call) == OWNER


def test_a_requeued_call_that_hangs_up_was_answered() -> None:
    """R-MI-3: an agent talked with them; the journey tells the rest."""
    world, call, _ = _ringing()
    world.answers(call)
    world.run(ledger.requeue, call, world.now, LIMITS)
    assert world.ends(call) is CallEnd.ANSWERED
    assert "requeued" in [step for step, _ in world.journey(call)]


def test_a_requeued_call_that_had_overflowed_is_open_everywhere_at_once() -> None:
    """R-WAIT-1: reach never narrows."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(CASE)
    world.overflows(call)
    world.answers(call)
    world.available(GENERALIST_2)
    world.run(ledger.requeue, call, world.now, LIMITS)
    assert world.rings(call) == GENERALIST_2
    assert world.told(CallChanged)[0].overflow_in_s is None


def test_only_a_call_in_talk_is_requeued() -> None:
    """The phone's loss and the caller's hang-up may meet."""
    world, call, _ = _ringing()
    assert not world.run(ledger.requeue, call, world.now, LIMITS)
    world.ends(call)
    assert not world.run(ledger.requeue, call, world.now, LIMITS)
