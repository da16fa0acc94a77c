"""R-WAIT-1's table, row by row, from the route to who rings: on arrival, behind every RONA, and at overflow.

For each scope there is one agent who is in it and in none before it. Whoever of them is Available, what opens and who
rings is compared with the rule said again in a few lines, apart from the matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import pytest

from ivr.acd import ledger
from ivr.domain import routes
from ivr.domain.events import OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.routes import Route
from tests.unit.acd.world import (
    APPLICATIONS,
    GENERALIST,
    LIMITS,
    MATE,
    NAMES,
    OWNER,
    PAYROLL,
    SEGMENT_MATE,
    STAFF,
    THIRD_PARTY,
    WELSH,
    World,
)


@dataclass(frozen=True)
class Row:
    """A row of the table: scopes as the rule has them, each with an agent of its own."""

    route: Route
    tried: Sequence[tuple[str, AgentId]]
    added: Sequence[tuple[str, AgentId]] = ()

    @property
    def scopes(self) -> list[str]:
        """All of them, in order."""
        return [scope for scope, _ in (*self.tried, *self.added)]

    @property
    def agents(self) -> list[AgentId]:
        """Who stands for each."""
        return [agent for _, agent in (*self.tried, *self.added)]


GICH = ("segment:GICH", GENERALIST)
TEAM, SEGMENT = ("team:M1", MATE), ("segment:Maintenance", SEGMENT_MATE)
ROWS = {
    "owned": Row(routes.existing_case(NAMES, OWNER, "M1", "Maintenance"), [("agent:1", OWNER), TEAM, SEGMENT], [GICH]),
    "unowned": Row(routes.existing_case(NAMES, None, "M1", "Maintenance"), [TEAM, SEGMENT], [GICH]),
    "date-of-birth-failed": Row(routes.date_of_birth_failed(NAMES, "Maintenance"), [SEGMENT], [GICH]),
    "new-application": Row(routes.new_application(NAMES), [("segment:Applications", APPLICATIONS), GICH]),
    "third-party": Row(routes.third_party(NAMES), [("team:Third Party", THIRD_PARTY), GICH]),
    "general": Row(routes.general(NAMES), [GICH]),
    "welsh": Row(routes.welsh(NAMES, staffed=True), [("segment:Welsh", WELSH)]),
    "welsh-unstaffed": Row(routes.welsh(NAMES, staffed=False), [("segment:Welsh", WELSH), GICH]),
    "managed-employer": Row(routes.employer(NAMES, OWNER), [("agent:1", OWNER), ("segment:Employer", PAYROLL)]),
    "employer": Row(routes.employer(NAMES, None), [("segment:Employer", PAYROLL)]),
}
EVERY_ROW = pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
MEMBERS = {f"agent:{agent}": {agent} for agent, _, _ in STAFF}
for _agent, _team, _segment in STAFF:
    MEMBERS.setdefault(f"team:{_team}", set()).add(_agent)
    MEMBERS.setdefault(f"segment:{_segment}", set()).add(_agent)


def _subsets(agents: Iterable[AgentId]) -> Iterator[tuple[AgentId, ...]]:
    known = list(agents)
    return chain.from_iterable(combinations(known, size) for size in range(len(known) + 1))


def _up_to_somebody(scopes: Sequence[str], free: Sequence[AgentId]) -> list[str]:
    """Scopes opened in order until one has somebody Available; with nobody anywhere all."""
    opened: list[str] = []
    for scope in scopes:
        opened.append(scope)
        if MEMBERS[scope] & set(free):
            break
    return opened


def _first_with_somebody(scopes: Sequence[str], free: Sequence[AgentId]) -> AgentId | None:
    """The agent Available longest (``free`` is in that order) of the first scope that has one."""
    return next((agent for scope in scopes for agent in free if agent in MEMBERS[scope]), None)


def _offered_through(world: World, call_id: CallId) -> str:
    return str(world.store.rows.offers[world.offer(call_id)].scope)


@EVERY_ROW
def test_the_route_is_the_row(row: Row) -> None:
    """R-WAIT-1: tried on arrival, in this order; added by overflow or RONA."""
    assert [scope.key for scope in row.route.tried] == [scope for scope, _ in row.tried]
    assert [scope.key for scope in row.route.added] == [scope for scope, _ in row.added]


@EVERY_ROW
def test_on_arrival(row: Row) -> None:
    """R-WAIT-1: opened in order up to the first with somebody Available; nobody anywhere: all that are tried."""
    tried = [scope for scope, _ in row.tried]
    for free in _subsets(row.agents):
        world = World()
        world.available(*free)
        call_id = world.queues(row.route)
        rings = _first_with_somebody(tried, free)
        assert (world.rings(call_id), world.open(call_id)) == (rings, _up_to_somebody(tried, free)), free
        if rings is not None:
            assert _offered_through(world, call_id) == next(scope for scope in tried if rings in MEMBERS[scope])


@EVERY_ROW
def test_behind_a_phone_that_was_not_answered(row: Row) -> None:
    """R-WAIT-1, R-RONA-2: at every position, whoever else has become Available meanwhile; the place is kept."""
    for position in range(len(row.tried)):
        rang = row.agents[position]
        for free in _subsets(agent for agent in row.agents if agent != rang):
            _check_behind(row, position, free)


def _check_behind(row: Row, position: int, free: Sequence[AgentId]) -> None:
    world = World()
    world.available(row.agents[position])
    call_id = world.queues(row.route)
    waits_since = world.call(call_id).first_waiting_at
    world.available(*free)
    world.later(15)
    world.run(ledger.end_offer, world.offer(call_id), OfferState.NO_ANSWER, world.now, LIMITS)
    opened, rings = _after_rona(row, position, free)
    assert (world.rings(call_id), world.open(call_id)) == (rings, opened), (position, free)
    assert world.call(call_id).first_waiting_at == waits_since


def _after_rona(row: Row, position: int, free: Sequence[AgentId]) -> tuple[list[str], AgentId | None]:
    """The rule: the scopes behind are opened, the last column's at once behind the last; then who rings."""
    tried = [scope for scope, _ in row.tried]
    before, behind = tried[: position + 1], _up_to_somebody(tried[position + 1 :], free)
    if position == len(tried) - 1:
        behind = [scope for scope, _ in row.added]
    named = [scope for scope in before if scope.startswith("agent:")]
    return before + behind, _first_with_somebody([*named, *behind, *before], free)


