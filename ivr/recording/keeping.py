"""Keeps recordings for the calls of one process, and deletes them when their time is over (R-REC-2).

Enters: what talks begin, change and end (`ivr.acd.recording.Keeper`). Leaves: rows and files that agree, the news that
recording has stopped for want of room, or goes on again. `Recordings.run` is one task, owned by the service.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from ivr.acd.recording import Found
from ivr.domain.ids import CallId
from ivr.domain.recordings import RecordingRow, RecordingStopped, Why, Wishes, length_ms
from ivr.errors import IvrError, PbxError
from ivr.mi.recorder import Recorder
from ivr.pbx.session import AriSession
from ivr.records import recordings
from ivr.store.engine import SqlStore
from ivr.store.ports import Tx

log = structlog.get_logger()

LOOK_S: Final = 5.0
"""So often it is looked whether there is room."""
FAULT_S: Final = 30.0
"""So long nothing is recorded after Asterisk would not."""
SWEEP_S: Final = 3600.0
"""So often files are deleted whose time is over, and at each start and reload."""
WHOLE_S: Final = 5.0
"""A file is whole within this of its end."""
WHOLE_LOOK_S: Final = 0.05
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class KeepRules:
    """office.toml, [recordings]."""

    keep_days: float
    min_free_mb: int
    is_used: bool = True
    """Some line is recorded: else nobody needs to know that nothing can be."""


class Recordings:
    """The recordings of one process."""

    def __init__(
        self,
        store: SqlStore,
        session: AriSession,
        recorder: Recorder,
        folder: Path,
        now: Callable[[], datetime],
        rules: Callable[[], KeepRules],
        node: str,
    ) -> None:
        """``folder``: where this ``node``'s Asterisk writes them; ``now``: the wall clock, aware UTC."""
        self._node = node
        self.folder = folder
        self.stopped: RecordingStopped | None = None
        """Why nothing is recorded now; None: all is well."""
        self.tries = 0
        self._store = store
        self._session = session
        self._recorder = recorder
        self._now = now
        self._rules = rules
        self._watching: list[Callable[[], None]] = []
        self._own: set[str] = set()
        """Files that a talk of this process makes, or that are being finished."""
        self._errands: set[asyncio.Task[None]] = set()
        self._fault_until_s = 0.0
        self._asked = asyncio.Event()
        self._swept_s: float | None = None

    # --- for talks (`ivr.acd.recording.Keeper`) -----------------------------------------------------------------

    @property
    def may_record(self) -> bool:
        """There is room, and Asterisk records."""
        return self.stopped is None

    def watch(self, news: Callable[[], None]) -> Callable[[], None]:
        """Have ``news`` called when that has changed; returns what ends it."""
        self._watching.append(news)
        return lambda: self._watching.remove(news) if news in self._watching else None

    async def found(self, call_id: CallId) -> Found:
        """What there is of the call."""
        return await self._store.look_up(_found, call_id)

    async def wish(self, call_id: CallId, wishes: Wishes) -> None:
        """Keep what is asked of its recording."""
        await self._store.write(recordings.wish, call_id, wishes)

    async def began(self, row: RecordingRow) -> None:
        """A file is about to be made."""
        self._own.add(row.recording_id)
        await self._store.write(recordings.began, row)

    async def changed(self, row: RecordingRow) -> None:
        """It is quiet, or heard again."""
        await self._store.write(recordings.changed, row)

    def finish(self, row: RecordingRow, why: Why | None) -> None:
        """It has ended; its file is whole a moment later, and then the row says what it came to."""
        self._own.add(row.recording_id)
        ended = replace(row, ended_at=self._now(), why=None if why is None else why.value)
        task = asyncio.create_task(self._finish(ended), name=f"recording-{row.recording_id}")
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    def failed(self) -> None:
        """Asterisk would not record: nobody tries again for a while."""
        self._fault_until_s = asyncio.get_running_loop().time() + FAULT_S
        self.ask()

    def note(self, call_id: CallId, step: str, **data: str) -> None:
        """A step of the call's journey."""
        self._recorder.note(call_id, step, **data)

    async def hush(self, call_id: CallId, *, on: bool) -> None:
        """A call that nobody talks on now: a recording of it is silent from its first sound on."""
        await self._store.write(recordings.hush, call_id, on=on)

    # --- room ---------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Look at once, and delete what is too old: the rules may be others."""
        self._swept_s = None
        self._asked.set()

    async def run(self) -> None:
        """Look after room and retention until cancelled."""
        while True:
            try:
                await self._look()
            except (IvrError, OSError):
                log.exception("recordings.look_failed")
            await self._pause()

    async def close(self) -> None:
        """Let what has ended be finished."""
        if self._errands:
            await asyncio.wait(self._errands, timeout=WHOLE_S)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self._asked.wait()
        except TimeoutError:
            return
        self._asked.clear()

    async def _look(self) -> None:
        await self._set(await asyncio.to_thread(self._why_not))
        now_s = asyncio.get_running_loop().time()
        if (self._swept_s is None or now_s - self._swept_s >= SWEEP_S) and self._session.is_ready:
            self._swept_s = now_s
            await self.sweep()

    def _why_not(self) -> Why | None:
        if not self._rules().is_used:
            return None
        try:
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            log.error("recordings.no_folder", error=str(error))  # noqa: TRY400 - one line says it all
            return Why.FAULT
        return Why.NO_ROOM if free < self._rules().min_free_mb * MIB else None

    async def _set(self, why: Why | None) -> None:
        if why is None and asyncio.get_running_loop().time() < self._fault_until_s:
            why = Why.FAULT
        if why is (None if self.stopped is None else self.stopped.why):
            return
        change = RecordingStopped(why, self._now())
        self.stopped = None if why is None else change
        self.tries += why is None
        log.warning("recordings.stopped", why=why.value) if why else log.info("recordings.go_on")
        for news in tuple(self._watching):
            news()
        await self._store.run(_tell, change)

    # --- files --------------------------------------------------------------------------------------------------

    async def _finish(self, row: RecordingRow) -> None:
        """Never cancelled by the call whose recording it was."""
        try:
            await self._whole(row)
            await self._store.write(recordings.changed, await asyncio.to_thread(self._measured, row))
            self._recorder.note(row.call_id, "recording_kept", part=str(row.part))
        except (IvrError, OSError):
            log.exception("recording.not_finished", recording_id=row.recording_id)
        finally:
            self._own.discard(row.recording_id)

    async def _whole(self, row: RecordingRow) -> None:
        """Wait until Asterisk has written the last of it."""
        live = self._session.recording(row.recording_id)
        try:
            async with asyncio.timeout(WHOLE_S):
                while await live.is_there():  # noqa: ASYNC110 - Asterisk's state is asked for
                    await asyncio.sleep(WHOLE_LOOK_S)
        except (TimeoutError, PbxError) as error:
            log.warning("recording.not_seen_to_end", recording_id=row.recording_id, error=str(error))

    def _measured(self, row: RecordingRow) -> RecordingRow:
        """What the file came to."""
        try:
            size = (self.folder / row.file).stat().st_size
        except FileNotFoundError:
            return replace(row, ms=0, size=0, why=row.why or Why.LOST.value)
        return replace(row, ms=length_ms(size), size=size)

    async def sweep(self) -> None:
        """Finish what another process has left, and delete what is too old. Raises StoreError, PbxError."""
        for row in await self._store.read(recordings.unfinished, self._node):
            if row.recording_id not in self._own:
                await self._take_in(row)
        before = self._now() - timedelta(days=self._rules().keep_days)
        listed = await self._store.read(recordings.too_old, self._node, before)
        if listed:
            gone = await asyncio.to_thread(self._delete, listed)
            await self._store.write(recordings.deleted, gone, self._now())
            log.info("recordings.deleted", count=len(gone))

    async def _take_in(self, row: RecordingRow) -> None:
        """Begun by a process that is no more: what goes on belongs to its call, unless that is over."""
        live = self._session.recording(row.recording_id)
        if await live.is_there():
            if not await self._store.read(recordings.is_over, row.call_id):
                return
            await live.stop()
        self.finish(row.turned(None, self._now()), None)

    def _delete(self, listed: tuple[RecordingRow, ...]) -> list[tuple[RecordingRow, Why]]:
        """Exactly these files; one that is not there was lost before. One that cannot be deleted stays listed."""
        gone = []
        for row in listed:
            try:
                (self.folder / row.file).unlink()
            except FileNotFoundError:
                gone.append((row, Why.LOST))
            except OSError as error:
                log.error("recording.not_deleted", recording_id=row.recording_id, error=str(error))  # noqa: TRY400 - the next sweep tries again
            else:
                gone.append((row, Why.RETENTION))
        return gone


def _found(sql: Connection, call_id: CallId) -> Found:
    return Found(recordings.wishes(sql, call_id), recordings.of_call(sql, call_id))


def _tell(tx: Tx, change: RecordingStopped) -> None:
    tx.emit(change)
