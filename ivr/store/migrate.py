"""Bringing a database to the tables this version needs.

Migrations only go forward, in one transaction, when the service starts; of two processes that start together the second
waits and finds nothing to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ivr.errors import StoreError
from ivr.store.engine import asyncpg_url, sqlite_engine, sqlite_path

MIGRATION_LOCK: Final = 7_203_142
"""PostgreSQL's advisory lock for migrating."""
T = TypeVar("T")


def upgrade(url: str) -> None:
    """Migrate the database at ``url`` (``sqlite:///path`` or ``postgresql://…``) to the newest tables.

    Called outside a running event loop. Raises StoreError when the database cannot be reached or refuses.
    """
    try:
        unhurried(url, run_migrations)
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"the tables could not be brought up to date: {error}") from error


def unhurried(url: str, step: Callable[[Connection], T]) -> T:
    """Run ``step`` in a transaction of its own without a limit, for what no call waits for; of two, one waits.

    Called outside a running event loop. Raises as SQLAlchemy does.
    """
    if url.startswith("sqlite"):
        return _on_sqlite(sqlite_path(url), step)
    return asyncio.run(_on_postgres(url, step))


def _on_sqlite(path: str, step: Callable[[Connection], T]) -> T:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(path)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            return step(connection)
    finally:
        engine.dispose()


async def _on_postgres(url: str, step: Callable[[Connection], T]) -> T:
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            return await connection.run_sync(step)
    finally:
        await engine.dispose()


def run_migrations(connection: Connection) -> None:
    """Run what is missing on an open connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
