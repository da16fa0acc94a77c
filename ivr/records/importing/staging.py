"""The staging file: an SQLite file of the import's own, where all is checked and decided before anything changes.

One import owns it, on one thread. It holds personal data, and no passwords: only the owner may read it, and it is
removed in the end.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ivr.domain.phones import sip_ha1
from ivr.records.importing import reading, schema
from ivr.records.importing.columns import Column, Kind
from ivr.records.importing.reading import Mistake, Row
from ivr.records.importing.schema import Staged

_BATCH: Final = 1000
"""Rows that are in memory at once."""


class Staging:
    """An open staging file. ``kinds``: every kind; ``files``: which of them the folder has."""

    def __init__(self, sql: sqlite3.Connection, kinds: Sequence[Kind]) -> None:
        self.sql = sql
        self.kinds = tuple(kinds)
        self.files: dict[str, Path] = {}
        for statement in schema.statements(kinds):
            sql.execute(statement)
        sql.execute("CREATE TABLE mistake (file TEXT, line INTEGER, column_name TEXT, found TEXT, expected TEXT)")

    # --- the files ----------------------------------------------------------------------------------------------

    def read_folder(self, folder: Path) -> None:
        """Stage every file of the folder; what is wrong in a file by itself becomes a mistake."""
        by_file = {kind.file: kind for kind in self.kinds}
        for path in sorted(folder.glob("*.csv")):
            kind = by_file.get(path.name)
            if kind is None:
                self.note([Mistake(path.name, 0, "file", "a file of this name", f"one of {', '.join(by_file)}")])
            else:
                self.files[kind.name] = path
                self._read_file(path, kind)

    def _read_file(self, path: Path, kind: Kind) -> None:
        found = reading.rows(path, kind)
        while batch := list(islice(found, _BATCH)):
            self.note(one for one in batch if isinstance(one, Mistake))
            several = [one for one in batch if isinstance(one, Row)]
            self.note(mistake for row in several for mistake in row.mistakes)
            self._keep(kind, several)

    def _keep(self, kind: Kind, several: list[Row]) -> None:
        marks = ", ".join("?" * (len(kind.single) + 2))
        values = ((row.line, not row.mistakes, *_cells(kind, row)) for row in several)
        self.sql.executemany(f"INSERT INTO file_{kind.name} VALUES ({marks})", values)  # noqa: S608 - our own names
        listed = ((r.line, name, value) for r in several for name, some in r.lists.items() for value in some)
        self.sql.executemany(f"INSERT INTO list_{kind.name} VALUES (?, ?, ?)", listed)  # noqa: S608 - our own names

    # --- what is on record --------------------------------------------------------------------------------------

    def keep_record(self, table: Staged, rows: Iterable[Sequence[object]]) -> None:
        """Stage what is on record in one table, in the order of its columns."""
        marks = ", ".join("?" * len(table.columns))
        self.sql.executemany(f"INSERT INTO {table.name} VALUES ({marks})", rows)  # noqa: S608 - our own names

    def remember(self, highest_id: int) -> None:
        """All that is on record is staged: keep a copy. New rows get numbers above ``highest_id``, which none had."""
        for table in schema.TABLES:
            names, key = ", ".join(map(schema.typed, table.columns)), ", ".join(table.key)
            self.sql.execute(f"CREATE TABLE was_{table.name} ({names}, PRIMARY KEY ({key}))")
            self.sql.execute(f"INSERT INTO was_{table.name} SELECT * FROM {table.name}")  # noqa: S608 - our own names
            if table.gives_numbers:
                self._number_from(table.name, highest_id)

    def _number_from(self, table: str, highest_id: int) -> None:
        found = self.sql.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        self.sql.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        highest = max(highest_id, found[0] if found else 0)
        self.sql.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, highest))

    def highest_id(self) -> int:
        """The highest number that any row has or had."""
        return int(self.sql.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0])

    # --- mistakes and rows --------------------------------------------------------------------------------------

    def note(self, mistakes: Iterable[Mistake]) -> None:
        """Keep mistakes for the report."""
        values = ((one.file, one.line, one.column, one.found, one.expected) for one in mistakes)
        self.sql.executemany("INSERT INTO mistake VALUES (?, ?, ?, ?, ?)", values)

    def mistakes(self) -> list[str]:
        """Every mistake as a line, by file and line."""
        query = "SELECT DISTINCT * FROM mistake ORDER BY file, line, rowid"
        return [str(Mistake(*row)) for row in self.sql.execute(query)]

    def rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one."""
        yield from self.sql.execute(query, values)

    def count(self, query: str) -> int:
        """How many rows a query has."""
        return int(self.sql.execute(f"SELECT count(*) FROM ({query})").fetchone()[0])  # noqa: S608 - our own text

    # --- passwords ----------------------------------------------------------------------------------------------

    def hash_passwords(self, hashed: Callable[[str], str]) -> None:
        """Hash the passwords that are new: `merging` left their hashes empty."""
        if "agents" not in self.files:
            return
        new = {row[0] for row in self.sql.execute("SELECT staff_number FROM agent WHERE password_hash = ''")}
        for staff_number, password in self._secrets("password"):
            if staff_number in new:
                values = (hashed(password), staff_number)
                self.sql.execute("UPDATE agent SET password_hash = ? WHERE staff_number = ?", values)

    def hash_pins(self, hashed: Callable[[str], str], verified: Callable[[str, str], bool]) -> None:
        """Hash the PINs that are new. Nothing but the hash says which are: each is tried against it."""
        if "agents" not in self.files:
            return
        known = dict(self.sql.execute("SELECT staff_number, pin_hash FROM agent"))
        for staff_number, pin in self._secrets("pin"):
            if known[staff_number] is None or not verified(known[staff_number], pin):
                self.sql.execute("UPDATE agent SET pin_hash = ? WHERE staff_number = ?", (hashed(pin), staff_number))

    def _secrets(self, column: str) -> Iterator[tuple[str | None, str]]:
        """Who is given which password, or PIN: read from the file again, for they are not staged."""
        kind = next(kind for kind in self.kinds if kind.name == "agents")
        for row in reading.rows(self.files["agents"], kind):
            if isinstance(row, Row) and (secret := row.cells[column]):
                yield row.cells["staff_number"], secret


@contextmanager
def open_staging(folder: Path, kinds: Sequence[Kind]) -> Iterator[Staging]:
    """A new staging file in ``folder`` (the state folder), removed afterwards. Raises ``OSError``."""
    with tempfile.TemporaryDirectory(prefix="import-", dir=folder) as own:
        path = Path(own) / "staging.sqlite"
        path.touch(mode=0o600)
        # the store reads on threads of its own, one whole read at a time; what it reads is kept here
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as sql:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "foreign_keys = OFF"):
                sql.execute(f"PRAGMA {pragma}")
            sql.execute("BEGIN")
            yield Staging(sql, kinds)


def _cells(kind: Kind, row: Row) -> list[str | None]:
    """The row's cells as they are staged: of a password only the digest that phones use."""
    return [_kept(column, row, row.cells[column.name]) for column in kind.single]


def _kept(column: Column, row: Row, text: str | None) -> str | None:
    """A PIN is so short that any digest of it tells it: only that there is one is staged."""
    if not column.secret or text is None:
        return text
    return "given" if column.name == "pin" else sip_ha1(row.cells["staff_number"] or "", text)
