"""Routes: the order in which a call's scopes are opened (R-WAIT-1), and the scopes themselves.

A scope is a set of agents: one agent, a team or a segment. It is also the queue a call stands in: each scope opened
for a call counts the call as entered there (R-MI-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ivr.domain.ids import AgentId, ScopeKey

ScopeKind = Literal["agent", "team", "segment"]


class CallKind(StrEnum):
    """What a queued call is, by the rows of R-WAIT-1's table."""

    EXISTING_CASE = "existing_case"
    DATE_OF_BIRTH_FAILED = "date_of_birth_failed"
    NEW_APPLICATION = "new_application"
    THIRD_PARTY = "third_party"
    GENERAL = "general"
    WELSH = "welsh"
    EMPLOYER = "employer"
    OUTBOUND = "outbound"
    """Made by an agent: it has no queue either (R-OUT)."""
    DIRECT = "direct"
    """Outside the queues: it has no route and no scopes (R-LINE-4)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of agents; ``name`` is an internal agent id, a team's name or a segment's name."""

    kind: ScopeKind
    name: str

    @property
    def key(self) -> ScopeKey:
        """The scope as rows hold it, e.g. ``team:Maintenance 1``."""
        return ScopeKey(f"{self.kind}:{self.name}")


def agent_scope(agent_id: AgentId) -> Scope:
    """The scope of one agent: an owner, an account manager, or whom a call was transferred to by name."""
    return Scope("agent", str(agent_id))


def team_scope(team: str) -> Scope:
    """The scope of a team."""
    return Scope("team", team)


def segment_scope(segment: str) -> Scope:
    """The scope of a segment."""
    return Scope("segment", segment)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a call may go: ``tried`` on arrival, in this order; ``added`` by overflow or RONA."""

    kind: CallKind
    tried: tuple[Scope, ...]
    added: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Segments:
    """The names of the segments and teams that the rules speak of, as queues.toml gives them."""

    gich: str = "GICH"
    third_party_team: str = "Third Party"
    applications: str = "Applications"
    employer: str = "Employer"
    welsh: str = "Welsh"


def existing_case(names: Segments, owner: AgentId | None, team: str, segment: str) -> Route:
    """R-CASE-2, R-CASE-5, R-CASE-7: the owner if there is one, the owning team, its segment; GICH by overflow."""
    first = (agent_scope(owner),) if owner is not None else ()
    return Route(
        CallKind.EXISTING_CASE, (*first, team_scope(team), segment_scope(segment)), (segment_scope(names.gich),)
    )


def date_of_birth_failed(names: Segments, segment: str) -> Route:
    """R-CASE-6: the segment that holds most of the client's open cases; GICH by overflow."""
    return Route(CallKind.DATE_OF_BIRTH_FAILED, (segment_scope(segment),), (segment_scope(names.gich),))


def general(names: Segments) -> Route:
    """R-MENU-4, R-CASE-1: GICH."""
    return Route(CallKind.GENERAL, (segment_scope(names.gich),))


def new_application(names: Segments) -> Route:
    """R-MENU-6: Applications, then GICH."""
    return Route(CallKind.NEW_APPLICATION, (segment_scope(names.applications), segment_scope(names.gich)))


def third_party(names: Segments) -> Route:
    """R-MENU-7: GICH's Third Party team, then GICH."""
    return Route(CallKind.THIRD_PARTY, (team_scope(names.third_party_team), segment_scope(names.gich)))


def welsh(names: Segments, *, staffed: bool) -> Route:
    """R-MENU-5: the Welsh Language Unit; GICH at once while it is not staffed."""
    unit = segment_scope(names.welsh)
    return Route(CallKind.WELSH, (unit,) if staffed else (unit, segment_scope(names.gich)))


def employer(names: Segments, manager: AgentId | None) -> Route:
    """R-EMP-1, R-EMP-2: the account manager if there is one, then the employer segment, never GICH."""
    first = (agent_scope(manager),) if manager is not None else ()
    return Route(CallKind.EMPLOYER, (*first, segment_scope(names.employer)))
