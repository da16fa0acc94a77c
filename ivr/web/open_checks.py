"""Checks that are open while their call ends: abandoned, and what is recorded afterwards sounds again (R-REC-1).

Enters: what the store commits. One task, owned by whoever calls `start`; it reads only when such a call has ended.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ivr.domain.events import CallChanged, CallState, Change
from ivr.domain.ids import CallId
from ivr.errors import IvrError
from ivr.records import checks
from ivr.web.services import WebServices
from ivr.web.telling import forever


class OpenChecks:
    """Knows on which calls a check is open."""

    def __init__(self, services: WebServices) -> None:
        self._services = services
        self._calls: set[CallId] = set()
        self._asked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Listen; what was open before this process began is looked at first."""
        self._services.store.listen(self.hear)
        self._asked.set()
        self._task = asyncio.create_task(self._run(), name="open-checks")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def begun(self, call_id: CallId) -> None:
        """A check is open on this call from now on."""
        self._calls.add(call_id)

    def ended(self, call_id: CallId) -> None:
        """None is open on it any more."""
        self._calls.discard(call_id)

    def hear(self, change: Change) -> None:
        """A change was committed. Called by the store in the event loop; waits for nothing."""
        if isinstance(change, CallChanged) and change.state is CallState.ENDED and change.call_id in self._calls:
            self._asked.set()

    async def abandon(self) -> None:
        """Abandon what is open on calls that have ended."""
        services = self._services
        for call_id in await services.store.write(checks.abandon_ended, services.now()):
            self.ended(call_id)
            with suppress(IvrError):
                await services.hush(call_id, on=False)

    async def _run(self) -> None:
        await forever(self._asked, self._look)

    async def _look(self) -> None:
        self._calls |= await self._services.store.read(checks.calls_being_checked)
        await self.abandon()
