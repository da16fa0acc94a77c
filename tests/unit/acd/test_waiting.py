"""Who is offered which call, and when a call's reach widens."""

from __future__ import annotations

import pytest

from ivr.acd import ledger
from ivr.domain.agents import AgentState
from ivr.domain.events import CallChanged, CallEnd, CallState
from ivr.domain.ids import AgentId
from ivr.domain.routes import (
    Route,
    date_of_birth_failed,
    employer,
    existing_case,
    general,
    new_application,
    segment_scope,
    third_party,
    welsh,
)
from tests.unit.acd.world import (
    APPLICATIONS,
    GENERALIST,
    GENERALIST_2,
    LIMITS,
    MATE,
    NAMES,
    OWNER,
    PAYROLL,
    SEGMENT_MATE,
    THIRD_MATE,
    THIRD_PARTY,
    WELSH,
    World,
)

CASE = existing_case(NAMES, OWNER, "M1", "Maintenance")
"""A call about a case that the owner owns, in team M1 of Maintenance."""


def test_the_owner_gets_their_case_though_others_are_free_longer() -> None:
    """R-CASE-2: a call about an open case goes to its owner if available."""
    world = World()
    world.available(SEGMENT_MATE, MATE, OWNER)
    call = world.queues(CASE)
    assert world.rings(call) == OWNER
    assert world.open(call) == ["agent:1"]


def test_the_owning_team_comes_before_its_segment() -> None:
    """R-CASE-2, R-WAIT-1: scopes are opened in order until one has somebody Available."""
    world = World()
    world.available(GENERALIST, SEGMENT_MATE, MATE)
    call = world.queues(CASE)
    assert world.rings(call) == MATE
    assert world.open(call) == ["agent:1", "team:M1"]


def test_the_segment_comes_last_and_gich_not_at_all() -> None:
    """R-WAIT-1: what is added by overflow is not tried on arrival."""
    world = World()
    world.available(GENERALIST, SEGMENT_MATE)
    call = world.queues(CASE)
    assert world.rings(call) == SEGMENT_MATE
    other = world.queues(CASE)
    assert world.rings(other) is None
    assert world.open(other) == ["agent:1", "team:M1", "segment:Maintenance"]
    assert world.agent(GENERALIST).state is AgentState.AVAILABLE


def test_next_available_is_the_one_available_longest() -> None:
    """R-CASE-8."""
    world = World()
    world.available(THIRD_MATE, MATE)
    world.later(5)
    assert world.rings(world.queues(CASE)) == THIRD_MATE
    assert world.rings(world.queues(CASE)) == MATE


@pytest.mark.parametrize(
    ("route", "free", "expected"),
    [
        (general(NAMES), [SEGMENT_MATE, GENERALIST], GENERALIST),
        (new_application(NAMES), [GENERALIST, APPLICATIONS], APPLICATIONS),
        (new_application(NAMES), [GENERALIST], GENERALIST),
        (third_party(NAMES), [GENERALIST, THIRD_PARTY], THIRD_PARTY),
        (third_party(NAMES), [GENERALIST], GENERALIST),
        (date_of_birth_failed(NAMES, "Maintenance"), [GENERALIST, SEGMENT_MATE], SEGMENT_MATE),
        (welsh(NAMES, staffed=True), [GENERALIST, WELSH], WELSH),
        (welsh(NAMES, staffed=False), [GENERALIST], GENERALIST),
        (employer(NAMES, PAYROLL), [GENERALIST, PAYROLL], PAYROLL),
        (employer(NAMES, None), [PAYROLL], PAYROLL),
    ],
)
def test_each_kind_of_call_is_tried_where_the_table_says(route: Route, free: list[AgentId], expected: AgentId) -> None:
    """R-WAIT-1's table, the middle column."""
    world = World()
    world.available(*free)
    assert world.rings(world.queues(route)) == expected


@pytest.mark.parametrize("route", [employer(NAMES, None), welsh(NAMES, staffed=True)])
def test_employers_and_staffed_welsh_never_reach_gich(route: Route) -> None:
    """R-EMP-2, R-WAIT-1: nothing is added for them."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(route)
    world.overflows(call)
    assert world.rings(call) is None


def test_a_scope_counts_once_in_a_route() -> None:
    """A case whose segment is GICH has GICH once, and it is tried on arrival."""
    world = World()
    call = world.queues(existing_case(NAMES, None, "G1", "GICH"))
    assert world.open(call) == ["team:G1", "segment:GICH"]


def test_overflow_opens_everything() -> None:
    """R-WAIT-1: 60 s after it entered the queue every scope and the added ones are open."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(CASE)
    assert world.told(CallChanged)[0].overflow_in_s == 60
    world.later(60)
    world.overflows(call)
    assert world.rings(call) == GENERALIST
    assert world.open(call) == ["agent:1", "team:M1", "segment:Maintenance", "segment:GICH"]
    assert ("overflowed", {}) in world.journey(call)


