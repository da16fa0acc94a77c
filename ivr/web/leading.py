"""Alerts and leaders' deeds as plain queries: which there are, who is to see them, who did it (R-STATE-11, R-MON-2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, literal_column, select

from ivr.domain.alerts import LeaderActed
from ivr.domain.ids import AgentId, AlertId
from ivr.domain.oversight import Role
from ivr.records.viewing import viewer
from ivr.store import tables as t
from ivr.web.identity import Identity, Person
from ivr.web.leading_models import AlertNow, LeaderDeed, Named

_AGENT: Final = t.agent.alias("raiser")
_LEADER: Final = t.agent.alias("leader")
_ALERTS: Final = (
    select(
        t.alert,
        *(column.label(f"raiser_{column.name}") for column in (_AGENT.c.staff_number, _AGENT.c.name)),
        *(column.label(f"leader_{column.name}") for column in (_LEADER.c.staff_number, _LEADER.c.name)),
    )
    .join(_AGENT, _AGENT.c.agent_id == t.alert.c.agent_id)
    .outerjoin(_LEADER, _LEADER.c.agent_id == t.alert.c.acknowledged_by)
    .order_by(t.alert.c.raised_at, t.alert.c.alert_id)
)
_OPEN: Final[ColumnElement[bool]] = literal_column("alert.ended_at IS NULL")


def open_alerts(sql: Connection) -> tuple[AlertNow, ...]:
    """Every alert that is not over."""
    return tuple(_alert(row) for row in sql.execute(_ALERTS.where(_OPEN)))


def open_for(sql: Connection, asker: Identity) -> tuple[AlertNow, ...]:
    """Those that are not over and are for this person: raised by them, or to be seen by them as a team leader."""
    if not isinstance(asker, Person):
        return ()
    own = t.alert.c.agent_id == asker.agent_id
    if asker.leads:
        teams = viewer(sql, asker.agent_id).teams
        own = own | t.alert.c.to_all | t.alert.c.team.in_(teams)
    return tuple(_alert(row) for row in sql.execute(_ALERTS.where(_OPEN, own)))


def some(sql: Connection, alert_ids: Collection[AlertId]) -> list[tuple[AlertNow, frozenset[AgentId]]]:
    """These alerts, each with who is to see it: the agent, and who leads the team or every team leader."""
    rows = sql.execute(_ALERTS.where(t.alert.c.alert_id.in_(alert_ids))).all()
    return [(_alert(row), frozenset({AgentId(row.agent_id), *_leaders(sql, row)})) for row in rows]


def deed(sql: Connection, acted: LeaderActed) -> LeaderDeed:
    """What a leader did, with their name."""
    query = select(t.agent.c.staff_number, t.agent.c.name).where(t.agent.c.agent_id == acted.leader)
    staff_number, name = sql.execute(query).first() or ("", "")
    return LeaderDeed(
        staff_number=acted.staff_number,
        leader=Named(staff_number=staff_number, name=name),
        what=acted.deed,
        at=acted.at,
        call_id=acted.call_id,
        state=acted.state,
        code=acted.code,
        pending=acted.is_pending,
    )


def _leaders(sql: Connection, row: Row[Any]) -> list[AgentId]:
    live = t.agent_live
    leaders = (
        select(live.c.agent_id)
        .join(t.agent, t.agent.c.agent_id == live.c.agent_id)
        .where(t.agent.c.role == Role.TEAM_LEADER.value)
    )
    if not row.to_all:
        on_record = select(t.team.c.leader).where(t.team.c.name == row.team)
        leaders = leaders.where((live.c.team == row.team) | live.c.staff_number.in_(on_record))
    return [AgentId(agent_id) for agent_id in sql.scalars(leaders)]


def _alert(row: Row[Any]) -> AlertNow:
    seen_by = None if row.acknowledged_by is None else Named(staff_number=row.leader_staff_number, name=row.leader_name)
    return AlertNow(
        alert_id=row.alert_id,
        call_id=row.call_id,
        agent=Named(staff_number=row.raiser_staff_number, name=row.raiser_name),
        team=row.team,
        raised_at=row.raised_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=seen_by,
        ended_at=row.ended_at,
    )
