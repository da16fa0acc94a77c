"""The two SQL stores behind `ivr.store.ports.Store`: one writer thread on SQLite, one advisory lock on PostgreSQL.

Transactions are never cancelled: whoever waits for one may stop waiting, the transaction still runs to its end and what
it emitted is published. Listeners are called in the event loop, in the order of commits.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.domain.events import Change
from ivr.errors import StoreError, StoreUnavailable
from ivr.store.checkpoint import Checkpointer
from ivr.store.ports import Listener, Tx
from ivr.store.prepared import Book, Cursor
from ivr.store.sql_tx import SqlTx

P = ParamSpec("P")
T = TypeVar("T")
log = structlog.get_logger()

TRANSACTION_LIMIT_S: Final = 5.0
READERS: Final = 4
"""So many pages and reports read at once on SQLite; the others wait."""
MATCHING_LOCK: Final = 7_203_141
"""PostgreSQL's advisory lock for matching; any constant that nothing else in the database uses."""
_BUSY_TIMEOUT_MS: Final = 4_000
_MATCHING_PLANS: Final = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
    "jit": "off",
}
"""How PostgreSQL plans the ACD's statements: once, and by their indexes. Left to statistics, which it gathers while the
queue is empty, it comes to read every agent for every match.
"""


class _Publisher:
    """Tells listeners what was committed; one that fails does not keep the others from hearing it."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def publish(self, changes: list[Change]) -> None:
        for change in changes:
            for listener in self._listeners:
                try:
                    listener(change)
                except Exception:
                    log.exception("listener.failed", change=type(change).__name__)


async def _limited(future: asyncio.Future[T]) -> T:
    """Wait for a transaction at most its limit; it goes on whatever becomes of the waiting."""
    with _refusals():
        try:
            async with asyncio.timeout(TRANSACTION_LIMIT_S):
                return await asyncio.shield(future)
        except TimeoutError:
            future.add_done_callback(_learn)
            raise StoreUnavailable(f"the database did not answer within {TRANSACTION_LIMIT_S:g} s") from None
        except asyncio.CancelledError:
            future.add_done_callback(_learn)
            raise


def _learn(future: asyncio.Future[Any]) -> None:
    """Nobody waits for this transaction any more: what went wrong in it is at least written down."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.error("transaction.failed_unheard", error=repr(error))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the drivers raise, as our own errors."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the database refused: {error.orig}") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"the database failed: {error}") from error
    except OSError as error:
        raise StoreUnavailable(f"the database cannot be reached: {error}") from error


