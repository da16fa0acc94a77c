"""SQLite's log is copied into the database beside the writer."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ivr.store.checkpoint import COMMITS_BETWEEN, Checkpointer


def _rows_without_the_log(path: Path) -> int:
    """How many rows a copy of the database file alone has."""
    alone = path.with_name("alone.db")
    shutil.copyfile(path, alone)
    with closing(sqlite3.connect(alone)) as connection:
        return int(connection.execute("SELECT count(*) FROM kept").fetchone()[0])


def test_commits_reach_the_database_file_without_the_writers_doing(tmp_path: Path) -> None:
    """docs/acd.md, Speed: no commit pays for a checkpoint, and the log does not grow for ever."""
    path = tmp_path / "kept.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE kept (number INTEGER)")
        checkpoints = Checkpointer(str(path), writer)
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for number in range(COMMITS_BETWEEN):
            assert _rows_without_the_log(path) == 0
            writer.execute("INSERT INTO kept VALUES (?)", (number,))
            checkpoints.committed()
        checkpoints.close()
        assert _rows_without_the_log(path) == COMMITS_BETWEEN
