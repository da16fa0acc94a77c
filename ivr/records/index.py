"""The words by which records are found, kept beside them in the table ``record_word``.

Whoever writes a record calls `index`, within the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from ivr.domain.words import RecordKind, words_of
from ivr.store import tables as t

FOUND: Final[Mapping[RecordKind, Table]] = {
    "client": t.client,
    "representative": t.representative,
    "employer": t.employer,
    "employer_agent": t.employer_agent,
}
"""The kinds of records that can be searched for; each table's key is ``<kind>_id``."""
_FORGET: Final = delete(t.record_word).where(
    t.record_word.c.kind == bindparam("b_kind"), t.record_word.c.record_id == bindparam("b_record_id")
)
"""One record at a time: for a list of them PostgreSQL, while it has no statistics, reads every word."""

IndexedKind = RecordKind | Literal["agent"]
"""Agents are found in the phonebook (R-XFER-1), not among contacts."""
INDEXED: Final[Mapping[IndexedKind, Table]] = {
    "agent": t.agent,
    "client": t.client,
    "representative": t.representative,
    "employer": t.employer,
    "employer_agent": t.employer_agent,
}


def kind_of(table: str) -> IndexedKind | None:
    """The kind of record that stands in a table; None for one that is not searched."""
    return next((kind for kind, found in INDEXED.items() if found.name == table), None)


def index(sql: Connection, kind: IndexedKind, rows: Iterable[Mapping[str, Any]]) -> None:
    """These records are as in ``rows`` (columns of their table) from now on."""
    kept = list(rows)
    forget(sql, kind, [row[f"{kind}_id"] for row in kept])
    found = [
        {"kind": kind, "word": word, "record_id": row[f"{kind}_id"]}
        for row in kept
        for word in words_of(row["name"], row.get("paye_reference"), row.get("phone"))
    ]
    if found:
        sql.execute(insert(t.record_word), found)


def forget(sql: Connection, kind: IndexedKind, record_ids: Sequence[int]) -> None:
    """These records are found no more."""
    if record_ids:
        sql.execute(_FORGET, [{"b_kind": kind, "b_record_id": record_id} for record_id in record_ids])


def index_all(sql: Connection) -> None:
    """Index everything that is on record; for a database that was filled at once."""
    for kind, table in INDEXED.items():
        index(sql, kind, (dict(row) for row in sql.execute(select(table)).mappings()))
