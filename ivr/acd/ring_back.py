"""The transactions of a call back taken instead of waiting (R-WAIT-3, R-CB-14).

Its caller hangs up, its row stays in the queue with its place and is matched like any other; once an agent has it, the
caller is rung, once: `begin` is committed before anything is dialled. Whoever is not reached gets a formal call back.
Every such call ends as `CallEnd.CALLED_BACK`, and only once (R-MI-3).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ivr.acd import ledger
from ivr.acd.formal import raise_for_call
from ivr.acd.limits import Limits
from ivr.domain.call_backs import OpenDay
from ivr.domain.events import CallBackChanged, CallChanged, CallEnd, CallState
from ivr.domain.ids import CallId
from ivr.domain.numbers import masked
from ivr.domain.queueing import CallRow
from ivr.store.ports import Tx

ANSWERED: Final = "answered"
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
    return True


def reached(tx: Tx, call_id: CallId, now: datetime) -> bool:
    """The caller has answered: they are on the line, as if they had waited. False when the call is over."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.TALKING or call.called_back_at is None:
        return False
    if call.answered_at is None:
        tx.note_call(call_id, answered_at=now)
        tx.call_fact(call_id, now, "called_back", {"outcome": ANSWERED})
        tx.emit(CallChanged(call_id, CallState.TALKING, agent_id=call.agent_id))
    return True


def finish(
    tx: Tx, call_id: CallId, outcome: str, now: datetime, limits: Limits, is_open_day: OpenDay, *, formal: bool = True
) -> bool:
    """Nothing more is done for the call here. A caller who was not reached, for the reason ``outcome``, gets a formal
    call back, unless they may not be rung (``formal`` False). Its agent is in After Call Work. False: it had ended.
    """
    call = tx.call(call_id)
    if call is None or call.state is CallState.ENDED:
        return False
    if call.answered_at is None:
        tx.call_fact(call_id, now, "called_back", {"outcome": outcome})
        if formal:
            _raise_formal(tx, call, now, is_open_day)
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
    finish(tx, call_id, "closed", now, limits, is_open_day)
    return False


def take_place(tx: Tx, call_id: CallId, now: datetime, limits: Limits) -> bool:
    """Whoever rings while they wait for a call back needs none: this call, still in the menu, gets the place of theirs,
    which is over (R-WAIT-3). False when nobody of the call's waits for one.
    """
    call = tx.call(call_id)
    if call is None or call.first_waiting_at is not None:
        return False
    theirs = [other for other in tx.call_backs_waiting() if other.call_id != call_id and _is_same(call, other)]
    if not theirs:
        return False
    tx.note_call(call_id, first_waiting_at=theirs[0].first_waiting_at)
    tx.call_fact(call_id, now, "place_taken", {"of": theirs[0].call_id})
    for other in theirs:
        tx.call_fact(other.call_id, now, "call_back_withdrawn", {"by": call_id})
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


def _raise_formal(tx: Tx, call: CallRow, now: datetime, is_open_day: OpenDay) -> None:
    """With the 24 hour limit, counted from when the caller asked (R-CB-14)."""
    number = call.call_back_number or call.cli
    raise_for_call(tx, call.call_id, number, now, is_open_day, asked_at=call.call_back_asked_at)


def _end(tx: Tx, call: CallRow, now: datetime, limits: Limits) -> None:
    tx.emit(CallBackChanged(call.call_id, is_over=True))
    ledger.end_call(tx, call.call_id, CallEnd.CALLED_BACK, now, limits)