def sqlite_engine(path: str) -> Engine:
    """A synchronous engine on one SQLite file: WAL, and transactions that take the write lock when they begin."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        cursor.close()

    return engine


class SqliteStore:
    """One node's store. Writes run on one thread, in the order they were asked for; hot look-ups on another; what pages
    and reports read on a few more, each read as a whole: handed over statement by statement it costs twice the CPU, and
    most of that in the event loop.
    """

    def __init__(self, path: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._publisher = _Publisher()
        self.listen = self._publisher.listen
        self._engine = sqlite_engine(path)
        self._writing = ThreadPoolExecutor(1, "store-writer")
        self._looking = ThreadPoolExecutor(1, "store-lookup")
        self._writer = self._engine.connect()
        self._raw = _sqlite_connection(self._writer)
        self._book = Book(self._engine.dialect)
        self._checkpoints = Checkpointer(path, self._raw)
        self._looker = self._engine.connect()
        self._reading = ThreadPoolExecutor(READERS, "store-reader")

    async def run(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction on the writer thread."""
        return await _limited(self._submit(partial(self._transact, lambda tx: step(tx, *args, **kwargs))))

    async def write(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction that has no part in matching."""
        return await _limited(self._submit(partial(self._plain, lambda sql: step(sql, *args, **kwargs))))

    async def look_up(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one short read on the calls' own route."""
        task = partial(self._look, lambda sql: step(sql, *args, **kwargs))
        return await _limited(self._loop.run_in_executor(self._looking, task))

    async def read(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one read for pages and reports; it may take its time."""
        with _refusals():
            return await self._loop.run_in_executor(
                self._reading, partial(self._read, lambda sql: step(sql, *args, **kwargs))
            )

    async def close(self) -> None:
        """Let the writer finish, then close."""
        await self._loop.run_in_executor(self._writing, self._writer.close)
        await self._loop.run_in_executor(self._looking, self._looker.close)
        self._writing.shutdown()
        self._looking.shutdown()
        self._checkpoints.close()
        self._reading.shutdown()
        self._engine.dispose()

    def _submit(self, task: Callable[[], T]) -> asyncio.Future[T]:
        return self._loop.run_in_executor(self._writing, task)

    def _transact(self, step: Callable[[Tx], T]) -> T:
        result, changes = self._guarded(partial(_step_in, self._raw, self._book, step))
        if changes:
            self._loop.call_soon_threadsafe(self._publisher.publish, changes)
        return result

    def _plain(self, step: Callable[[Connection], T]) -> T:
        try:
            return self._guarded(partial(step, self._writer))
        finally:
            self._writer.rollback()

    def _guarded(self, work: Callable[[], T]) -> T:
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            result = work()
        except BaseException:
            self._raw.execute("ROLLBACK")
            raise
        self._raw.execute("COMMIT")
        self._checkpoints.committed()
        return result

    def _read(self, step: Callable[[Connection], T]) -> T:
        with self._engine.connect() as connection:
            return step(connection)

    def _look(self, step: Callable[[Connection], T]) -> T:
        try:
            return step(self._looker)
        finally:
            self._looker.rollback()


class PostgresStore:
    """The store of one or many nodes. Matching transactions hold one advisory lock until they commit."""

    def __init__(self, url: str) -> None:
        self._publisher = _Publisher()
        self.listen = self._publisher.listen
        self._engine = create_async_engine(url, pool_size=8, max_overflow=4, hide_parameters=True)
        self._matching = create_async_engine(
            url,
            pool_size=1,
            max_overflow=0,
            connect_args={"server_settings": _MATCHING_PLANS},
            hide_parameters=True,
        )
        self._book = Book(self._engine.dialect)
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, step: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction under the matching lock."""
        return await _limited(self._own(self._transact(lambda tx: step(tx, *args, **kwargs))))

    async def write(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction that has no part in matching."""
        return await _limited(self._own(self._plain(lambda sql: step(sql, *args, **kwargs))))

    async def look_up(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one short read on the calls' own route."""
        return await _limited(self._own(self._plain(lambda sql: step(sql, *args, **kwargs))))

    async def read(self, step: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one read for pages and reports; it may take its time."""
        with _refusals():
            return await self._plain(lambda sql: step(sql, *args, **kwargs))

    async def close(self) -> None:
        """Let running transactions finish, then close."""
        if self._running:
            await asyncio.wait(self._running)
        await self._matching.dispose()
        await self._engine.dispose()

    def _own(self, work: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.create_task(work, name="store-transaction")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _transact(self, step: Callable[[Tx], T]) -> T:
        async with self._turn:
            async with self._matching.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MATCHING_LOCK})
                result, changes = await connection.run_sync(self._step_on, step)
            self._publisher.publish(changes)
        return result

    def _step_on(self, connection: Connection, step: Callable[[Tx], T]) -> tuple[T, list[Change]]:
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise StoreUnavailable("the connection to the database is gone")
        return _step_in(raw, self._book, step)

    async def _plain(self, step: Callable[[Connection], T]) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(step)


def _step_in(
    connection: DBAPIConnection | sqlite3.Connection, book: Book, step: Callable[[Tx], T]
) -> tuple[T, list[Change]]:
    """Run ``step`` inside the transaction that is open on the driver's connection."""
    cursor = Cursor(connection, book)
    try:
        tx = SqlTx(cursor)
        result = step(tx)
        tx.finish()
    except _driver_error(book.dialect) as error:
        raise StoreError(f"the database refused: {error}") from error
    finally:
        cursor.close()
    return result, tx.changes


def _driver_error(dialect: Dialect) -> type[Exception]:
    error: type[Exception] = dialect.loaded_dbapi.Error
    return error


def _sqlite_connection(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        raise StoreError(f"SQLite's own driver was expected, found {type(raw)}")
    return raw


SqlStore = SqliteStore | PostgresStore


def open_store(url: str) -> SqlStore:
    """The store that ``url`` names: ``sqlite:///path`` or ``postgresql://…``."""
    if url.startswith("sqlite"):
        return SqliteStore(sqlite_path(url))
    return PostgresStore(asyncpg_url(url))


def sqlite_path(url: str) -> str:
    """The file that ``sqlite:///relative`` or ``sqlite:////absolute`` names."""
    return url.partition("://")[2].removeprefix("/")


def asyncpg_url(url: str) -> str:
    """A PostgreSQL address in the form that names its driver."""
    return "postgresql+asyncpg://" + url.partition("://")[2]
