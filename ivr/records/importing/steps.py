"""The differences between what is on record and what is wanted, cut into short steps.

A record changes with all that belongs to it in one step: nobody ever finds half a case. Steps come in the order of
references; removals last, the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ivr.records.importing import schema
from ivr.records.importing.schema import Staged
from ivr.records.importing.staging import Staging

_TABLE: Final = {table.name: table for table in schema.TABLES}


@dataclass(frozen=True, slots=True)
class Whole:
    """A record and the tables that hold what belongs to it; all of them have its key. ``at_once``: in one step."""

    root: str
    members: tuple[str, ...] = ()
    at_once: int = 200

    @property
    def tables(self) -> tuple[Staged, ...]:
        """The root's table first."""
        return tuple(_TABLE[name] for name in (self.root, *self.members))

    @property
    def key(self) -> str:
        """The column that all its tables share."""
        return _TABLE[self.root].key[0]


WHOLES: Final = (
    Whole("segment"),
    Whole("team"),
    Whole("agent", ("agent_live",), 100),
    Whole("client"),
    Whole("case_file", ("case_party", "child"), 60),
    Whole("employer"),
    Whole("employer_agent", ("employer_agent_acts_for",), 20),
    Whole("representative", ("representative_acts_for",), 20),
)


@dataclass(frozen=True, slots=True)
class TableChange:
    """Rows of one table: ``drop`` keys to remove, then ``put`` rows to insert or bring up to date."""

    table: Staged
    drop: tuple[tuple[Any, ...], ...]
    put: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction changes."""

    changes: tuple[TableChange, ...]

    @property
    def rows(self) -> int:
        """How many rows it changes."""
        return sum(len(change.drop) + len(change.put) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Count:
    """How many records of a table are new, changed, removed."""

    table: str
    new: int
    changed: int
    removed: int


def compare(staging: Staging) -> None:
    """Work out every difference, in the staging file."""
    for table in schema.TABLES:
        columns, named, key = ", ".join(table.columns), ", ".join(table.named), ", ".join(table.key)
        name = table.name
        for statement in (
            f"CREATE TABLE put_{name} AS SELECT {columns} FROM {name} EXCEPT SELECT {columns} FROM was_{name}",  # noqa: S608 - our own names
            f"CREATE TABLE drop_{name} AS SELECT {named} FROM was_{name} EXCEPT SELECT {named} FROM {name}",  # noqa: S608 - our own names
            f"CREATE INDEX put_{name}_key ON put_{name} ({key})",
            f"CREATE INDEX drop_{name}_key ON drop_{name} ({key})",
        ):
            staging.sql.execute(statement)
    for whole in WHOLES:
        _list_keys(staging, whole)


def steps(staging: Staging) -> Iterator[Step]:
    """The steps, in order."""
    for whole in WHOLES:
        for between in _ranges(staging, f"todo_{whole.root}", whole):
            yield Step(tuple(_change(staging, table, whole, "todo", between) for table in whole.tables))
    for whole in reversed(WHOLES):
        for between in _ranges(staging, f"drop_{whole.root}", whole):
            yield Step(tuple(_change(staging, table, whole, "drop", between) for table in reversed(whole.tables)))


def step_count(staging: Staging) -> int:
    """How many steps there are."""
    return sum(
        -(-staging.count(f"SELECT 1 FROM {table}") // whole.at_once)  # noqa: S608 - our own names
        for whole in WHOLES
        for table in (f"todo_{whole.root}", f"drop_{whole.root}")
    )


def counts(staging: Staging) -> tuple[Count, ...]:
    """What the steps change, table by table; those without a change are left out. What agents do now is no record."""
    found = []
    for table in schema.TABLES:
        put = staging.count(f"SELECT 1 FROM put_{table.name}")  # noqa: S608 - our own names
        known = " AND ".join(f"w.{name} = p.{name}" for name in table.key)
        changed = staging.count(f"SELECT 1 FROM put_{table.name} p JOIN was_{table.name} w ON {known}")  # noqa: S608 - our own names
        removed = staging.count(f"SELECT 1 FROM drop_{table.name}")  # noqa: S608 - our own names
        if (put or removed) and table.name != "agent_live":
            found.append(Count(table.name, put - changed, changed, removed))
    return tuple(found)


def _list_keys(staging: Staging, whole: Whole) -> None:
    """The keys of records that stay and differ in any of their tables."""
    differ = " UNION ".join(
        f"SELECT {whole.key} FROM {how}_{table.name}"  # noqa: S608 - our own names
        for table in whole.tables
        for how in ("put", "drop")
    )
    staging.sql.execute(f"CREATE TABLE todo_{whole.root} ({schema.typed(whole.key)} PRIMARY KEY)")
    staging.sql.execute(
        f"INSERT INTO todo_{whole.root} SELECT {whole.key} FROM ({differ}) "  # noqa: S608 - our own names
        f"WHERE {whole.key} NOT IN (SELECT {whole.key} FROM drop_{whole.root})"
    )


def _ranges(staging: Staging, table: str, whole: Whole) -> Iterator[tuple[Any, Any]]:
    """The first and last keys of each step."""
    query = f"""SELECT min({whole.key}), max({whole.key}) FROM (
        SELECT {whole.key}, (row_number() OVER (ORDER BY {whole.key}) - 1) / {whole.at_once} AS step FROM {table})
        GROUP BY step ORDER BY step"""  # noqa: S608 - our own names
    yield from list(staging.rows(query))


def _change(staging: Staging, table: Staged, whole: Whole, source: str, between: tuple[Any, Any]) -> TableChange:
    """The differences of one table between two keys: of records that stay (``todo``) or that go (``drop``)."""
    where = f"WHERE {whole.key} BETWEEN ? AND ? AND +{whole.key} IN (SELECT {whole.key} FROM {source}_{whole.root})"  # noqa: S608 - our own names
    keys, columns = ", ".join(table.key), ", ".join(table.columns)
    drop = staging.rows(f"SELECT {keys} FROM drop_{table.name} {where}", *between)  # noqa: S608 - our own names
    put = staging.rows(f"SELECT {columns} FROM put_{table.name} {where}", *between)  # noqa: S608 - our own names
    return TableChange(table, tuple(drop), tuple(put))
