"""The transactions of a call back taken instead of waiting (R-WAIT-3, R-CB-14).

Its caller hangs up, its row stays in the queue with its place and is matched like any other; once an agent has it, the
caller is rung, once: `begin` is committed before anything is dialled. Whoever is not reached gets a formal call back.
Every such call ends as `CallEnd.CALLED_BACK`, and only once (R-MI-3).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ivr.acd import activities, ledger
from ivr.acd.formal import contact_of, raise_for_call
from ivr.acd.limits import Limits
from ivr.acd.roster import present, told
from ivr.domain.call_backs import OpenDay
from ivr.domain.events import CallBackChanged, CallChanged, CallEnd, CallState
from ivr.domain.ids import CallId, attempt_of
from ivr.domain.numbers import masked
from ivr.domain.purposes import PURPOSES, AttemptOutcome, OutboundAttempt, Purpose
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Route
from ivr.store.ports import Tx

QUEUED, IN_PLACE = "queued", "in_place"
ANSWERED: Final = "answered"
CLOSED, FAULT, AGENT_GONE, LOST = "closed", "fault", "agent_gone", "lost"
"""Why a caller was not rung or not reached, besides how their phone was: the line has closed; a fault of ours; the
agent's leg ended first; no process looked when the ringing ended.
"""
NOT_ALLOWED, SUPPRESSED = "not_allowed", "suppressed"
"""The number may not be dialled any more (R-OUT-4), or the record not be rung (R-OUT-2)."""
NEVER: Final = frozenset({NOT_ALLOWED, SUPPRESSED})
"""Who gets no formal call back either."""
_OUTCOMES: Final = {outcome.value: outcome for outcome in AttemptOutcome}
_WHO: Final = ("client_id", "employer_id", "representative_id")


def take(tx: Tx, call_id: CallId, number: str, now: datetime) -> bool:
    """The waiting caller is to be rung at ``number`` when their place comes. False when the call does not wait any
    more (an agent is being rung for it: the call is theirs), or was answered before.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.WAITING or call.answered_at is not None:
        return False
    if call.call_back_number is not None:
        return False
    tx.note_call(call_id, call_back_number=number, call_back_asked_at=now, end=CallEnd.CALLED_BACK)
    tx.call_fact(call_id, now, "call_back_taken", {"number": masked(number)})
    tx.emit(CallBackChanged(call_id))
    tx.emit(CallChanged(call_id, CallState.WAITING))
    return True


def begin(tx: Tx, call_id: CallId, channel_id: str, now: datetime) -> bool:
    """The caller is about to be rung on ``channel_id``. False when they have been before: never twice."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING or not call.waits_for_call_back:
        return False
    tx.note_call(call_id, called_back_at=now, channel_id=channel_id)
    tx.call_fact(call_id, now, "call_back_rung", {})
    _begin_attempt(tx, call, now)
    _show(tx, call, now)
    return True


def reached(tx: Tx, call_id: CallId, now: datetime) -> bool:
    """The caller has answered: they are on the line, as if they had waited. False when the call is over."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING or call.called_back_at is None:
        return False
    if call.answered_at is None:
        tx.note_call(call_id, answered_at=now)
        tx.call_fact(call_id, now, "called_back", {"outcome": ANSWERED})
        tx.end_attempt(attempt_of(call_id), AttemptOutcome.ANSWERED, now)
        _show(tx, call, now)
    return True


def finish(
    tx: Tx, call_id: CallId, outcome: str, now: datetime, limits: Limits, is_open_day: OpenDay, *, lost: bool = False
) -> bool:
    """Nothing more is done for the call here. A caller who was not reached, for the reason ``outcome``, gets a formal
    call back, unless they may not be rung at all. Its agent is in After Call Work, or Not Ready when their phone is
    ``lost``. False: it had ended.
    """
    call = tx.call(call_id)
    if call is None or call.state is CallState.ENDED:
        return False
    if call.answered_at is None:
        tx.call_fact(call_id, now, "called_back", {"outcome": outcome})
        reached = _OUTCOMES.get(outcome, AttemptOutcome.CANCELLED)
        tx.end_attempt(attempt_of(call_id), reached, now)
        activities.suggest_unreached(tx, call_id, call.agent_id, reached)
        if outcome not in NEVER:
            _raise_formal(tx, call, now, is_open_day)
    if lost and call.state is CallState.TALKING and call.agent_id is not None:
        ledger.lose_agent(tx, call_id, call.agent_id, now)
    _end(tx, call, now, limits)
    return True


