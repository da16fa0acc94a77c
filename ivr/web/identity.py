"""Who asks: a person by their session, or a program by its token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.domain.ids import AgentId, StaffNumber
from ivr.domain.oversight import OVERSEERS, Role
from ivr.records.deeds import By

TOKEN_MARK: Final = "hlp_"  # noqa: S105 - what every program's token begins with, so that one is known when it is seen
"""A program's token begins so; a session's never does."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a session stands for, with team and segment as routing sees them."""

    agent_id: AgentId
    staff_number: StaffNumber
    name: str
    role: str
    team: str
    segment: str
    token_hash: str
    session_ends_at: datetime

    @property
    def leads(self) -> bool:
        """Whether they are a team leader."""
        return self.role == Role.TEAM_LEADER

    @property
    def oversees(self) -> bool:
        """Team leaders and operations see every agent, queue and call."""
        return self.role in OVERSEERS

    @property
    def actor(self) -> str:
        """As the audit and R-STATE-9 name them."""
        return f"agent {self.staff_number}"

    @property
    def by(self) -> By:
        """As records know who does something."""
        return By(self.agent_id, self.actor, leads=self.leads)


@dataclass(frozen=True, slots=True)
class Program:
    """What a long-lived token stands for: no agent, of no team; it sees what its role sees and changes nothing."""

    name: str
    role: str
    token_hash: str
    agent_id: None = None
    session_ends_at: None = None
    team: str = ""
    segment: str = ""

    @property
    def oversees(self) -> bool:
        """As its role does."""
        return self.role in OVERSEERS

    @property
    def actor(self) -> str:
        """As the audit names it."""
        return f"program {self.name}"


Identity = Person | Program
