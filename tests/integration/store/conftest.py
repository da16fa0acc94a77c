"""The databases that store tests run on."""

from __future__ import annotations

import pytest

from tests.postgres import PostgresServer


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a new, empty database."""
    return postgres_server.new_database()
