"""A PostgreSQL server for each test process, and whoever waits for a phone here waits patiently."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.patience import patient_softphones
from tests.postgres import PostgresServer, find_programs

__all__ = ["patient_softphones"]


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
