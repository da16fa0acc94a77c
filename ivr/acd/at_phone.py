"""What an agent asks for from a phone, without a screen (R-STATE-10): the toolbar's transactions, found by the phone.

A phone is named as Asterisk dials it (``PJSIP/7001``). Nobody logs in on a phone where somebody else is.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from ivr.acd import toolbar
from ivr.acd.roster import present
from ivr.domain.agents import AgentState, Denied, StateRequest, Verdict
from ivr.domain.ids import AgentId
from ivr.domain.queueing import AgentRow
from ivr.store.ports import Tx


class LogIn(Enum):
    """What came of logging in."""

    DONE = auto()
    HERE_ALREADY = auto()
    ELSEWHERE = auto()
    PHONE_TAKEN = auto()


def who(tx: Tx, phone: str) -> AgentRow | None:
    """Who is logged in on the phone."""
    return tx.agent_at(phone)


def is_free_for(tx: Tx, agent_id: AgentId, phone: str) -> bool:
    """Whether the agent may log in on the phone at their desk; one who is logged in already keeps the phone they have.

    Raises StoreError when there is no such agent.
    """
    here = tx.agent_at(phone)
    return here is None or here.agent_id == agent_id or present(tx, agent_id).state is not AgentState.LOGGED_OUT


def log_in(tx: Tx, agent_id: AgentId, phone: str, now: datetime) -> tuple[LogIn, AgentRow]:
    """Log in on ``phone``, which rings for the agent from now on: what came of it, and the agent then.

    Raises StoreError when there is no such agent.
    """
    here, agent = tx.agent_at(phone), present(tx, agent_id)
    if here is not None and here.agent_id != agent_id:
        return LogIn.PHONE_TAKEN, agent
    if toolbar.log_in(tx, agent_id, phone, now, f"{_cause(agent)}: logged in"):
        return LogIn.DONE, present(tx, agent_id)
    return LogIn.HERE_ALREADY if agent.endpoint == phone else LogIn.ELSEWHERE, agent


def ask(
    tx: Tx, phone: str, request: StateRequest, now: datetime, idle_logout_s: float
) -> tuple[AgentRow, Verdict] | None:
    """Whoever is logged in on the phone asks for a state: who they are, and the verdict. None when nobody is."""
    agent = tx.agent_at(phone)
    if agent is None:
        return None
    verdict = toolbar.ask(tx, agent.agent_id, request, _cause(agent), now, idle_logout_s)
    after = agent if isinstance(verdict, Denied) else present(tx, agent.agent_id)
    return after, verdict


def _cause(agent: AgentRow) -> str:
    """R-STATE-9: who caused it."""
    return f"agent {agent.staff_number} by phone"
