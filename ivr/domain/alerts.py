"""An agent's alert during a call, a caller at risk say, and a team leader's deed to an agent (R-STATE-11, R-MON-2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.domain.agents import AgentState
from ivr.domain.ids import AgentId, AlertId, CallId
from ivr.domain.oversight import Deed


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One press of the key. It is for who leads ``team``, and ``to_all`` for every team leader: when nobody who leads
    it was logged in. It ends with the call.
    """

    alert_id: AlertId
    call_id: CallId
    agent_id: AgentId
    team: str
    to_all: bool
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: AgentId | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertChanged:
    """An alert was raised, acknowledged, or is over."""

    alert_id: AlertId


@dataclass(frozen=True, slots=True)
class LeaderActed:
    """A team leader did something to an agent, who is told of it. ``state`` and ``code``: what was set or asked for;
    ``is_pending``: it takes effect when the call's After Call Work ends.
    """

    agent_id: AgentId
    staff_number: str
    leader: AgentId
    deed: Deed
    at: datetime
    state: AgentState | None = None
    code: str | None = None
    is_pending: bool = False
    call_id: CallId | None = None
