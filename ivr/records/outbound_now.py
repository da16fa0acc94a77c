"""How far a call has come that an agent made, and what for (R-OUT-1, R-OUT-3)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ivr.domain.ids import CallId, attempt_of
from ivr.domain.outbound import STEP, Progress
from ivr.domain.purposes import Purpose
from ivr.store import tables as t


@dataclass(frozen=True, slots=True)
class OutboundNow:
    """The call was made by an agent; ``purpose_expected``: whether a call is expected for its purpose."""

    progress: Progress
    purpose: Purpose | None
    purpose_expected: bool | None


def outbound_now(sql: Connection, call_id: CallId) -> OutboundNow | None:
    """The last that was told of it; None for a call that no agent has made."""
    facts, attempt = t.call_event, t.outbound_attempt
    told = select(facts.c.data).where(facts.c.call_id == call_id, facts.c.step == STEP)
    last = sql.scalar(told.order_by(facts.c.event_id.desc()).limit(1))
    if last is None:
        return None
    made = select(attempt.c.purpose, attempt.c.purpose_expected).where(attempt.c.attempt_id == attempt_of(call_id))
    row = sql.execute(made).first()
    purpose, expected = (None, None) if row is None else tuple(row)
    return OutboundNow(Progress(last["progress"]), None if purpose is None else Purpose(purpose), expected)
