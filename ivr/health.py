"""Whether this process can serve a call: its loop runs and its database answers.

Enters: nothing. Leaves: `Heartbeat.fresh`, looked at before each claim. `Heartbeat.run` is one task of the service.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from ivr.acd import ledger
from ivr.errors import StoreError
from ivr.flows.services import Services

log = structlog.get_logger()

BEAT_S: Final = 1.0
STALE_S: Final = 2.5
"""A database that has not answered for so long is counted as gone, and no new call is claimed."""


class Heartbeat:
    """Each second one transaction on the calls' own route, which is also the sweep for what matching missed."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._last = float("-inf")
        self.defects = 0
        """Pairs that only the sweep found: each is a mistake of ours."""

    def fresh(self) -> bool:
        """Whether the database answered within the last moments."""
        return asyncio.get_running_loop().time() - self._last < STALE_S

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await asyncio.sleep(BEAT_S)

    async def beat(self) -> None:
        """One transaction; a failure is told, and shows in `fresh`."""
        try:
            found = await self._services.store.run(ledger.match, self._services.now())
        except StoreError as error:
            log.warning("database.silent", error=str(error))
            return
        self._last = asyncio.get_running_loop().time()
        if found:
            self.defects += found
            log.error("match.missed", pairs=found)