@EVERY_ROW
def test_at_overflow(row: Row) -> None:
    """R-WAIT-1: 60 s after it entered the queue every scope is open; who is Available there rings only then."""
    extra = [agent for _, agent in row.added]
    for free in _subsets(extra):
        world = World()
        world.available(*free)
        call_id = world.queues(row.route)
        assert world.rings(call_id) is None
        overflow_at = world.call(call_id).overflow_at
        assert overflow_at is not None
        assert (overflow_at - world.now).total_seconds() == 60
        world.later(60)
        world.run(ledger.overflow, call_id, world.now)
        assert (world.rings(call_id), world.open(call_id)) == (next(iter(free), None), row.scopes), free


@EVERY_ROW
def test_overflow_while_a_phone_rings(row: Row) -> None:
    """R-WAIT-1: 60 s, offers included; a ringing offer goes on, and when it ends unanswered every scope is open."""
    world = World()
    world.available(row.agents[0])
    call_id = world.queues(row.route)
    world.later(60)
    world.run(ledger.overflow, call_id, world.now)
    assert world.rings(call_id) == row.agents[0]
    world.run(ledger.end_offer, world.offer(call_id), OfferState.NO_ANSWER, world.now, LIMITS)
    assert (world.rings(call_id), world.open(call_id)) == (None, row.scopes)
