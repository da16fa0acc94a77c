"""What a team leader does to an agent (R-MON-2): by the agent's own table, audited with it, told to the agent."""

from __future__ import annotations

from datetime import datetime

from ivr.acd import toolbar
from ivr.acd.roster import present
from ivr.domain.agents import AgentState, Denied, Pending, StateRequest, Verdict, by_leader
from ivr.domain.alerts import LeaderActed
from ivr.domain.ids import AgentId, CallId
from ivr.domain.oversight import Audited, Deed
from ivr.domain.queueing import AgentRow
from ivr.store.ports import Tx


def set_state(
    tx: Tx, staff_number: str, request: StateRequest, leader: AgentId, actor: str, now: datetime, idle_logout_s: float
) -> tuple[AgentRow, Verdict] | None:
    """The leader sets an agent's state, or asks for it while a call is up: the agent as they were, and the verdict of
    R-STATE-12. ``actor``: the leader as the audit names them. None: nobody has this staff number.

    What changes nothing is neither audited nor told.
    """
    before = tx.agent_by_staff(staff_number)
    if before is None:
        return None
    cause = by_leader(present(tx, leader).staff_number)
    verdict = toolbar.ask(tx, before.agent_id, request, cause, now, idle_logout_s)
    if isinstance(verdict, Denied) or _is_so(before, request):
        return before, verdict
    is_pending = isinstance(verdict, Pending)
    deed = Deed.LOGGED_OUT if request.state is AgentState.LOGGED_OUT else Deed.STATE_SET
    words = ", ".join([request.state, *([request.code] if request.code else []), *(["pending"] if is_pending else [])])
    tx.audit(Audited(now, actor, deed.value, "agent", before.agent_id, staff_number, words, before.call_id))
    tx.emit(
        LeaderActed(
            before.agent_id,
            staff_number,
            leader,
            deed,
            now,
            request.state,
            request.code,
            is_pending,
            before.call_id,
        )
    )
    return before, verdict


def note(tx: Tx, deed: Deed, agent: AgentRow, call_id: CallId, leader: AgentId, actor: str, now: datetime) -> None:
    """Audit what a leader does to an agent's call, and tell the agent."""
    tx.audit(Audited(now, actor, deed.value, "agent", agent.agent_id, agent.staff_number, call_id=call_id))
    tx.emit(LeaderActed(agent.agent_id, agent.staff_number, leader, deed, now, call_id=call_id))


def _is_so(agent: AgentRow, request: StateRequest) -> bool:
    return (agent.state, agent.code) == (request.state, request.code)
