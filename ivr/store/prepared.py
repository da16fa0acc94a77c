"""Core statements run on the driver's own cursor: compiled once, converted by their columns' types.

SQLAlchemy's execution costs more than the statement itself where a call's route takes twenty of them; its compiler and
types are what keeps one text for both databases, and those are used here. Every parameter of such a statement is bound
by name; a value written into the statement must be a literal in its text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
Row = Sequence[Any]


class Prepared:
    """One statement as one database's driver takes it."""

    __slots__ = ("_into", "_out", "text")

    def __init__(self, statement: CompilerElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        types = {name: bind.type for name, bind in compiled.binds.items()}
        self._into = [(name, _into(types[name], dialect)) for name in compiled.positiontup]
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        found = ((place, _out(column.type, dialect)) for place, column in enumerate(columns))
        self._out = [(place, convert) for place, convert in found if convert is not None]

    def parameters(self, values: Mapping[str, object]) -> tuple[Any, ...]:
        """The values in the order of the text, as the driver takes them. Raises KeyError when one is missing."""
        return tuple([values[name] if convert is None else convert(values[name]) for name, convert in self._into])

    def row(self, row: Row) -> Row:
        """A fetched row with its values as Python has them."""
        if not self._out:
            return row
        values = list(row)
        for place, convert in self._out:
            values[place] = convert(values[place])
        return values


class Book:
    """The prepared statements of one database, filled as they are first used. One thread at a time uses it."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._known: dict[CompilerElement, Prepared] = {}

    def of(self, statement: CompilerElement) -> Prepared:
        """The statement for this database."""
        prepared = self._known.get(statement)
        if prepared is None:
            prepared = self._known[statement] = Prepared(statement, self.dialect)
        return prepared


class Cursor:
    """The driver's cursor on one open transaction."""

    def __init__(self, connection: DBAPIConnection | sqlite3.Connection, book: Book) -> None:
        self._cursor: Any = connection.cursor()
        self._book = book

    def rows(self, statement: CompilerElement, values: Mapping[str, object]) -> list[Row]:
        """Every row that a query finds."""
        prepared = self._book.of(statement)
        self._cursor.execute(prepared.text, prepared.parameters(values))
        return [prepared.row(row) for row in self._cursor.fetchall()]

    def first(self, statement: CompilerElement, values: Mapping[str, object]) -> Row | None:
        """The first row that a query finds; queries with one row, or with LIMIT."""
        prepared = self._book.of(statement)
        self._cursor.execute(prepared.text, prepared.parameters(values))
        row = self._cursor.fetchone()
        return None if row is None else prepared.row(row)

    def run(self, statement: CompilerElement, values: Mapping[str, object]) -> int:
        """Run a change; how many rows it changed."""
        prepared = self._book.of(statement)
        self._cursor.execute(prepared.text, prepared.parameters(values))
        return int(self._cursor.rowcount)

    def run_each(self, statement: CompilerElement, several: Sequence[Mapping[str, object]]) -> None:
        """Run a change once for each of ``several``; nothing when there are none."""
        if several:
            prepared = self._book.of(statement)
            self._cursor.executemany(prepared.text, [prepared.parameters(values) for values in several])

    def close(self) -> None:
        """Give the cursor back."""
        self._cursor.close()


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
