"""The transactions of a call that an agent makes (R-OUT-1): begun, the agent's phone answered, reached, over.

The agent is On call from the beginning, so that no queue offers them anything; until their own phone is answered the
row keeps what they come back to. Each transaction that lets somebody go ends by matching.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.acd import activities, ledger
from ivr.acd.direct_state import answered as on_call
from ivr.acd.limits import Limits
from ivr.acd.offer import leg_id, outside_leg_id
from ivr.acd.parties import out_of_queue_no_more, without_back
from ivr.acd.roster import become, present, told
from ivr.domain.agents import ON_THE_PHONE, by_agent
from ivr.domain.events import CallChanged, CallEnd, CallProgressed, CallState
from ivr.domain.ids import AgentId, CallId, attempt_of
from ivr.domain.outbound import PROGRESS, STEP, Order, Progress, outcome_of
from ivr.domain.purposes import PURPOSES, AttemptOutcome, OutboundAttempt
from ivr.domain.queueing import AgentRow, CallRow
from ivr.domain.routes import CallKind, Segments
from ivr.domain.talking import Impossible
from ivr.domain.toolbar import Action, refusal
from ivr.store.ports import Tx


def own_leg(call_id: CallId) -> str:
    """The channel id of the agent's own leg, unless they have dialled on their phone."""
    return leg_id(call_id)


def far_leg(call_id: CallId) -> str:
    """The channel id of the leg to whom they call."""
    return outside_leg_id(call_id)


def begin(tx: Tx, row: CallRow, order: Order, now: datetime, *, at_phone: bool = False) -> Impossible | AgentRow:
    """The call has a row, and the agent is On call (R-STATE-12): the agent as they are then, or why they may not.

    ``at_phone``: they have dialled on their phone, which therefore need not ring.
    """
    agent = tx.agent(order.agent_id)
    if agent is None:
        return Impossible("agent.unknown", "no such agent")
    why = refusal(agent.state, Action.OUTBOUND)
    if why is not None:
        return Impossible("agent.not_in_this_state", why)
    tx.add_call(replace(row, state=CallState.DIALLING, kind=CallKind.OUTBOUND.value, agent_id=agent.agent_id))
    tx.call_fact(row.call_id, now, "outbound", _facts(agent, row, order))
    tx.begin_attempt(_attempt(row.call_id, order, now))
    activities.begin(tx, row.call_id, agent.agent_id, now, order.call_back_id)
    if at_phone:
        activities.take_part(tx, row.call_id, agent.agent_id, now)
    dialling = replace(on_call(agent, row.call_id, now), idle_since=agent.idle_since)
    become(tx, agent, without_back(dialling) if at_phone else dialling, by_agent(agent.staff_number, "dials"), now)
    _tell(tx, row.call_id, agent.agent_id, Progress.DIALLING if at_phone else Progress.CALLING_AGENT, now)
    tx.emit(CallChanged(row.call_id, CallState.DIALLING, agent_id=agent.agent_id))
    return present(tx, agent.agent_id)


def agent_answered(tx: Tx, call_id: CallId, now: datetime) -> bool:
    """The agent's own phone is answered: After Call Work will follow. False when the call is over."""
    call = _dialling(tx, call_id)
    if call is None or call.agent_id is None:
        return False
    agent = present(tx, call.agent_id)
    if agent.call_id == call_id and agent.state in ON_THE_PHONE:
        become(tx, agent, replace(without_back(agent), idle_since=None), by_agent(agent.staff_number, "answered"), now)
    activities.take_part(tx, call_id, agent.agent_id, now)
    _tell(tx, call_id, agent.agent_id, Progress.DIALLING, now)
    return True


def rings(tx: Tx, call_id: CallId, now: datetime) -> None:
    """It rings where the agent calls."""
    call = _dialling(tx, call_id)
    if call is not None and call.agent_id is not None:
        _tell(tx, call_id, call.agent_id, Progress.RINGING, now)


