"""The alert key (R-STATE-11): an agent on a call calls for their team leader, one of whom says that they have seen it.

An alert is for who leads the agent's team; when none of them is logged in, for every team leader. It ends with
the call.
"""

from __future__ import annotations

from datetime import datetime

from ivr.acd.roster import present
from ivr.domain.agents import ON_THE_PHONE, AgentState
from ivr.domain.alerts import AlertChanged, AlertRow
from ivr.domain.ids import AgentId, AlertId, CallId, new_alert_id
from ivr.domain.oversight import Audited, Deed
from ivr.errors import RequestError
from ivr.store.ports import Tx


def raise_alert(tx: Tx, agent_id: AgentId, actor: str, now: datetime) -> AlertRow:
    """The agent's alert of the call they are on; pressed again, it is the same one. ``actor``: as the audit names them.

    Raises RequestError when they are on no call.
    """
    agent = present(tx, agent_id)
    if agent.state not in ON_THE_PHONE or agent.call_id is None:
        raise RequestError("you are on no call; the alert is for a call", error_id="agent.no_call")
    for known in tx.open_alerts(agent.call_id):
        if known.agent_id == agent_id:
            return known
    there = [one for one in tx.leaders_of(agent.team) if _can_see(one.state) and one.agent_id != agent_id]
    row = AlertRow(new_alert_id(now), agent.call_id, agent_id, agent.team, to_all=not there, raised_at=now)
    tx.add_alert(row)
    tx.call_fact(row.call_id, now, "alerted", {"agent": agent.staff_number})
    tx.audit(Audited(now, actor, Deed.ALERT_RAISED, "agent", agent_id, agent.staff_number, call_id=row.call_id))
    tx.emit(AlertChanged(row.alert_id))
    return row


def acknowledge(tx: Tx, alert_id: AlertId, leader: AgentId, actor: str, now: datetime) -> bool:
    """A team leader has seen the alert; the first to say so is named to the agent. False: there is no such alert.

    Raises RequestError when it is over.
    """
    row = tx.alert(alert_id)
    if row is None:
        return False
    if row.ended_at is not None:
        raise RequestError("the call of this alert is over", error_id="alert.over")
    if row.acknowledged_at is None:
        agent = present(tx, row.agent_id)
        tx.change_alert(alert_id, acknowledged_at=now, acknowledged_by=leader)
        tx.call_fact(row.call_id, now, "alert_acknowledged", {"leader": present(tx, leader).staff_number})
        deed, staff = Deed.ALERT_ACKNOWLEDGED, agent.staff_number
        tx.audit(Audited(now, actor, deed, "agent", row.agent_id, staff, call_id=row.call_id))
        tx.emit(AlertChanged(alert_id))
    return True


def end_with_call(tx: Tx, call_id: CallId, now: datetime) -> None:
    """The call is over, and so are its alerts."""
    for row in tx.open_alerts(call_id):
        tx.change_alert(row.alert_id, ended_at=now)
        tx.emit(AlertChanged(row.alert_id))


def _can_see(state: AgentState) -> bool:
    return state is not AgentState.LOGGED_OUT
