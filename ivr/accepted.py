"""The configuration in use, seen from outside the service: read, and accepted, in the database of an installation.

Enters: settings. Leaves: what was accepted last, what still uses older ones, and what a new one is held to. Each
function opens the database for itself; the service has its own way (`ivr.configured`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from ivr import config
from ivr.config import Configuration, Dialplan, InUse, OnRecord, Standing
from ivr.errors import ConfigError, StoreError
from ivr.settings import Settings, load, runtime_file
from ivr.store import configurations, tables
from ivr.store.engine import SqlStore, open_store
from ivr.voice.prompt_build import stems

T = TypeVar("T")
KEPT: Final = timedelta(days=7)
"""The sounds of a configuration stay at least so long after it was accepted, for whoever goes back to it."""


def read(settings: Settings, step: Callable[[Connection], T]) -> T:
    """One read. Raises ``StoreError``."""
    return _with_store(settings, lambda store: store.read(step))


def write(settings: Settings, step: Callable[[Connection], T]) -> T:
    """One transaction that has no part in matching. Raises ``StoreError``."""
    return _with_store(settings, lambda store: store.write(step))


def accept(settings: Settings, configuration: Configuration) -> None:
    """Hold it to the names on record, and make it the one that the service starts with. Raises ``ConfigError``."""
    if mistakes := config.not_on_record(configuration.dialplan, read(settings, _names)):
        raise ConfigError(mistakes)
    now = datetime.now(UTC)
    _with_store(
        settings,
        lambda store: store.write(configurations.accept, configuration.hash, configuration.content, now),
    )


def dialplan(settings: Settings) -> Dialplan:
    """What the files said when they were last accepted; before that, what they say. Raises ``ConfigError``."""
    return _stored_dialplan(read(settings, configurations.newest)) or config.load(config.folder())


def sounds_in_use(settings: Settings) -> frozenset[str] | None:
    """The stems of sounds that must not be removed: a call may play them. None when that cannot be known."""
    if not _has_database(settings):
        return frozenset()
    since = datetime.now(UTC) - KEPT
    try:
        contents = read(settings, lambda sql: configurations.in_use(sql, since))
        return frozenset().union(*(stems(config.read_content(content).prompts) for content in contents))
    except (StoreError, ConfigError):
        return None


def standing_if_set_up() -> Standing | None:
    """What a new configuration is held to in this state folder's installation; None before its first start."""
    if not runtime_file().is_file():
        return None
    ours = load()
    return read(ours, _standing) if _has_database(ours) else None


def standing_beside(sql: Connection, before: Dialplan | None) -> Standing:
    """What a configuration that replaces ``before`` is held to."""
    in_use = InUse(configurations.calls_up(sql), configurations.calls_waiting(sql))
    return Standing(_names(sql), in_use, before)


def _standing(sql: Connection) -> Standing:
    return standing_beside(sql, _stored_dialplan(configurations.newest(sql)))


def _stored_dialplan(content: str | None) -> Dialplan | None:
    try:
        return None if content is None else config.parse(config.read_content(content).files)
    except ConfigError:
        return None


def _names(sql: Connection) -> OnRecord:
    columns = (tables.segment.c.name, tables.team.c.name, tables.agent.c.staff_number)
    return OnRecord(*(frozenset(sql.scalars(select(column))) for column in columns))


def _has_database(settings: Settings) -> bool:
    scheme, _, path = settings.database_url.partition(":///")
    return scheme != "sqlite" or Path(path).is_file()


def _with_store(settings: Settings, step: Callable[[SqlStore], Awaitable[T]]) -> T:
    async def run() -> T:
        store = open_store(settings.database_url)
        try:
            return await step(store)
        finally:
            await store.close()

    return asyncio.run(run())
