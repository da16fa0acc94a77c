"""What each person must go back to after a direct call, or their part in another's talk, noted apart from the rows
(R-STATE-4).
"""

from __future__ import annotations

from ivr.domain.agents import AgentState, SystemReason
from ivr.domain.ids import AgentId
from ivr.domain.queueing import AgentRow
from ivr.store.memory_rows import Rows

AVAILABLE, RESERVED, ON_CALL = AgentState.AVAILABLE, AgentState.RESERVED, AgentState.ON_CALL
NOT_READY, LOGGED_OUT = AgentState.NOT_READY, AgentState.LOGGED_OUT


class Before:
    """What each person must go back to, noted apart from the rows: at the answer, at each end, at each request."""

    def __init__(self) -> None:
        self._back: dict[AgentId, tuple[AgentState, str | None]] = {}

    def look(self, kind: str, before: Rows, after: Rows) -> None:
        """Check every person who has just left a talk, and note every one who has just begun one."""
        for agent_id, agent in after.agents.items():
            was = before.agents[agent_id]
            if was.state in _TALKING and agent.state not in _TALKING:
                self._check(was, agent)
            elif was.state not in _TALKING and agent.state in _TALKING and _leads_back(after, agent):
                self._back[agent_id] = _state_before(was)
            elif agent.state in _TALKING and not _leads_back(after, agent):
                self._back.pop(agent_id, None)  # handed over: After Call Work follows
            elif kind == "log_in" and self._back.get(agent_id) == (LOGGED_OUT, None) and was != agent:
                self._back[agent_id] = (NOT_READY, None)
            elif agent_id in self._back and was.pending is not None and agent.pending is None:
                self._back[agent_id] = (was.pending, was.pending_code)  # asked for in a talk that ended before another

    def _check(self, was: AgentRow, now: AgentRow) -> None:
        noted = self._back.pop(now.agent_id, None)
        if noted is None or now.code == SystemReason.UNREACHABLE.value:
            return
        wanted = (was.pending, was.pending_code) if was.pending is not None else noted
        reached = (AVAILABLE, None) if now.state is RESERVED else (now.state, now.code)
        assert reached == wanted, (was, now)


_TALKING = {ON_CALL, AgentState.ON_HOLD}


def _leads_back(rows: Rows, agent: AgentRow) -> bool:
    """Whether their row names a direct call, or one that is another's and in which they only take part."""
    if agent.call_id is None:
        return False
    guests = {(p.agent_id, p.call_id) for p in rows.parties.values() if p.ended_at is None and p.answered_at}
    return rows.calls[agent.call_id].kind == "direct" or (agent.agent_id, agent.call_id) in guests


def _state_before(agent: AgentRow) -> tuple[AgentState, str | None]:
    return (AVAILABLE, None) if agent.state is RESERVED else (agent.state, agent.code)
