"""Steps of calls' journeys that change no state (a prompt played, a look-up made), written in short batches.

Enters: `Recorder.note`, from any call, never waiting. Leaves: rows of ``call_event``, every tenth of a second, in one
transaction for all calls. `Recorder.run` is one task, owned by the service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import structlog

from ivr.domain.ids import CallId
from ivr.errors import StoreError
from ivr.store.ports import Store, Tx

log = structlog.get_logger()

BATCH_S: Final = 0.1
KEPT: Final = 10_000
"""Steps kept while the database does not answer; the oldest go first."""

Step = Callable[[Tx], object]


class Recorder:
    """The steps of all calls that are noted and not yet written."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._steps: list[tuple[CallId, Step]] = []
        self._noted = asyncio.Event()

    def note(self, call_id: CallId, step: str, **data: str) -> None:
        """A step of a call's journey; ``data`` holds names, masked references and internal ids, nothing personal."""
        at = self._now()
        log.debug("journey.noted", call_id=call_id, step=step, data=data)
        self.write(call_id, lambda tx: tx.call_fact(call_id, at, step, data))

    def write(self, call_id: CallId, step: Step) -> None:
        """Have what nobody waits for written with the next batch, or with the call's next transaction."""
        self._steps.append((call_id, step))
        self._noted.set()

    def take(self, call_id: CallId) -> list[Step]:
        """What is noted of a call and not written: its own next transaction writes it, in the right order."""
        taken = [step for owner, step in self._steps if owner == call_id]
        self._steps = [(owner, step) for owner, step in self._steps if owner != call_id]
        return taken

    async def run(self) -> None:
        """Write what is noted until cancelled."""
        while True:
            await self._noted.wait()
            await asyncio.sleep(BATCH_S)
            await self.flush()

    async def flush(self) -> None:
        """Write what has been noted so far."""
        self._noted.clear()
        steps, self._steps = self._steps, []
        if not steps:
            return
        try:
            await self._store.run(_write, [step for _owner, step in steps])
        except StoreError:
            log.exception("journey.write_failed", steps=len(steps))
            self._steps = (steps + self._steps)[-KEPT:]


def _write(tx: Tx, steps: Sequence[Step]) -> None:
    for step in steps:
        step(tx)
