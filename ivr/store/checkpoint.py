"""SQLite's checkpoints, beside the writer instead of in it.

Left to itself SQLite copies the write-ahead log into the database in the middle of some commit: one transaction in
eighty then takes 6 ms instead of one. Here a thread of its own does it, which holds up nobody.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Final

import structlog

log = structlog.get_logger()

COMMITS_BETWEEN: Final = 60
"""About as many commits write what SQLite's own default takes as its limit, a thousand pages."""


class Checkpointer:
    """The thread that checkpoints one file. `committed` is called by the writer's thread alone."""

    def __init__(self, path: str, writer: sqlite3.Connection) -> None:
        """``writer``: the connection that leaves checkpoints to us from here on."""
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        self._path = path
        self._thread = ThreadPoolExecutor(1, "store-checkpoint")
        self._commits = 0
        self._running: Future[None] | None = None

    def committed(self) -> None:
        """A transaction has been committed. Never waits."""
        self._commits += 1
        if self._commits >= COMMITS_BETWEEN and (self._running is None or self._running.done()):
            self._commits = 0
            self._running = self._thread.submit(self._checkpoint)

    def close(self) -> None:
        """Let a checkpoint that runs come to its end."""
        self._thread.shutdown()

    def _checkpoint(self) -> None:
        """As much as can be done without waiting for readers; the rest is left for the next."""
        try:
            with closing(sqlite3.connect(self._path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error:
            log.exception("checkpoint.failed")
