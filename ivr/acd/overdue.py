"""Offers that ring for longer than any phone may: Reserved is a passing state too, and must end by itself.

A call's own task ends its offers in time. One that no task was told of (made by a process in the moment in which
another took its calls over) would hold agent and caller for ever. The clock is the looking process's monotonic one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from ivr.acd import recovery
from ivr.acd.recovery import Standing
from ivr.domain.events import OfferState
from ivr.domain.ids import OfferId
from ivr.store.ports import Tx

GRACE_S: Final = 8.0
"""By so much an offer may outlast the ring time-out: the leg's start, the backstop, a slow machine."""


class Overdue:
    """Remembers since when each offer has been seen to ring."""

    def __init__(self) -> None:
        self._since: dict[OfferId, float] = {}

    def of(self, standing: Iterable[Standing], ring_timeout_s: float, at: float) -> list[OfferId]:
        """The offers that have rung for too long; ``at``: now, in seconds of the monotonic clock."""
        ringing = [s.offer.offer_id for s in standing if s.offer is not None and s.offer.state is OfferState.RINGING]
        self._since = {offer_id: self._since.get(offer_id, at) for offer_id in ringing}
        return [offer_id for offer_id in ringing if at - self._since[offer_id] >= ring_timeout_s + GRACE_S]


def take_back(tx: Tx, offer_id: OfferId, now: datetime) -> bool:
    """End an overdue offer: its agent is Available with their idle time, its call matched anew. False if it ended."""
    offer = tx.offer(offer_id)
    if offer is None or offer.state is not OfferState.RINGING:
        return False
    recovery.take_back(tx, offer.call_id, now)
    return True
