"""The databases that an import is tried on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.records import sample
from ivr.store import migrate
from tests.postgres import PostgresServer, find_programs


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server a test process; skipped only where no server can be had."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: `python3 -m tools.bootstrap --with postgresql` unpacks one")
    server = PostgresServer(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the sample people in it."""
    url = f"sqlite:///{tmp_path / 'ivr.sqlite'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.new_database()
    migrate.upgrade(url)
    sample.load(url, "a sample password")
    return url
