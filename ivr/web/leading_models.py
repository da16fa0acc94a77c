"""Alerts, and what team leaders do to agents, as they go over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from ivr.domain.agents import AgentState
from ivr.domain.oversight import Deed
from ivr.web.models import Model


class Named(Model):
    """Somebody of the staff."""

    staff_number: str
    name: str


class AlertNow(Model):
    """An agent's alert during a call (R-STATE-11); it ends with the call."""

    alert_id: str
    call_id: str
    agent: Named
    team: str
    raised_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    acknowledged_by: Annotated[Named | None, Field(description="the team leader who has seen it first")]
    ended_at: AwareDatetime | None


class Alerts(Model):
    """Alerts that are not over, the oldest first."""

    alerts: tuple[AlertNow, ...]


class LeaderDeed(Model):
    """What a team leader did to an agent (R-MON-2)."""

    staff_number: Annotated[str, Field(description="the agent's")]
    leader: Named
    what: Deed
    at: AwareDatetime
    call_id: str | None
    state: Annotated[AgentState | None, Field(description="the state that was set or asked for")]
    code: str | None
    pending: Annotated[bool, Field(description="it takes effect when the call's After Call Work ends")]
