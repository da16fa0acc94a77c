"""SQLite, PostgreSQL and memory decide alike, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from ivr.domain.events import Change
from ivr.store.engine import SqlStore, open_store
from ivr.store.memory import MemoryStore
from ivr.store.migrate import upgrade
from tests.integration.store.staffed import rows_of, wipe_and_staff
from tests.postgres import PostgresServer
from tests.unit.acd.happenings import Happening, Numbering, happenings, numbered_offers, step_of, times
from tests.unit.acd.world import staff_rows

TWO_HAVE_RUNG = [
    *(Happening("log_in", whom, 0, 1000) for whom in (3, 9)),
    Happening("queue", 5, 0, 1000),
    *(Happening("end_offer", 0, 0, 1000) for _ in range(2)),
    *(Happening("ask", whom, 0, 1000) for whom in (9, 3)),
    Happening("unblock", 0, 0, 1000),
]
"""Two generalists have rung for a call; only the one Available shorter may be rung again (rare at random)."""


class Twins:
    """A store on a database and one in memory, through the same day."""

    def __init__(self, url: str) -> None:
        upgrade(url)
        self._runner = asyncio.Runner()
        self._store = self._runner.run(_open(url))
        self._told: list[Change] = []
        self._store.listen(self._told.append)

    def live_through(self, day: list[Happening]) -> None:
        """The same happenings on both: the same results, the same changes told in the same order, the same rows."""
        self._runner.run(self._live_through(day))

    def close(self) -> None:
        """Close the store and its loop."""
        self._runner.run(self._store.close())
        self._runner.close()

    async def _live_through(self, day: list[Happening]) -> None:
        await self._store.write(wipe_and_staff)
        memory = MemoryStore()
        memory.rows.agents = {row.agent_id: row for row in staff_rows()}
        told: list[Change] = []
        memory.listen(told.append)
        with numbered_offers() as numbering:
            for happening, now in zip(day, times(day), strict=True):
                told.clear()
                self._told.clear()
                assert await self._both(memory, numbering, happening, now), happening
                assert self._told == told, happening
        assert await self._store.look_up(rows_of) == memory.rows

    async def _both(self, memory: MemoryStore, numbering: Numbering, happening: Happening, now: datetime) -> bool:
        step, given_before = step_of(happening, memory.rows, now), numbering.given
        there = await self._store.run(step)
        numbering.given = given_before
        return memory.transact(step) == there


async def _open(url: str) -> SqlStore:
    return open_store(url)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Twins whose database is a SQLite file."""
    path: Path = tmp_path_factory.mktemp("twins") / "helpline.db"
    twins = Twins(f"sqlite:///{path}")
    yield twins
    twins.close()


@pytest.fixture(scope="module")
def on_postgres(postgres_server: PostgresServer) -> Iterator[Twins]:
    """Twins whose database is PostgreSQL."""
    twins = Twins(postgres_server.new_database())
    yield twins
    twins.close()


@given(day=happenings)
@example(day=TWO_HAVE_RUNG)
@settings(max_examples=60, deadline=None)
def test_sqlite_decides_as_memory_does(on_sqlite: Twins, day: list[Happening]) -> None:
    """docs/acd.md: one store's decisions are every store's, to the last row and fact."""
    on_sqlite.live_through(day)


@pytest.mark.postgres
@given(day=happenings)
@example(day=TWO_HAVE_RUNG)
@settings(max_examples=25, deadline=None)
def test_postgresql_decides_as_memory_does(on_postgres: Twins, day: list[Happening]) -> None:
    """docs/acd.md: the same on the database that many nodes share."""
    on_postgres.live_through(day)