def test_an_overflow_while_an_agent_rings_waits_for_that_offers_end() -> None:
    """R-WAIT-1, docs/acd.md: a ringing offer is never withdrawn for a better one."""
    world = World()
    world.available(MATE)
    call = world.queues(CASE)
    world.available(GENERALIST)
    world.overflows(call)
    assert world.rings(call) == MATE
    assert "overflowed" not in [step for step, _ in world.journey(call)]
    world.is_not_answered(call)
    assert world.rings(call) == GENERALIST
    assert "segment:GICH" in world.open(call)
    assert "overflowed" in [step for step, _ in world.journey(call)]


def test_an_overflow_after_the_answer_or_the_end_does_nothing() -> None:
    """A deadline that has been overtaken names a state that is no more."""
    world = World()
    world.available(MATE)
    call = world.queues(CASE)
    world.answers(call)
    before = world.store.rows
    world.overflows(call)
    assert world.store.rows == before
    world.ends(call)
    before = world.store.rows
    world.overflows(call)
    assert world.store.rows == before


def test_a_ringing_offer_is_not_withdrawn_when_the_owner_becomes_free() -> None:
    """R-WAIT-1."""
    world = World()
    world.available(MATE)
    call = world.queues(CASE)
    world.available(OWNER)
    assert world.rings(call) == MATE
    assert world.agent(OWNER).state is AgentState.AVAILABLE


def test_who_becomes_available_gets_the_call_that_waits_longest() -> None:
    """R-WAIT-4, R-WAIT-1: nobody is overtaken."""
    world = World()
    first, second = world.queues(general(NAMES)), world.queues(general(NAMES))
    world.available(GENERALIST)
    assert (world.rings(first), world.rings(second)) == (GENERALIST, None)
    world.available(GENERALIST_2)
    assert world.rings(second) == GENERALIST_2


def test_who_becomes_available_gets_their_own_case_first() -> None:
    """R-WAIT-4: own-case calls come before longer waiting ones."""
    world = World()
    older = world.queues(existing_case(NAMES, None, "M1", "Maintenance"))
    own = world.queues(CASE)
    world.available(OWNER)
    assert (world.rings(older), world.rings(own)) == (None, OWNER)
    assert world.rings(older) is None


def test_of_two_own_cases_the_longer_waiting_comes_first() -> None:
    """R-WAIT-4."""
    world = World()
    first, second = world.queues(CASE), world.queues(CASE)
    world.available(OWNER)
    assert (world.rings(first), world.rings(second)) == (OWNER, None)


def test_an_account_manager_is_offered_their_employers_first() -> None:
    """R-WAIT-4, R-EMP-1."""
    world = World()
    older, own = world.queues(employer(NAMES, None)), world.queues(employer(NAMES, PAYROLL))
    world.available(PAYROLL)
    assert (world.rings(older), world.rings(own)) == (None, PAYROLL)


def test_only_available_agents_are_offered_calls() -> None:
    """R-STATE-3."""
    world = World()
    world.log_in(GENERALIST)
    call = world.queues(general(NAMES))
    assert world.rings(call) is None
    world.ask(GENERALIST, AgentState.NOT_READY, "Lunch")
    assert world.rings(call) is None
    world.ask(GENERALIST, AgentState.AVAILABLE)
    assert world.rings(call) == GENERALIST


def test_a_call_that_is_not_in_the_menu_does_not_queue_twice() -> None:
    """The caller may have hung up, or the step may come twice."""
    world = World()
    call = world.queues(general(NAMES))
    assert not world.run(ledger.enqueue, call, general(NAMES), world.now, LIMITS)
    world.ends(call)
    assert not world.run(ledger.enqueue, call, general(NAMES), world.now, LIMITS)
    assert world.call(call).end is CallEnd.ABANDONED_QUEUE


def test_a_welsh_call_reaches_gich_once_the_unit_is_not_staffed_any_more() -> None:
    """R-MENU-5: while no agent of the unit is logged in, GICH is added at once."""
    world = World()
    world.log_in(WELSH)
    world.available(GENERALIST)
    call = world.queues(welsh(NAMES, staffed=True))
    unit, gich = segment_scope("Welsh"), segment_scope("GICH")
    assert world.run(ledger.reinforce, unit, gich, world.now) == 0
    assert world.rings(call) is None
    world.ask(WELSH, AgentState.LOGGED_OUT)
    assert world.run(ledger.reinforce, unit, gich, world.now) == 1
    assert world.rings(call) == GENERALIST


def test_a_sweep_finds_nothing() -> None:
    """Every transaction leaves nothing to match; what a sweep finds is a defect."""
    world = World()
    world.available(GENERALIST)
    world.queues(general(NAMES))
    world.queues(CASE)
    assert world.run(ledger.sweep, world.now) == 0


def test_a_sweep_matches_what_was_missed() -> None:
    """A pair that nothing matched (here: rows put there by hand) is found and counted."""
    world = World()
    call = world.queues(general(NAMES))
    rows = world.store.rows
    world.log_in(GENERALIST)
    world.store.transact(
        lambda tx: tx.move_agent(GENERALIST, AgentState.NOT_READY, state=AgentState.AVAILABLE, idle_since=world.now)
    )
    assert rows is not world.store.rows
    assert world.store.transact(ledger.sweep, world.now) == 1
    assert world.rings(call) == GENERALIST
    assert world.call(call).state is CallState.RINGING
