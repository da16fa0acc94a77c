"""An agent who does not answer: where the call goes, and when they are offered it again."""

from __future__ import annotations

import pytest

from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged, BlockSet, OfferEnded, OfferState
from ivr.domain.ids import AgentId
from ivr.domain.routes import Route, date_of_birth_failed, existing_case, general, new_application
from tests.unit.acd.world import (
    APPLICATIONS,
    GENERALIST,
    GENERALIST_2,
    MATE,
    NAMES,
    OWNER,
    SEGMENT_MATE,
    THIRD_MATE,
    World,
)

CASE = existing_case(NAMES, OWNER, "M1", "Maintenance")
GENERAL = general(NAMES)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (OfferState.NO_ANSWER, "Redirect on no answer"),
        (OfferState.BUSY, "Redirect on no answer"),
        (OfferState.REJECTED, "Redirect on no answer"),
        (OfferState.UNREACHABLE, "Phone unreachable"),
    ],
)
def test_who_does_not_answer_is_not_ready_for_the_systems_reason(outcome: OfferState, reason: str) -> None:
    """R-RONA-2, R-RONA-3: and they must make themselves Available."""
    world = World()
    world.available(OWNER)
    call = world.queues(CASE)
    world.is_not_answered(call, outcome)
    assert (world.agent(OWNER).state, world.agent(OWNER).code) == (AgentState.NOT_READY, reason)
    assert world.rings(call) is None
    assert world.told(OfferEnded)[0].state is outcome


def test_the_call_goes_to_its_next_scope() -> None:
    """R-RONA-2: owner, then team, then segment, then GICH, which opens at once behind the last."""
    world = World()
    world.available(GENERALIST, SEGMENT_MATE, MATE, OWNER)
    call = world.queues(CASE)
    rang = [world.is_not_answered(call) for _ in range(4)]
    assert rang == [OWNER, MATE, SEGMENT_MATE, GENERALIST]
    assert world.open(call) == ["agent:1", "team:M1", "segment:Maintenance", "segment:GICH"]
    assert world.rings(call) is None


def test_scopes_behind_come_before_the_one_that_rang() -> None:
    """R-WAIT-1: for the match that follows a RONA, so the segment's longest idle gets it, not the team's next."""
    world = World()
    world.available(THIRD_MATE, MATE, SEGMENT_MATE)
    world.ask(THIRD_MATE, AgentState.NOT_READY, "Break")
    world.later(1)
    world.available(THIRD_MATE)
    call = world.queues(CASE)
    assert world.rings(call) == MATE
    world.is_not_answered(call)
    assert world.rings(call) == SEGMENT_MATE


def test_the_owner_who_became_free_meanwhile_comes_first_after_a_redirect() -> None:
    """R-WAIT-1: except that an Available owner who has not rung for it comes first."""
    world = World()
    world.available(MATE, SEGMENT_MATE)
    call = world.queues(CASE)
    assert world.rings(call) == MATE
    world.available(OWNER)
    world.is_not_answered(call)
    assert world.rings(call) == OWNER


def test_the_owner_who_has_rung_does_not_come_first_again() -> None:
    """R-WAIT-1, R-RONA-2: the exception is for who has not rung; they are behind everybody who has not."""
    world = World()
    world.available(OWNER, MATE)
    call = world.queues(CASE)
    world.is_not_answered(call)
    assert world.rings(call) == MATE
    world.available(OWNER, SEGMENT_MATE)
    world.later(60)
    world.unblocks(call, OWNER)
    world.is_not_answered(call)
    assert world.rings(call) == SEGMENT_MATE


def test_with_nobody_behind_it_waits_without_gich() -> None:
    """R-WAIT-1: the added column opens by RONA only behind the last scope; else by overflow."""
    world = World()
    world.available(GENERALIST, OWNER)
    call = world.queues(CASE)
    world.is_not_answered(call)
    assert world.rings(call) is None
    assert world.open(call) == ["agent:1", "team:M1", "segment:Maintenance"]


