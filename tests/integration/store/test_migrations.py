"""Migrated tables are the tables the code knows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.store.engine import asyncpg_url
from ivr.store.migrate import upgrade
from ivr.store.tables import metadata


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _partial_indexes(connection: Connection) -> set[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%WHERE%'",
    }
    return {str(row[0]) for row in connection.exec_driver_sql(catalogue[connection.dialect.name])}


_WANTED_PARTIAL = {
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}


def test_a_new_sqlite_file_gets_the_tables_the_code_knows(tmp_path: Path) -> None:
    path = tmp_path / "new" / "helpline.db"
    upgrade(f"sqlite:///{path}")
    upgrade(f"sqlite:///{path}")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert _differences(connection) == []
        assert _partial_indexes(connection) == _WANTED_PARTIAL
        assert len(_WANTED_PARTIAL) >= 7


@pytest.mark.postgres
def test_a_new_postgresql_database_gets_the_tables_the_code_knows(postgres_url: str) -> None:
    upgrade(postgres_url)
    upgrade(postgres_url)

    async def look() -> tuple[list[object], set[str]]:
        engine = create_async_engine(asyncpg_url(postgres_url))
        async with engine.connect() as connection:
            found = await connection.run_sync(_differences), await connection.run_sync(_partial_indexes)
        await engine.dispose()
        return found

    differences, partial = asyncio.run(look())
    assert differences == []
    assert partial == _WANTED_PARTIAL
