"""Choosing: which agent for a call, and which scopes that opens. Pure; the store fetches, the ledger applies.

Source: R-WAIT-1, R-WAIT-4, R-RONA-2, R-CASE-8.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ivr.domain.ids import AgentId, ScopeKey
from ivr.domain.queueing import Candidate, Reach, ScopeRow


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent for a call, the scope the offer is made through, and the positions of the scopes now open."""

    agent_id: AgentId
    position: int
    key: ScopeKey
    own: bool
    opens: frozenset[int]


def choose(scopes: Sequence[ScopeRow], candidates: Sequence[Candidate], after_rona: int | None) -> Choice | None:
    """The agent for one call, or None when nobody eligible is Available.

    ``scopes``: the call's scopes that are open or arming, by position. ``candidates``: the longest-idle eligible agent
    of each of them, once among those who have not rung for the call and once among those who have. ``after_rona``: the
    position of the scope whose agent has just not answered, in the match that follows it.
    """
    fresh = {c.position: c for c in candidates if not c.has_rung}
    rung = {c.position: c for c in candidates if c.has_rung}
    opens = reached(scopes, fresh.keys(), after_rona)
    for pool in (fresh, rung):
        for position in _order(scopes, pool, after_rona):
            if position in opens and position in pool:
                return _through_first_scope(pool[position], scopes, opens)
    return None


def reached(scopes: Sequence[ScopeRow], with_somebody: Collection[int], after_rona: int | None) -> frozenset[int]:
    """The positions open after this match: arming scopes up to the first that has somebody, all if none has.

    On arrival every scope counts in its order, so an already open one with somebody opens nothing further. After a
    RONA the scopes behind the one that rang are gone through first.
    """
    opened = {s.position for s in scopes if s.reach is Reach.OPEN}
    for scope in scopes:
        if after_rona is not None and scope.position <= after_rona:
            continue
        opened.add(scope.position)
        if scope.position in with_somebody:
            break
    return frozenset(opened)


def _order(scopes: Sequence[ScopeRow], pool: dict[int, Candidate], after_rona: int | None) -> list[int]:
    positions = [s.position for s in scopes]
    if after_rona is None:
        return positions
    owner = [p for p in positions if p in pool and pool[p].kind == "agent" and not pool[p].has_rung]
    behind = [p for p in positions if p > after_rona]
    return owner + behind + [p for p in positions if p <= after_rona]


def _through_first_scope(chosen: Candidate, scopes: Sequence[ScopeRow], opens: frozenset[int]) -> Choice:
    """An offer's scope is the first through which the agent is eligible (R-WAIT-1)."""
    keys = {f"agent:{chosen.agent_id}", f"team:{chosen.team}", f"segment:{chosen.segment}"}
    through = next(s for s in scopes if s.position in opens and s.key in keys)
    return Choice(chosen.agent_id, through.position, through.key, own=through.kind == "agent", opens=opens)
