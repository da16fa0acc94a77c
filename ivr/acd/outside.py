"""A call sent to a number outside, over a carrier's trunk: rung, connected, and what the store has of it (R-MENU-5).

Enters: a call in the menu, and the unit to ring. Leaves: the unit was reached, and the call is sent outside (R-MI-3);
or it was not, and the call is in the menu again. Runs in the call's own task; leg and bridge have names made of the
call's id, so that a later process finds them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from ivr.acd.offer import outside_leg_id, unbroken
from ivr.acd.outside_leg import OutsideLeg, Unit
from ivr.acd.recovery import Left
from ivr.acd.room import bridge_id, quieten
from ivr.domain.events import CallChanged, CallEnd, CallState
from ivr.domain.ids import CallId
from ivr.errors import Conflict, NotFound
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd
from ivr.pbx.session import AriSession
from ivr.store.ports import Store, Tx

log = structlog.get_logger()

GONE_LIMIT_S: Final = 2.0
"""A leg that was hung up is destroyed within milliseconds."""
SENT: Final = "sent_outside"
"""The step of a call's journey; its ``outcome`` is an `OfferEnd`."""


# --- what the store has of it ---------------------------------------------------------------------------------------


def begin(tx: Tx, call_id: CallId) -> bool:
    """The call is being sent outside, or is again, after another process. False when it is in neither state."""
    call = tx.call(call_id)
    if call is None or call.state not in {CallState.MENU, CallState.OUTSIDE}:
        return False
    tx.move_call(call_id, call.state, state=CallState.OUTSIDE)
    tx.emit(CallChanged(call_id, CallState.OUTSIDE))
    return True


def reached(tx: Tx, call_id: CallId, now: datetime) -> None:
    """Somebody outside has answered: whatever comes, the call counts as sent outside. Told twice, it is noted once."""
    call = tx.call(call_id)
    if call is None or call.state is not CallState.OUTSIDE or call.end is not None:
        return
    tx.note_call(call_id, end=CallEnd.SENT_OUTSIDE)
    tx.call_fact(call_id, now, SENT, {"outcome": OfferEnd.ANSWERED.value})


def missed(tx: Tx, call_id: CallId, outcome: OfferEnd, now: datetime) -> None:
    """Nobody outside answered: the call is in the menu again, from where it goes into a queue."""
    if tx.move_call(call_id, CallState.OUTSIDE, state=CallState.MENU):
        tx.call_fact(call_id, now, SENT, {"outcome": outcome.value})
        tx.emit(CallChanged(call_id, CallState.MENU))


# --- on the PBX -----------------------------------------------------------------------------------------------------


class OutsideCall:
    """One caller, and the leg to whoever is outside."""

    def __init__(
        self, session: AriSession, store: Store, call_id: CallId, caller: Channel, now: Callable[[], datetime]
    ) -> None:
        """``now``: the wall clock, aware UTC."""
        self._session = session
        self._store = store
        self._call_id = call_id
        self._caller = caller
        self._now = now
        self._leg: Channel | None = None
        self._bridge: Bridge | None = None
        self._connected = False
        self._reached_before = False

    def take_up(self, left: Left) -> None:
        """What another process left of it is ours to use, and to clear up, from here on."""
        self._leg, self._bridge, self._connected = left.leg, left.bridge, left.connected
        self._reached_before = left.standing.call.end is CallEnd.SENT_OUTSIDE

    @property
    def was_reached(self) -> bool:
        """Somebody outside is on the line, or was when no process looked."""
        return self._reached_before or (self._leg is not None and self._leg.is_up)

    async def reach(self, unit: Unit | None, own_number: str) -> bool:
        """Ring ``unit`` until it answers: True; False when nobody does, or there is no unit. Raises PbxError.

        ``own_number``: the national one that the unit sees. A leg that another process left unanswered ends first.
        """
        free = await self._left_is_gone()
        outcome = await self._ring(unit, own_number) if free and unit is not None else OfferEnd.UNREACHABLE
        log.info("outside.rung", trunk="" if unit is None else unit.trunk.name, outcome=outcome.value)
        if outcome is OfferEnd.ANSWERED:
            await self._store.run(reached, self._call_id, self._now())
            return True
        await self._store.run(missed, self._call_id, outcome, self._now())
        return False

    async def _left_is_gone(self) -> bool:
        """End what another process left ringing: a new leg may have its name once the last of it has been heard."""
        if self._leg is None:
            return True
        await self._leg.hang_up()
        try:
            async with asyncio.timeout(GONE_LIMIT_S):
                await self._leg.destroyed.wait()
        except TimeoutError:
            log.warning("outside.leg_stays")
            return False
        return True

    async def _ring(self, unit: Unit, own_number: str) -> OfferEnd:
        rung = OutsideLeg(self._session, unit, own_number, outside_leg_id(self._call_id), self._call_id)
        try:
            return await rung.ring()
        finally:
            self._leg = rung.leg or self._leg

    async def talk(self) -> None:
        """Connect the two unless they are, and return when whoever is outside has gone."""
        leg = self._leg
        if leg is None or leg.is_gone:
            return
        if not self._connected:
            await self._store.run(reached, self._call_id, self._now())
            await self._connect(leg)
        await leg.gone.wait()

    async def _connect(self, leg: Channel) -> None:
        if self._bridge is None:
            await unbroken(self._make_bridge())
        try:
            await quieten(self._caller)
            if self._bridge is not None:
                await self._bridge.add(self._caller, leg)
            self._connected = True
        except (NotFound, Conflict):
            log.info("talk.party_gone", caller_gone=self._caller.is_gone, leg_gone=leg.is_gone)
            if not leg.is_gone and not self._caller.is_gone:
                raise

    async def _make_bridge(self) -> None:
        self._bridge = await self._session.create_bridge(bridge_id=bridge_id(self._call_id))

    async def clear_up(self) -> None:
        """Leave nothing on the PBX. An answer that came before the caller's hang-up counts (as R-WAIT-6)."""
        leg = self._leg
        if leg is not None:
            if leg.up_at_seq is not None and (self._caller.gone_seq is None or leg.up_at_seq < self._caller.gone_seq):
                await self._store.run(reached, self._call_id, self._now())
            await leg.hang_up()
        if self._bridge is not None:
            await self._bridge.destroy()
