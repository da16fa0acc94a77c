"""The databases that store tests run on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a new, empty database."""
    return postgres_server.new_database()
