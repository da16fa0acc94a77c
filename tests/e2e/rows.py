"""Reading the service's database from outside, whichever it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from sqlalchemy import create_engine, event, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


class Rows(Protocol):
    """A database that answers a query with rows."""

    def ask(self, query: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of ``query``."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class SqliteRows:
    """Rows of an SQLite file that the service writes meanwhile."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        event.listen(self._engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout = 4000"))

    def ask(self, query: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of ``query``."""
        with self._engine.connect() as sql:
            return list(sql.execute(text(query), values))

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


class PostgresRows:
    """Rows of a PostgreSQL database, asked on a thread of its own, for a story runs in an event loop already."""

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition("://")
        self._url = f"{scheme.partition('+')[0]}+asyncpg://{rest}"
        self._asking = ThreadPoolExecutor(1, "rows")

    def ask(self, query: str, values: Mapping[str, object]) -> list[Any]:
        """The rows of ``query``."""
        return self._asking.submit(asyncio.run, self._ask(query, values)).result()

    def close(self) -> None:
        """Let go of it."""
        self._asking.shutdown()

    async def _ask(self, query: str, values: Mapping[str, object]) -> list[Any]:
        engine = create_async_engine(self._url, poolclass=NullPool)
        async with engine.connect() as sql:
            return list(await sql.execute(text(query), values))


def open_rows(url: str) -> Rows:
    """The database that ``url`` names, as the service's settings have it."""
    return SqliteRows(url) if url.startswith("sqlite") else PostgresRows(url)