@pytest.mark.parametrize(("route", "first"), [(date_of_birth_failed(NAMES, "Maintenance"), MATE), (CASE, SEGMENT_MATE)])
def test_behind_the_last_scope_gich_opens_at_once(route: Route, first: AgentId) -> None:
    """R-WAIT-1: the last column's at once when it was the last."""
    world = World()
    world.available(first)
    call = world.queues(route)
    assert world.rings(call) == first
    world.is_not_answered(call)
    assert "segment:GICH" in world.open(call)
    world.available(GENERALIST)
    assert world.rings(call) == GENERALIST


@pytest.mark.parametrize(
    ("route", "agents"), [(GENERAL, [GENERALIST, GENERALIST_2]), (new_application(NAMES), [APPLICATIONS, GENERALIST])]
)
def test_without_a_further_scope_it_stays_in_the_last(route: Route, agents: list[AgentId]) -> None:
    """R-RONA-2."""
    world = World()
    world.available(*agents)
    call = world.queues(route)
    assert [world.is_not_answered(call), world.is_not_answered(call)] == agents
    assert world.rings(call) is None
    assert world.open(call)[-1] == "segment:GICH"


def test_they_are_offered_that_call_again_only_after_a_minute() -> None:
    """R-RONA-2: 60 s after the offer ended, though they are Available and nobody else is."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    world.is_not_answered(call)
    assert world.told(BlockSet) == [BlockSet(call, GENERALIST, 60)]
    world.available(GENERALIST)
    assert world.rings(call) is None
    world.later(60)
    world.unblocks(call, GENERALIST)
    assert world.rings(call) == GENERALIST


def test_other_calls_come_to_them_in_that_minute() -> None:
    """R-RONA-2: only that call is kept from them."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    world.is_not_answered(call)
    world.available(GENERALIST)
    other = world.queues(GENERAL)
    assert (world.rings(call), world.rings(other)) == (None, GENERALIST)


def test_after_the_minute_they_are_behind_everybody_who_has_not_rung() -> None:
    """R-RONA-2: however short those have been Available."""
    world = World()
    world.available(GENERALIST)
    call = world.queues(GENERAL)
    world.is_not_answered(call)
    world.available(GENERALIST)
    other = world.queues(GENERAL)
    assert world.rings(other) == GENERALIST
    world.later(60)
    world.unblocks(call, GENERALIST)
    world.available(GENERALIST_2)
    assert world.rings(call) == GENERALIST_2
    world.ends(other)
    world.is_not_answered(call)
    assert world.rings(call) == GENERALIST


def test_a_redirected_call_keeps_its_place() -> None:
    """R-WAIT-1: it never goes to the back."""
    world = World()
    world.available(GENERALIST)
    first = world.queues(GENERAL)
    second = world.queues(GENERAL)
    world.is_not_answered(first)
    world.available(GENERALIST_2)
    assert (world.rings(first), world.rings(second)) == (GENERALIST_2, None)


def test_the_agent_is_told_as_not_ready_and_nothing_passes_by_itself() -> None:
    """R-RONA-2: never Available again without a choice of theirs."""
    world = World()
    world.available(GENERALIST)
    world.is_not_answered(world.queues(GENERAL))
    changed = world.told(AgentChanged)[0]
    assert (changed.state, changed.deadline_s) == (AgentState.NOT_READY, None)
    assert world.agent(GENERALIST).deadline_at is None


def test_each_opening_and_redirection_is_a_step_of_the_journey() -> None:
    """R-MI-3: queues count a call as entered where a scope was opened for it, redirected where it rang in vain."""
    world = World()
    world.available(SEGMENT_MATE, OWNER)
    call = world.queues(CASE)
    world.is_not_answered(call)
    steps = [(step, data.get("scopes") or data.get("scope")) for step, data in world.journey(call)][2:]
    assert steps == [
        ("opened", "agent:1"),
        ("offered", "agent:1"),
        ("redirected", "agent:1"),
        ("opened", "team:M1, segment:Maintenance"),
        ("offered", "segment:Maintenance"),
    ]


def test_of_two_who_have_rung_only_the_one_whose_minute_is_over_is_rung() -> None:
    """R-RONA-2: however long the other has been Available."""
    world = World()
    world.available(GENERALIST, GENERALIST_2)
    call = world.queues(GENERAL)
    world.is_not_answered(call)
    world.is_not_answered(call)
    world.available(GENERALIST_2, GENERALIST)
    world.unblocks(call, GENERALIST)
    assert world.rings(call) == GENERALIST
