"""The pure choice: one call, its scopes, the longest idle of each."""

from __future__ import annotations

from datetime import timedelta

from ivr.acd.matching import choose, reached
from ivr.domain.ids import AgentId, CallId, ScopeKey
from ivr.domain.queueing import Candidate, Reach, ScopeRow
from ivr.domain.routes import ScopeKind
from tests.unit.acd.world import NINE

CALL = CallId("call001")


def _scope(position: int, kind: ScopeKind, name: str, reach: Reach = Reach.ARMING) -> ScopeRow:
    return ScopeRow(CALL, position, kind, ScopeKey(f"{kind}:{name}"), added=False, reach=reach)


OWNER = _scope(0, "agent", "1")
TEAM = _scope(1, "team", "M1")
SEGMENT = _scope(2, "segment", "Maintenance")
SCOPES = [OWNER, TEAM, SEGMENT]


def _free(scope: ScopeRow, agent_id: int, *, idle_s: int = 0, has_rung: bool = False) -> Candidate:
    since = NINE - timedelta(seconds=idle_s)
    team = "M1" if agent_id < 3 else "M2"
    return Candidate(
        scope.position, scope.kind, scope.key, AgentId(agent_id), team, "Maintenance", since, has_rung=has_rung
    )


def test_nobody_free_is_no_choice() -> None:
    """R-WAIT-1: it waits."""
    assert choose(SCOPES, [], None) is None


def test_scopes_open_up_to_the_first_that_has_somebody() -> None:
    """R-WAIT-1."""
    choice = choose(SCOPES, [_free(TEAM, 2), _free(SEGMENT, 3, idle_s=99)], None)
    assert choice is not None
    assert (choice.agent_id, choice.key, choice.own, set(choice.opens)) == (2, "team:M1", False, {0, 1})


def test_all_open_when_nobody_is_anywhere() -> None:
    """R-WAIT-1."""
    assert reached(SCOPES, set(), None) == {0, 1, 2}


def test_the_offers_scope_is_the_first_through_which_the_agent_is_eligible() -> None:
    """R-WAIT-1: the owner found through the team behind a redirect is still offered their own case."""
    scopes = [_scope(p, s.kind, s.key.partition(":")[2], Reach.OPEN) for p, s in enumerate(SCOPES)]
    choice = choose(scopes, [_free(TEAM, 1), _free(SEGMENT, 1)], 0)
    assert choice is not None
    assert (choice.position, choice.key, choice.own) == (0, "agent:1", True)


def test_who_has_rung_comes_behind_all_who_have_not() -> None:
    """R-RONA-2: through whatever open scope."""
    scopes = [_scope(p, s.kind, s.key.partition(":")[2], Reach.OPEN) for p, s in enumerate(SCOPES)]
    candidates = [_free(OWNER, 1, has_rung=True), _free(TEAM, 2, idle_s=99, has_rung=True), _free(SEGMENT, 3)]
    choice = choose(scopes, candidates, None)
    assert choice is not None
    assert choice.agent_id == 3
    choice = choose(scopes, candidates[:2], None)
    assert choice is not None
    assert choice.agent_id == 1


def test_after_a_redirect_scopes_behind_come_first_but_for_the_owner() -> None:
    """R-WAIT-1."""
    scopes = [_scope(0, "agent", "1", Reach.OPEN), _scope(1, "team", "M1", Reach.OPEN), SEGMENT]
    without_owner = [_free(TEAM, 2, idle_s=99), _free(SEGMENT, 3)]
    choice = choose(scopes, without_owner, 1)
    assert choice is not None
    assert (choice.agent_id, set(choice.opens)) == (3, {0, 1, 2})
    choice = choose(scopes, [_free(OWNER, 1), *without_owner], 1)
    assert choice is not None
    assert choice.agent_id == 1


def test_after_a_redirect_the_scope_that_rang_is_the_last_resort() -> None:
    """R-WAIT-1, R-RONA-2: another of the same scope, when nobody is behind it."""
    scopes = [_scope(0, "agent", "1", Reach.OPEN), _scope(1, "team", "M1", Reach.OPEN), SEGMENT]
    choice = choose(scopes, [_free(TEAM, 2)], 1)
    assert choice is not None
    assert (choice.agent_id, set(choice.opens)) == (2, {0, 1, 2})
