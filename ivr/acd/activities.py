"""Activities within the ACD's transactions (R-ACT-1): one for each agent who takes part in a call.

It is made with the ringing, so that the desk can write from the first moment, and taken away when nothing comes of it.
Whoever takes part again goes on with the one they have; if it is closed it is open again. It ends only by its agent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ivr.domain.activities import NOT_REACHED, ActivityRow, Outcome, direction, whom
from ivr.domain.events import WorkChanged
from ivr.domain.ids import AgentId, CallBackId, CallId, new_activity_id
from ivr.domain.purposes import AttemptOutcome
from ivr.domain.queueing import CallRow
from ivr.errors import StoreError
from ivr.store.ports import Tx


def begin(tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime, call_back_id: CallBackId | None = None) -> None:
    """The call rings for the agent, or they dial it. Nothing where they have one of this call.

    ``call_back_id``: the call back that it is.
    """
    known = tx.activities(call_id)
    if not any(row.agent_id == agent_id for row in known):
        tx.add_activity(replace(_made(_named(tx, call_id), known, agent_id, now), call_back_id=call_back_id))


def take_part(tx: Tx, call_id: CallId, agent_id: AgentId, now: datetime) -> None:
    """The agent is in the call."""
    begin(tx, call_id, agent_id, now)
    row = _of(tx, call_id, agent_id)
    if row is None:
        raise StoreError(f"the activity of agent {agent_id} in call {call_id} is gone")
    if row.taken_at is None:
        tx.change_activity(row.activity_id, taken_at=now)
    if row.closed_at is not None:
        tx.change_activity(row.activity_id, closed_at=None, closed_by=None, outcome=None, suggested=row.outcome)
    tx.emit(WorkChanged((agent_id,)))


def drop(tx: Tx, call_id: CallId, agent_id: AgentId) -> None:
    """They take no part, and have not before: there is nothing to write down (R-RONA)."""
    tx.drop_activity(call_id, agent_id)


def suggest(tx: Tx, call_id: CallId, agent_id: AgentId, outcome: Outcome) -> None:
    """What it may well be closed with, by what has happened (R-XFER-4)."""
    row = _of(tx, call_id, agent_id)
    if row is not None and row.closed_at is None:
        tx.change_activity(row.activity_id, suggested=outcome)
        tx.emit(WorkChanged((agent_id,)))


def suggest_unreached(tx: Tx, call_id: CallId, agent_id: AgentId | None, outcome: AttemptOutcome) -> None:
    """Whom the agent called was not reached, and why tells what to close it with."""
    likely = NOT_REACHED.get(outcome)
    if likely is not None and agent_id is not None:
        suggest(tx, call_id, agent_id, likely)


def _of(tx: Tx, call_id: CallId, agent_id: AgentId) -> ActivityRow | None:
    return next((row for row in tx.activities(call_id) if row.agent_id == agent_id), None)


def _made(call: CallRow, known: list[ActivityRow], agent_id: AgentId, now: datetime) -> ActivityRow:
    """Attached to whom the call is about, else to what a colleague in it has attached theirs to (R-EMP-1, R-XFER-4)."""
    kind, record_id = whom(call)
    case_id = call.case_id
    if kind is None and known:
        kind, record_id, case_id = known[-1].kind, known[-1].record_id, known[-1].case_id
    return ActivityRow(
        new_activity_id(now),
        agent_id,
        direction(call),
        call.arrived_at,
        call.call_id,
        kind=kind,
        record_id=record_id,
        case_id=case_id,
    )


def _named(tx: Tx, call_id: CallId) -> CallRow:
    call = tx.call(call_id)
    if call is None:
        raise StoreError(f"call {call_id} is named and is not there")
    return call
