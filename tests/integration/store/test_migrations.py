"""Migrated tables are the tables the code knows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.store import migrations
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


def test_openings_of_records_move_into_the_audit_and_agents_are_found(tmp_path: Path) -> None:
    """R-POP-4: who opened what before stays known; R-XFER-1: who was on record before is in the phonebook."""
    path = tmp_path / "helpline.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as sql:
        _run(sql, command.upgrade, "0004")
        sql.exec_driver_sql("INSERT INTO segment VALUES ('GICH')")
        sql.exec_driver_sql("INSERT INTO team VALUES ('GICH 1', 'GICH', NULL)")
        sql.exec_driver_sql(
            "INSERT INTO agent (agent_id, staff_number, name, role, team, password_hash, sip_ha1) "
            "VALUES (7, '7008', 'Laura Model', 'agent', 'GICH 1', '', '')"
        )
        sql.exec_driver_sql("INSERT INTO record_opening VALUES (1, 7, 1000, 'client', 3, 'c1')")
    with engine.begin() as sql:
        _run(sql, command.upgrade, "head")
        rows = sql.exec_driver_sql("SELECT at, actor, what, kind, record_id, call_id FROM audit").all()
        assert [tuple(row) for row in rows] == [(1000, "agent 7008", "record_opened", "client", 3, "c1")]
        words = sql.exec_driver_sql("SELECT word FROM record_word WHERE kind = 'agent' AND record_id = 7 ORDER BY word")
        assert list(words.scalars()) == ["laura", "model"]
    with engine.begin() as sql:
        _run(sql, command.downgrade, "0004")
        assert tuple(sql.exec_driver_sql("SELECT * FROM record_opening").one()) == (1, 7, 1000, "client", 3, "c1")
    engine.dispose()


def _run(sql: Connection, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = sql
    step(config, revision)
