"""Who looks at a record, and what of it they manage (R-POP-4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, union

from ivr.domain.agents import AgentState
from ivr.domain.ids import AgentId
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: their own cases, those of ``teams``, and ``lent`` ones, open with detail.

    ``lent``: cases of which a call back was passed to them alone; they read them and change nothing (R-CB-7).
    """

    agent_id: int
    teams: frozenset[str]
    lent: frozenset[int] = frozenset()

    def manages(self, owner_id: int | None, team: str) -> bool:
        """Whether they or a team of theirs manage a case."""
        return owner_id == self.agent_id or team in self.teams

    def reads(self, case_id: int, owner_id: int | None, team: str) -> bool:
        """Whether they see a case's detail."""
        return self.manages(owner_id, team) or case_id in self.lent


@dataclass(frozen=True, slots=True)
class TransferTo:
    """Where a call about a case can be transferred: a staff number, or the name of a team or segment (R-XFER-1).

    ``available``: whether somebody there could take it when this was read.
    """

    kind: Literal["agent", "team", "segment"]
    name: str
    available: bool


def viewer(sql: Connection, agent_id: int) -> Viewer:
    """The agent as the records see them now: their own team, and each that they lead."""
    live = t.agent_live
    own = select(live.c.team).where(live.c.agent_id == agent_id)
    led = select(t.team.c.name).join(live, live.c.staff_number == t.team.c.leader).where(live.c.agent_id == agent_id)
    return Viewer(agent_id, frozenset(sql.scalars(union(own, led))), _lent(sql, agent_id))


def teams_of(sql: Connection, agent_ids: Collection[AgentId]) -> dict[AgentId, frozenset[str]]:
    """Each agent's own team, and each that they lead."""
    live = t.agent_live
    own = select(live.c.agent_id, live.c.team).where(live.c.agent_id.in_(agent_ids))
    led = select(live.c.agent_id, t.team.c.name).join(t.team, t.team.c.leader == live.c.staff_number)
    rows = sql.execute(union(own, led.where(live.c.agent_id.in_(agent_ids)))).all()
    return {one: frozenset(team for agent_id, team in rows if agent_id == one) for one in agent_ids}


def _lent(sql: Connection, agent_id: int) -> frozenset[int]:
    back = t.call_back
    open_ones = select(back.c.case_id).where(back.c.closed_at.is_(None), back.c.agent_id == agent_id)
    return frozenset(sql.scalars(open_ones.where(back.c.case_id.is_not(None))))


@dataclass(frozen=True, slots=True)
class Free:
    """Who is Available, but for the viewer: owners by id, teams and segments by name."""

    owners: frozenset[int]
    teams: frozenset[str]
    segments: frozenset[str]

    def ways(self, case: Row[Any]) -> tuple[TransferTo, ...]:
        """Whom a case's call can go to, nearest first. ``case`` has owner_id, owner_staff, team and segment."""
        owner = () if case.owner_id is None else (TransferTo("agent", case.owner_staff, case.owner_id in self.owners),)
        team = TransferTo("team", case.team, case.team in self.teams)
        return (*owner, team, TransferTo("segment", case.segment, case.segment in self.segments))


def free_for(sql: Connection, viewer: Viewer, cases: list[Row[Any]]) -> Free:
    """Who could take a call about one of these cases."""
    if not cases:
        return Free(frozenset(), frozenset(), frozenset())
    live = t.agent_live
    available = (live.c.state == AgentState.AVAILABLE.value, live.c.agent_id != viewer.agent_id)
    owners = {case.owner_id for case in cases if case.owner_id is not None}
    groups = sql.execute(select(live.c.team, live.c.segment).where(*available).distinct()).all()
    return Free(
        frozenset(sql.scalars(select(live.c.agent_id).where(*available, live.c.agent_id.in_(owners)))),
        frozenset(team for team, _segment in groups),
        frozenset(segment for _team, segment in groups),
    )
