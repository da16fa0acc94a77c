"""The tables of the store in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ivr.domain.activities import ActivityRow
from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertRow
from ivr.domain.call_backs import CallBackRow
from ivr.domain.events import JourneyStep
from ivr.domain.ids import ActivityId, AgentId, AlertId, AttemptId, CallBackId, CallId, OfferId, ServiceRequestId
from ivr.domain.oversight import Audited, Switch
from ivr.domain.purposes import OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow, DirectRing, OfferRow, ScopeRow
from ivr.domain.service_requests import ServiceRequestRow
from ivr.domain.talking import PartyRow
from ivr.store.ports import Attempt


@dataclass(frozen=True, slots=True)
class Rung:
    """An agent has rung for a call in vain; while ``blocked`` they may not be offered it."""

    blocked: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class AgentFact:
    """A state change of an agent and who or what caused it."""

    agent_id: AgentId
    at: datetime
    before: AgentState
    after: AgentState
    code: str | None
    cause: str
    call_id: CallId | None


@dataclass(slots=True)
class Rows:
    """The tables as dictionaries of frozen rows; a shallow copy is a snapshot."""

    calls: dict[CallId, CallRow] = field(default_factory=dict)
    scopes: dict[CallId, tuple[ScopeRow, ...]] = field(default_factory=dict)
    agents: dict[AgentId, AgentRow] = field(default_factory=dict)
    offers: dict[OfferId, OfferRow] = field(default_factory=dict)
    direct_rings: dict[OfferId, DirectRing] = field(default_factory=dict)
    parties: dict[OfferId, PartyRow] = field(default_factory=dict)
    rung: dict[tuple[CallId, AgentId], Rung] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    journey: tuple[JourneyStep, ...] = ()
    agent_facts: tuple[AgentFact, ...] = ()
    audited: tuple[Audited, ...] = ()
    switched_on: frozenset[Switch] = frozenset()
    call_backs: dict[CallBackId, CallBackRow] = field(default_factory=dict)
    service_requests: dict[ServiceRequestId, ServiceRequestRow] = field(default_factory=dict)
    outbound_attempts: dict[AttemptId, OutboundAttempt] = field(default_factory=dict)
    alerts: dict[AlertId, AlertRow] = field(default_factory=dict)
    activities: dict[ActivityId, ActivityRow] = field(default_factory=dict)
    leads: dict[AgentId, frozenset[str]] = field(default_factory=dict)
    """Team leaders, with the teams that they lead on record beside their own."""

    def copy(self) -> Rows:
        """A snapshot to go back to."""
        return Rows(
            dict(self.calls),
            dict(self.scopes),
            dict(self.agents),
            dict(self.offers),
            dict(self.direct_rings),
            dict(self.parties),
            dict(self.rung),
            self.attempts,
            self.journey,
            self.agent_facts,
            self.audited,
            self.switched_on,
            dict(self.call_backs),
            dict(self.service_requests),
            dict(self.outbound_attempts),
            dict(self.alerts),
            dict(self.activities),
            dict(self.leads),
        )
