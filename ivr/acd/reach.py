"""Which scopes of a call are open: armed by a transaction, opened or closed again by its match (R-WAIT-1).

A call's reach widens and never narrows: ``arming`` turns into ``open`` or back into ``closed`` before the commit, and
what is open stays so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ivr.domain.events import CallState
from ivr.domain.ids import CallId
from ivr.domain.queueing import Reach, ScopeRow
from ivr.domain.routes import Route, Scope
from ivr.store.ports import Tx


def begin(tx: Tx, call_id: CallId, route: Route) -> None:
    """Give the call the scopes of its route: the tried ones armed, the added ones closed. A scope counts once."""
    rows: list[ScopeRow] = []
    for added, scopes in ((False, route.tried), (True, route.added)):
        for scope in scopes:
            if all(row.key != scope.key for row in rows):
                reach = Reach.CLOSED if added else Reach.ARMING
                rows.append(ScopeRow(call_id, len(rows), scope.kind, scope.key, added, reach))
    tx.replace_scopes(call_id, rows)


def arm_as_on_arrival(tx: Tx, call_id: CallId) -> None:
    """Every tried scope that is not open may be opened by the coming match."""
    _arm(tx, call_id, [s.position for s in tx.scopes(call_id) if s.reach is Reach.CLOSED and not s.added])


def arm_behind(tx: Tx, call_id: CallId, rang: int, now: datetime) -> None:
    """After a RONA through the scope at ``rang``: those behind it may be opened; the added ones are, at once, when it
    was the last that is tried.
    """
    scopes = tx.scopes(call_id)
    behind = [s for s in scopes if s.reach is Reach.CLOSED and s.position > rang]
    _arm(tx, call_id, [s.position for s in behind if not s.added])
    if rang >= max(s.position for s in scopes if not s.added):
        open_scopes(tx, call_id, [s.position for s in behind if s.added], "redirect", now)


def open_all(tx: Tx, call_id: CallId, now: datetime) -> None:
    """The overflow time has passed: every scope is open, the added ones too."""
    shut = [s.position for s in tx.scopes(call_id) if s.reach is not Reach.OPEN]
    if shut:
        tx.call_fact(call_id, now, "overflowed", {})
        open_scopes(tx, call_id, shut, "overflow", now)


def apply_choice(tx: Tx, call_id: CallId, opens: Collection[int], now: datetime) -> None:
    """The match chose an agent: of the armed scopes those it reached are open, the rest closed again."""
    armed = [s.position for s in tx.scopes(call_id) if s.reach is Reach.ARMING]
    open_scopes(tx, call_id, [p for p in armed if p in opens], _why(tx, call_id), now)
    closed = [p for p in armed if p not in opens]
    if closed:
        tx.set_reach(call_id, closed, Reach.CLOSED, None)


def settle(tx: Tx, call_id: CallId, now: datetime) -> None:
    """The match found nobody anywhere: every armed scope is open, and the call waits."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.WAITING:
        return
    armed = [s.position for s in tx.scopes(call_id) if s.reach is Reach.ARMING]
    open_scopes(tx, call_id, armed, _why(tx, call_id), now)
    if call.after_rona_position is not None:
        tx.note_call(call_id, after_rona_position=None)


def open_one_more(tx: Tx, call_id: CallId, scope: Scope, why: str, now: datetime) -> None:
    """Open ``scope`` for the call, appended to its route when it is not part of it."""
    scopes = tx.scopes(call_id)
    known = next((s for s in scopes if s.key == scope.key), None)
    if known is None:
        known = ScopeRow(call_id, len(scopes), scope.kind, scope.key, added=True, reach=Reach.CLOSED)
        tx.add_scopes(call_id, [known])
    if known.reach is not Reach.OPEN:
        open_scopes(tx, call_id, [known.position], why, now)


def open_scopes(tx: Tx, call_id: CallId, positions: Collection[int], why: str, now: datetime) -> None:
    """Open these scopes; the call counts as entered in each of their queues (R-MI-3)."""
    if not positions:
        return
    keys = ", ".join(s.key for s in tx.scopes(call_id) if s.position in positions)
    tx.set_reach(call_id, positions, Reach.OPEN, now)
    tx.call_fact(call_id, now, "opened", {"scopes": keys, "why": why})


def _arm(tx: Tx, call_id: CallId, positions: Collection[int]) -> None:
    if positions:
        tx.set_reach(call_id, positions, Reach.ARMING, None)


def _why(tx: Tx, call_id: CallId) -> str:
    call = tx.call(call_id)
    return "arrival" if call is None or call.after_rona_position is None else "redirect"
