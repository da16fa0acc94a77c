"""A real SQLite store with the sample people, and the web application in front of it, on loopback."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, update
from sqlalchemy.ext.asyncio import create_async_engine

from ivr.domain.applications import Named
from ivr.domain.applications import Rules as ApplicationRules
from ivr.records import sample
from ivr.store import tables as t
from ivr.store.engine import SqliteStore, SqlStore, asyncpg_url, open_store, sqlite_engine
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices
from tests.integration.web.desk import CHEAP, PASSWORD, START, Clock, Desk, Place
from tests.postgres import PostgresServer

APPLICATIONS = ApplicationRules((Named("application_taken", "Application taken", "Cymerwyd y cais"),))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the sample in it, its passwords cheap to check; copied for each test."""
    path = tmp_path_factory.mktemp("web") / "filled.db"
    engine = sqlite_engine(str(path))
    with engine.begin() as sql:
        _fill(sql)
    with engine.connect() as sql:
        sql.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: PostgresServer) -> str:
    """The address of a database with the sample in it, as `filled`: to be copied, for to make its tables takes long."""
    url = postgres_server.new_database()

    async def fill() -> None:
        engine = create_async_engine(asyncpg_url(url))
        async with engine.begin() as sql:
            await sql.run_sync(_fill)
        await engine.dispose()

    with ThreadPoolExecutor(1) as apart:  # a loop may run here already
        apart.submit(asyncio.run, fill()).result()
    return url


@pytest.fixture
async def store(request: pytest.FixtureRequest, filled: Path, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A store of the test's own: SQLite, or PostgreSQL where a test is marked with `BOTH_STORES`."""
    if getattr(request, "param", "sqlite") == "postgres":
        server, like = request.getfixturevalue("postgres_server"), request.getfixturevalue("filled_postgres")
        store: SqlStore = open_store(server.new_database(like))
    else:
        path = tmp_path / "helpline.db"
        shutil.copy(filled, path)
        store = SqliteStore(str(path))
    yield store
    await store.close()


def _fill(sql: Connection) -> None:
    t.metadata.create_all(sql)
    sample.fill(sql, PASSWORD, START)
    sql.execute(update(t.agent).values(password_hash=CHEAP.hash(PASSWORD)))


@pytest.fixture
def clock() -> Clock:
    """The wall clock the application sees."""
    return Clock(START)


@pytest.fixture
async def place(store: SqlStore, clock: Clock) -> AsyncIterator[Place]:
    """The application, reachable."""
    state = HealthNow(pbx_linked=True, database_answers=True)
    place = Place(store, clock, state)
    services = WebServices(
        store, health=place.health_now, now=clock.now, passwords=CHEAP, applications=lambda: APPLICATIONS
    )
    async with TestClient(TestServer(make_app(services))) as client:
        place.client = client
        yield place


@pytest.fixture
async def desk(place: Place) -> Desk:
    """Megan Price, 7001, of Maintenance 1, logged in."""
    return await place.log_in("7001")


@pytest.fixture
async def leader(place: Place) -> Desk:
    """Ruth Hargreaves, 7101, a team leader, logged in."""
    return await place.log_in("7101")
