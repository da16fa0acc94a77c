"""Steps into the database, each one short transaction behind the import's generation.

A generation is a number that grows with every import. One begins only where the one before stands as it did when the
differences were worked out, and a step is applied only while its generation is the newest and the step before it was
the last: two imports never mix, and no step is applied twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Date, Table, and_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.domain.agents import AgentState
from ivr.errors import RequestError
from ivr.records import index
from ivr.records.held_secrets import forget_secrets
from ivr.records.importing import schema
from ivr.records.importing.schema import Staged
from ivr.records.importing.staging import Staging
from ivr.records.importing.steps import Step, TableChange
from ivr.records.requirements import forget_requirements
from ivr.store import tables as t

_READ_AT_ONCE: Final = 500
_OVERTAKEN: Final = "another import is under way, or came between; what it did stays. Run this one again"


@dataclass(frozen=True, slots=True)
class Base:
    """What an import starts from: the last generation and how far it came, the highest number ever given to a row."""

    generation: int
    steps_done: int
    finished: bool
    highest_id: int


def snapshot(sql: Connection, staging: Staging) -> Base:
    """Stage all that is on record, row by row; within one read."""
    base = _base(sql)
    for table in schema.TABLES:
        staging.keep_record(table, _on_record(sql, table))
    staging.remember(base.highest_id)
    return base


def begin(sql: Connection, base: Base, steps: int, highest_id: int, now: datetime) -> int:
    """The new generation's number. Raises ``RequestError`` when an import did anything since ``base`` was read."""
    if _base(sql) != base:
        raise RequestError(_OVERTAKEN)
    values = {"generation": base.generation + 1, "started_at": now, "steps": steps, "steps_done": 0}
    sql.execute(insert(t.record_import).values(**values, highest_id=highest_id))
    return base.generation + 1


def perform(sql: Connection, generation: int, number: int, step: Step, now: datetime) -> float:
    """Apply step ``number`` (from 1); the seconds it took. Raises ``RequestError`` when another import has begun."""
    began = time.perf_counter()
    imports = t.record_import
    newest = select(func.max(imports.c.generation)).scalar_subquery()
    ours = and_(imports.c.generation == generation, imports.c.steps_done == number - 1, newest == generation)
    if sql.execute(update(imports).where(ours).values(steps_done=number)).rowcount != 1:
        raise RequestError(_OVERTAKEN)
    for change in step.changes:
        _drop(sql, change)
        _put(sql, change, now)
        _make_found(sql, change)
    return time.perf_counter() - began


def finish(sql: Connection, generation: int, now: datetime) -> None:
    """The last step is done."""
    imports = t.record_import
    sql.execute(update(imports).where(imports.c.generation == generation).values(finished_at=now))
    if sql.dialect.name == "postgresql":
        _advance_sequences(sql)


def _base(sql: Connection) -> Base:
    imports = t.record_import
    row = sql.execute(select(imports).order_by(imports.c.generation.desc()).limit(1)).first()
    if row is None:
        return Base(0, 0, finished=True, highest_id=0)
    return Base(row.generation, row.steps_done, row.finished_at is not None, row.highest_id)


def _on_record(sql: Connection, table: Staged) -> Iterator[tuple[Any, ...]]:
    wanted = t.metadata.tables[table.name]
    query = select(*(wanted.c[name] for name in table.columns))
    with sql.execute(query.execution_options(yield_per=_READ_AT_ONCE)) as found:
        for row in found:
            yield tuple(value.isoformat() if isinstance(value, date) else value for value in row)


def _drop(sql: Connection, change: TableChange) -> None:
    if change.drop:
        table = t.metadata.tables[change.table.name]
        keys = change.table.key
        where = and_(*(table.c[name] == bindparam(f"b_{name}") for name in keys))
        sql.execute(
            delete(table).where(where), [dict(zip((f"b_{k}" for k in keys), row, strict=True)) for row in change.drop]
        )


def _put(sql: Connection, change: TableChange, now: datetime) -> None:
    if change.put:
        more: dict[str, object] = {}
        if change.table.name == "agent_live":
            more = {"state": AgentState.LOGGED_OUT.value, "since": now}
        dates = _dates(change.table)
        rows = [_values(change.table, row, dates) | more for row in change.put]
        sql.execute(_upsert(sql.dialect.name, change.table, tuple(more)), rows)


def _make_found(sql: Connection, change: TableChange) -> None:
    """What is searched for is found by its words as they are now (R-POP-3)."""
    kind = index.kind_of(change.table.name)
    if kind is not None:
        index.forget(sql, kind, [key for (key,) in change.drop])
        forget_requirements(sql, kind, [key for (key,) in change.drop])
        forget_secrets(sql, kind, [key for (key,) in change.drop])
        index.index(sql, kind, [dict(zip(change.table.columns, row, strict=True)) for row in change.put])


def _values(table: Staged, row: tuple[Any, ...], dates: frozenset[str]) -> dict[str, object]:
    return {
        name: date.fromisoformat(value) if name in dates and value is not None else value
        for name, value in zip(table.columns, row, strict=True)
    }


@cache
def _dates(table: Staged) -> frozenset[str]:
    wanted: Table = t.metadata.tables[table.name]
    return frozenset(name for name in table.columns if isinstance(wanted.c[name].type, Date))


@cache
def _upsert(dialect: str, staged: Staged, more: tuple[str, ...]) -> Any:
    """Insert, or bring the row with this key up to date; ``more``: columns of new rows only."""
    table = t.metadata.tables[staged.name]
    into = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    into = into.values({name: bindparam(name) for name in (*staged.columns, *more)})
    changed = {name: into.excluded[name] for name in staged.columns if name not in staged.key}
    if not changed:
        return into.on_conflict_do_nothing(index_elements=list(staged.key))
    return into.on_conflict_do_update(index_elements=list(staged.key), set_=changed)


def _advance_sequences(sql: Connection) -> None:
    """The numbers were given by us; PostgreSQL's own counters follow."""
    for table in schema.TABLES:
        if table.gives_numbers:
            (key,) = table.key
            highest = f"(SELECT max({key}) FROM {table.name})"  # noqa: S608 - our own names
            sequence = f"pg_get_serial_sequence('{table.name}', '{key}')"
            sql.execute(text(f"SELECT setval({sequence}, greatest({highest}, 1))"))
