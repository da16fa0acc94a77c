"""The databases that an import is tried on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.records import sample
from ivr.store import migrate
from tests.postgres import PostgresServer


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