def reached(tx: Tx, call_id: CallId, now: datetime) -> bool:
    """Whom the agent called has answered. False when the call is over, or that was known."""
    call = _dialling(tx, call_id)
    if call is None or call.agent_id is None:
        return False
    tx.move_call(call_id, CallState.DIALLING, state=CallState.TALKING, answered_at=now)
    tx.end_attempt(attempt_of(call_id), AttemptOutcome.ANSWERED, now)
    _tell(tx, call_id, call.agent_id, Progress.ANSWERED, now)
    tx.emit(CallChanged(call_id, CallState.TALKING, agent_id=call.agent_id))
    tx.emit(told(tx, present(tx, call.agent_id), now))
    return True


def missed(tx: Tx, call_id: CallId, end: CallEnd, now: datetime) -> None:
    """Whom the agent called was not reached, and they hear so; `over` follows."""
    call = _dialling(tx, call_id)
    if call is not None and call.agent_id is not None:
        tx.end_attempt(attempt_of(call_id), outcome_of(end), now)
        activities.suggest_unreached(tx, call_id, call.agent_id, outcome_of(end))
        _tell(tx, call_id, call.agent_id, PROGRESS.get(end, Progress.CANCELLED), now)


def over(tx: Tx, call_id: CallId, end: CallEnd, now: datetime, limits: Limits) -> CallEnd | None:
    """The call is over: the agent is in After Call Work, or as they were if their own phone was never answered.

    How it ended; None when it had ended before.
    """
    call = _dialling(tx, call_id)
    if call is not None and call.agent_id is not None and tx.end_attempt(attempt_of(call_id), outcome_of(end), now):
        agent = present(tx, call.agent_id)
        waits = agent.back_state is not None and agent.call_id == call_id
        told_as = Progress.AGENT_NOT_REACHED if waits else PROGRESS.get(end, Progress.CANCELLED)
        _tell(tx, call_id, agent.agent_id, told_as, now)
        activities.drop(tx, call_id, agent.agent_id)
        activities.suggest_unreached(tx, call_id, agent.agent_id, outcome_of(end))
    return ledger.end_call(tx, call_id, end, now, limits)


def lost(tx: Tx, call_id: CallId, names: Segments, now: datetime, limits: Limits) -> bool:
    """The phone of the agent who talked is lost: the call is GICH's from now on and waits there (R-STATE-8, R-WAIT-1).

    False when nobody talks.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING:
        return False
    out_of_queue_no_more(tx, call, names)
    return ledger.requeue(tx, call_id, now, limits)


def _dialling(tx: Tx, call_id: CallId) -> CallRow | None:
    call = tx.call(call_id)
    return call if call is not None and call.state is CallState.DIALLING else None


def _attempt(call_id: CallId, order: Order, now: datetime) -> OutboundAttempt:
    purpose = order.purpose
    return OutboundAttempt(
        attempt_of(call_id),
        call_id,
        order.agent_id,
        now,
        kind=order.whom.kind,
        record_id=order.whom.record_id,
        purpose=purpose,
        purpose_expected=None if purpose is None else PURPOSES[purpose].expected,
        call_back_id=order.call_back_id,
    )


def _facts(agent: AgentRow, row: CallRow, order: Order) -> dict[str, str]:
    facts = {"agent": agent.staff_number, "line": row.line}
    if order.whom.kind is not None:
        facts |= {"record": f"{order.whom.kind} {order.whom.record_id}"}
    if order.call_back_id is not None:
        facts |= {"call_back": order.call_back_id}
    return facts if order.purpose is None else facts | {"purpose": order.purpose.value}


def _tell(tx: Tx, call_id: CallId, agent_id: AgentId, progress: Progress, now: datetime) -> None:
    tx.call_fact(call_id, now, STEP, {"progress": progress.value})
    tx.emit(CallProgressed(call_id, agent_id, progress.value, now))