def look(tx: Tx, call_id: CallId, now: datetime, limits: Limits, is_open_day: OpenDay, *, is_open: bool) -> bool:
    """Whether the call still waits for its place. When its line has closed it becomes a formal call back at once, but
    for one that an agent is being rung for.
    """
    call = tx.call(call_id)
    if call is None or not call.waits_for_call_back or call.state is CallState.ENDED:
        return False
    if is_open or call.state is not CallState.WAITING:
        return True
    finish(tx, call_id, CLOSED, now, limits, is_open_day)
    return False


def enqueue(tx: Tx, call_id: CallId, route: Route, now: datetime, limits: Limits) -> str | None:
    """The call begins to wait along ``route``: QUEUED; IN_PLACE where its caller waits for a call back already, whose
    place they have from here on. None when it is not in the menu any more.
    """
    call = tx.call(call_id)
    if call is None or call.state is not CallState.MENU:
        return None
    in_place = take_place(tx, call, now, limits)
    ledger.enqueue(tx, call_id, route, now, limits)
    return IN_PLACE if in_place else QUEUED


def take_place(tx: Tx, call: CallRow, now: datetime, limits: Limits) -> bool:
    """Whoever rings while they wait for a call back needs none: this call gets the place of theirs, which is over
    (R-WAIT-3). False when nobody of the call's waits for one.
    """
    theirs = [other for other in tx.call_backs_waiting() if _is_same(call, other)]
    if not theirs or call.first_waiting_at is not None:
        return False
    tx.note_call(call.call_id, first_waiting_at=theirs[0].first_waiting_at)
    tx.call_fact(call.call_id, now, "place_taken", {"of": theirs[0].call_id})
    for other in theirs:
        tx.call_fact(other.call_id, now, "call_back_withdrawn", {"by": call.call_id})
        _end(tx, other, now, limits)
    return True


def _is_same(call: CallRow, other: CallRow) -> bool:
    """Whether the same person or firm rings: by record, or from the number they gave or rang from before. Records that
    differ tell two people on one telephone apart.
    """
    known = [(getattr(call, who), getattr(other, who)) for who in _WHO]
    if any(ours is not None and ours == theirs for ours, theirs in known):
        return True
    if any(ours is not None and theirs is not None for ours, theirs in known):
        return False
    return bool(call.cli) and call.cli in {other.call_back_number, other.cli}


def _show(tx: Tx, call: CallRow, now: datetime) -> None:
    """What its agent sees of the call has changed."""
    tx.emit(CallChanged(call.call_id, call.state, agent_id=call.agent_id))
    if call.agent_id is not None:
        tx.emit(told(tx, present(tx, call.agent_id), now))


def _begin_attempt(tx: Tx, call: CallRow, now: datetime) -> None:
    """It is one of the attempts to reach somebody, which are shown with their times (R-OUT-5)."""
    if call.agent_id is None:
        return
    kind, record_id = contact_of(call)
    tx.begin_attempt(
        OutboundAttempt(
            attempt_of(call.call_id),
            call.call_id,
            call.agent_id,
            now,
            kind,
            record_id,
            Purpose.CALL_BACK,
            PURPOSES[Purpose.CALL_BACK].expected,
        )
    )


def _raise_formal(tx: Tx, call: CallRow, now: datetime, is_open_day: OpenDay) -> None:
    """With the 24 hour limit, counted from when the caller asked (R-CB-14)."""
    number = call.call_back_number or call.cli
    raise_for_call(tx, call.call_id, number, now, is_open_day, asked_at=call.call_back_asked_at)


def _end(tx: Tx, call: CallRow, now: datetime, limits: Limits) -> None:
    tx.emit(CallBackChanged(call.call_id, is_over=True))
    ledger.end_call(tx, call.call_id, CallEnd.CALLED_BACK, now, limits)
