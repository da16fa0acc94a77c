"""Bringing a database to the tables this version needs.

Migrations only go forward, in one transaction, when the service starts; of two processes that start together the second
waits and finds nothing to do.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

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


def upgrade(url: str) -> None:
    """Migrate the database at ``url`` (``sqlite:///path`` or ``postgresql://…``) to the newest tables.

    Called outside a running event loop. Raises StoreError when the database cannot be reached or refuses.
    """
    try:
        if url.startswith("sqlite"):
            _upgrade_sqlite(sqlite_path(url))
        else:
            asyncio.run(_upgrade_postgres(url))
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"the tables could not be brought up to date: {error}") from error


def _upgrade_sqlite(path: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(path)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            run_migrations(connection)
    finally:
        engine.dispose()


async def _upgrade_postgres(url: str) -> None:
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            await connection.run_sync(run_migrations)
    finally:
        await engine.dispose()


def run_migrations(connection: Connection) -> None:
    """Run what is missing on an open connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
