"""Deadlines: every passing state ends by itself (after call work, idle log-out, overflow, the time after a RONA).

Enters: what the store has committed. Leaves: the transaction that ends the state, run when its time has come by the
monotonic clock; it names the state it expects, so a deadline that has been overtaken does nothing.
Owned by the service: `Deadlines.close` ends what is running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog

from ivr.acd import ledger, toolbar
from ivr.acd.restart import BlockEnds, IdleEnds, Overflows, PendingDeadline, WorkEnds, pending_deadlines
from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged, BlockSet, CallChanged, Change
from ivr.errors import StoreError
from ivr.store.ports import Store

log = structlog.get_logger()

IDLE_WARNING_S = 300.0
RETRY_S = 1.0
"""A deadline whose transaction failed is tried again so much later; the state must not last for ever."""


class Deadlines:
    """The timers of one process. `changed` is a listener of the store."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], idle_logout_s: float, idle_warning_s: float = IDLE_WARNING_S
    ) -> None:
        self._store = store
        self._now = now
        self.idle_logout_s = idle_logout_s
        """For agents who become Available from now on."""
        self.idle_warning_s = idle_warning_s
        """So long before the log-out they are warned (R-STATE-6)."""
        self._timers: dict[tuple[str, object], asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def restore(self) -> None:
        """After a start: the ends that the last process left behind; what is overdue comes at once."""
        for pending in await self._store.run(pending_deadlines):
            self._arm(pending, max(0.0, (pending.at - self._now()).total_seconds()))

    def changed(self, change: Change) -> None:
        """Set the timer that a change asks for."""
        match change:
            case AgentChanged(state=AgentState.AFTER_CALL_WORK, deadline_s=float(in_s)):
                self._arm(WorkEnds(change.agent_id, change.since, change.since), in_s)
            case AgentChanged(state=AgentState.AVAILABLE, deadline_s=float(in_s)):
                self._arm(IdleEnds(change.agent_id, change.since, change.since), in_s)
            case CallChanged(overflow_in_s=float(in_s)):
                self._arm(Overflows(change.call_id, self._now()), in_s)
            case BlockSet():
                self._arm(BlockEnds(change.call_id, change.agent_id, self._now()), change.again_in_s)
            case _:
                pass

    def _arm(self, pending: PendingDeadline, in_s: float) -> None:
        run, now, idle_s = self._store.run, self._now, self.idle_logout_s
        match pending:
            case WorkEnds(agent_id, since):
                self.set("work", agent_id, in_s, lambda: run(toolbar.work_over, agent_id, since, now(), idle_s))
            case IdleEnds(agent_id, since):
                soon_s = max(0.0, in_s - self.idle_warning_s)
                self.set("idle soon", agent_id, soon_s, lambda: run(toolbar.idle_soon, agent_id, since))
                self.set("idle", agent_id, in_s, lambda: run(toolbar.idle_over, agent_id, since, now()))
            case Overflows(call_id):
                self.set("overflow", call_id, in_s, lambda: run(ledger.overflow, call_id, now()))
            case BlockEnds(call_id, agent_id):
                self.set("block", (call_id, agent_id), in_s, lambda: run(ledger.unblock, call_id, agent_id, now()))

    def set(self, kind: str, key: object, in_s: float, fire: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Run ``fire()`` in ``in_s`` seconds; a later timer of the same kind and key replaces this one."""
        old = self._timers.pop((kind, key), None)
        if old is not None:
            old.cancel()
        self._timers[kind, key] = asyncio.get_running_loop().call_later(in_s, self._start, kind, key, fire)

    async def close(self) -> None:
        """No timer fires any more; transactions under way finish."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._running:
            await asyncio.wait(self._running)

    def _start(self, kind: str, key: object, fire: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self._timers.pop((kind, key), None)
        task = asyncio.create_task(self._fire(kind, key, fire), name=f"deadline-{kind}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _fire(self, kind: str, key: object, fire: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            await fire()
        except StoreError:
            log.exception("deadline.failed", kind=kind)
            self.set(kind, key, RETRY_S, fire)
