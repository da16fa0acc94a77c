"""An import on both databases: cut off, overtaken, finished by the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from ivr.errors import RequestError, StoreError
from ivr.records import look_ups
from ivr.records.importing import apply
from ivr.records.importing.run import import_folder
from ivr.records.importing.steps import Step
from ivr.store.engine import open_store
from tests.e2e.rows import open_rows
from tests.unit.records import csv_folder

Perform = Callable[[Connection, int, int, Step, Any], float]


def _counted(url: str, table: str) -> int:
    rows = open_rows(url)
    try:
        return int(rows.ask(f"SELECT count(*) AS n FROM {table}", {})[0].n)  # noqa: S608 - our own names
    finally:
        rows.close()


def _import(url: str, folder: Path) -> list[tuple[str, int, int, int]]:
    report = import_folder(url, folder.parent, folder)
    return [(count.table, count.new, count.changed, count.removed) for count in report.counts]


async def _client(url: str, scin: str) -> Any:
    store = open_store(url)
    try:
        return await store.look_up(look_ups.client_by_scin, scin)
    finally:
        await store.close()


def test_every_kind_arrives_and_again_changes_nothing(database: str, tmp_path: Path) -> None:
    """The same on SQLite and PostgreSQL; dates, empty values and numbers come back as they went in."""
    folder = csv_folder.write(tmp_path / "csv", csv_folder.SMALL)
    assert ("client", 2, 0, 0) in _import(database, folder)
    assert _import(database, folder) == []


async def test_a_call_finds_the_imported_client(database: str, tmp_path: Path) -> None:
    """R-CASE-5 through the calls' own look-up: a paying parent with two open cases of one owner."""
    folder = csv_folder.write(tmp_path / "csv", csv_folder.SMALL)
    await asyncio.to_thread(_import, database, folder)
    client = await _client(database, "120000009028")
    assert [case.role for case in client.cases] == ["pp", "pp"]
    assert len({case.owner_id for case in client.cases}) == 1


def test_one_cut_off_leaves_whole_records_and_the_next_finishes_it(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-CASE-7: no case without its parties and children, at any moment."""
    folder = csv_folder.write_clients(tmp_path / "csv", 300, cases=200)
    whole: Perform = apply.perform

    def failing(sql: Connection, generation: int, number: int, step: Step, now: Any) -> float:
        took_s = whole(sql, generation, number, step, now)
        if number == 4:
            raise OSError("the disk is full")
        return took_s

    monkeypatch.setattr(apply, "perform", failing)
    with pytest.raises(StoreError):
        _import(database, folder)
    monkeypatch.undo()
    cases = _counted(database, "case_file WHERE number >= '910000000000'")
    assert cases == 60
    assert _counted(database, "child WHERE name = 'Kit'") == cases
    rest = import_folder(database, tmp_path, folder)
    assert rest.resumed
    assert ("case_file", 140) in [(count.table, count.new) for count in rest.counts]
    assert _counted(database, "child WHERE name = 'Kit'") == 200
    assert not import_folder(database, tmp_path, folder).resumed


def test_of_two_imports_at_once_one_gives_way(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of an older generation is refused: two imports never mix."""
    folder = csv_folder.write_clients(tmp_path / "csv", 300)
    whole: Perform = apply.perform

    def overtaken(sql: Connection, generation: int, number: int, step: Step, now: Any) -> float:
        if number == 2:
            sql.execute(text("UPDATE record_import SET generation = generation + 1"))
        return whole(sql, generation, number, step, now)

    monkeypatch.setattr(apply, "perform", overtaken)
    with pytest.raises(RequestError, match="another import"):
        _import(database, folder)
    assert _counted(database, "client WHERE scin >= '130000000000'") == 200
