"""A store, a clock, and an SMTP server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.domain.mails import MailRules
from ivr.mail.post_office import Limits
from ivr.mail.sender import MailSender
from ivr.store import migrate
from ivr.store.engine import SqlStore, open_store, sqlite_engine
from ivr.store.tables import metadata
from tests.integration.mail.smtp_server import MailServer
from tests.postgres import PostgresServer

RULES = MailRules("helpline@helpline.example", {"sar": "subject-access@helpline.example"})
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """The wall clock as a test sets it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """What time it is."""
        return self.at


@pytest.fixture
def clock() -> Clock:
    """The wall clock that the sender sees."""
    return Clock()


@pytest.fixture(scope="session")
def made_postgres(postgres_server: PostgresServer) -> str:
    """The address of a database with the tables: to be copied, for to make them takes long."""
    url = postgres_server.new_database()
    migrate.upgrade(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.new_database(request.getfixturevalue("made_postgres"))
    engine = sqlite_engine(str(tmp_path / "mail.db"))
    metadata.create_all(engine)
    engine.dispose()
    return f"sqlite:///{tmp_path / 'mail.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """A store on it."""
    opened = open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """An SMTP server that is up."""
    async with MailServer() as server:
        yield server


def sender(store: SqlStore, server: MailServer, clock: Clock, rules: MailRules = RULES) -> MailSender:
    """What one node sends with; it waits a second for an answer to a text."""
    return MailSender(store, server.address, clock, lambda: rules, limits=Limits(command_s=2.0, text_s=1.0))
