"""Numbers for new rows that do not come from a file: above every number that any row has or had.

The import of records gives numbers too, worked out beforehand (`ivr.records.importing.apply`). Both hold the table of
imports while they say which is the highest: an import that was worked out before a row came in is refused at its start,
and can be run again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, func, insert, select, text, update

from ivr.store import tables as t


def hold(sql: Connection) -> None:
    """Nobody else gives numbers until this transaction ends; on SQLite, which has one writer, nobody can."""
    if sql.dialect.name == "postgresql":
        sql.execute(text("LOCK TABLE record_import IN SHARE ROW EXCLUSIVE MODE"))


def next_number(sql: Connection, table: Table, now: datetime) -> int:
    """The number of one new row of ``table``; the caller is within `hold`."""
    imports = t.record_import
    (key,) = table.primary_key.columns
    newest = sql.execute(select(imports).order_by(imports.c.generation.desc()).limit(1)).first()
    highest = max(sql.scalar(select(func.max(key))) or 0, newest.highest_id if newest is not None else 0) + 1
    if newest is None:
        values = {"generation": 1, "started_at": now, "finished_at": now, "steps": 0, "steps_done": 0}
        sql.execute(insert(imports).values(**values, highest_id=highest))
    else:
        ours = imports.c.generation == newest.generation
        sql.execute(update(imports).where(ours).values(highest_id=highest))
    return highest
