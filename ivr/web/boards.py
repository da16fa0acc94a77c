"""The boards of the monitor: queues, the calls that changed, and the day, read together and told together.

Enters: what the store commits, by `Boards.hear`; the wall clock, for a wait that breaks its limit and for midnight.
Leaves: a `Picture` at most every `INTERVAL_S`, and rows of ``breach``. `Boards.run` is one task, owned by `LiveEvents`.
While nobody watches it goes on, seldom: a threshold that breaks then is found broken, with its time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.events import AgentChanged, CallChanged, Change, JourneyStep
from ivr.domain.ids import CallId
from ivr.domain.thresholds import BreachKind, MonitorRules, broken, longest_wait_breaks_at
from ivr.errors import IvrError
from ivr.mi.reading import arrived_since, parts_of
from ivr.mi.today import TODAY_STEPS, Part
from ivr.store import breaches
from ivr.store.engine import SqlStore
from ivr.web import views
from ivr.web.board_models import QueueNow, Today
from ivr.web.day import DayKept
from ivr.web.models import CallNow
from ivr.web.queue_views import Broken, DayNow, QueueRow, broken_now, queue_rows, with_day

log = structlog.get_logger()
INTERVAL_S: Final = 0.15
"""The boards are read at most this often; a change shows within 0.3 s (R-MON-1)."""
UNWATCHED_S: Final = 2.0
"""As long as nobody is connected."""
LOOK_AGAIN_S: Final = 30.0
"""What another process has written (the one before this, another node) is seen within this."""
OVERLAP: Final = timedelta(seconds=60)
RETRY_S: Final = 1.0
_SOON_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Picture:
    """The boards at one moment: every queue, the calls that have changed, the day."""

    calls: tuple[CallNow, ...]
    queues: tuple[QueueNow, ...]
    today: Today


@dataclass(frozen=True, slots=True)
class _Read:
    calls: tuple[CallNow, ...]
    parts: dict[CallId, Part]
    queues: tuple[QueueRow, ...]
    broken: tuple[Broken, ...]


class Boards:
    """``tell`` is given each picture; ``is_watched``: whether anybody is connected."""

    def __init__(
        self,
        store: SqlStore,
        now: Callable[[], datetime],
        rules: Callable[[], MonitorRules],
        tell: Callable[[Picture], None],
        is_watched: Callable[[], bool],
    ) -> None:
        self._store = store
        self._now = now
        self._tell = tell
        self._is_watched = is_watched
        self._day = DayKept(store, now, rules)
        self._changed: set[CallId] = set()
        self._counted: set[CallId] = set()
        self._asked = asyncio.Event()
        self._woken = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._looked_at: datetime | None = None
        self._asked.set()

    def hear(self, change: Change) -> None:
        """A change was committed. Called in the event loop; waits for nothing."""
        if isinstance(change, CallChanged):
            self._changed.add(change.call_id)
        if isinstance(change, CallChanged) or (isinstance(change, JourneyStep) and change.step in TODAY_STEPS):
            self._counted.add(change.call_id)
            self._asked.set()
        elif isinstance(change, AgentChanged):
            self._asked.set()

    def ask(self) -> None:
        """Read again soon: something has changed that the store does not tell."""
        self._asked.set()
        self._woken.set()

    async def day(self) -> DayNow:
        """The day's figures, as they were told last."""
        return await self._day.now()

    async def run(self) -> None:
        """Read and tell until cancelled; when the database fails, again a moment later."""
        try:
            while True:
                await self._asked.wait()
                self._asked.clear()
                await self._turn()
                await self._rest()
        finally:
            self._disarm()

    async def _turn(self) -> None:
        changed, self._changed = self._changed, set()
        counted, self._counted = self._counted, set()
        try:
            await self._read_and_tell(frozenset(changed), frozenset(counted))
        except (IvrError, SQLAlchemyError, TimeoutError) as error:
            log.warning("live.not_read", error=str(error))
            self._changed |= changed
            self._counted |= counted
            self._asked.set()
            await asyncio.sleep(RETRY_S)

    async def _read_and_tell(self, changed: frozenset[CallId], counted: frozenset[CallId]) -> None:
        now, since = self._now(), self._look_again_from()
        await self._day.now()
        if since is not None:
            counted |= self._day.unfinished
        shown = changed if self._is_watched() else frozenset[CallId]()
        read = await self._store.read(_read, shown, counted, since)
        day = self._day.put(read.parts)
        held = await self._judged(read, day)
        if since is not None:
            self._looked_at = now
        self._tell(Picture(read.calls, with_day(read.queues, held, day), day.today))
        self._arm(read.queues, held, day)

    async def _judged(self, read: _Read, day: DayNow) -> tuple[Broken, ...]:
        """What is broken now; what has begun or ended is written first."""
        now = self._now()
        due = {
            (row.key, what): since
            for row in read.queues
            for what, since in broken(day.standing(row), day.rules.of(row.key).limits, now).items()
        }
        held = {(one.key, one.what): one.breach_id for one in read.broken}
        begun = [breaches.Begun(*name, since) for name, since in due.items() if name not in held]
        ended = [breach_id for name, breach_id in held.items() if name not in due]
        return await self._store.write(_keep, begun, ended, now) if begun or ended else read.broken

    def _look_again_from(self) -> datetime | None:
        """Since when calls of other processes are looked for, if it is time to."""
        now = self._now()
        if self._looked_at is None:
            return now - OVERLAP
        is_due = now - self._looked_at >= timedelta(seconds=LOOK_AGAIN_S)
        return self._looked_at - OVERLAP if is_due else None

    async def _rest(self) -> None:
        if self._is_watched():
            await asyncio.sleep(INTERVAL_S)
            return
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNWATCHED_S):
                await self._woken.wait()

    def _arm(self, queues: tuple[QueueRow, ...], held: tuple[Broken, ...], day: DayNow) -> None:
        """Read again when the next wait breaks its limit, at midnight, and now and then."""
        self._disarm()
        late = {one.key for one in held if one.what is BreachKind.LONGEST_WAIT}
        waits = [row for row in queues if row.key not in late]
        times = [longest_wait_breaks_at(day.standing(row), day.rules.of(row.key).limits) for row in waits]
        next_at = min([self._day.end, *(at for at in times if at is not None)])
        in_s = max(0.0, (next_at - self._now()).total_seconds()) + _SOON_S
        self._timer = asyncio.get_running_loop().call_later(min(in_s, LOOK_AGAIN_S), self.ask)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _read(sql: Connection, changed: frozenset[CallId], counted: frozenset[CallId], since: datetime | None) -> _Read:
    more = frozenset() if since is None else arrived_since(sql, since)
    return _Read(views.some_calls(sql, changed), parts_of(sql, counted | more), queue_rows(sql), broken_now(sql))


def _keep(sql: Connection, begun: list[breaches.Begun], ended: list[int], now: datetime) -> tuple[Broken, ...]:
    breaches.keep(sql, begun, ended, now)
    return broken_now(sql)
