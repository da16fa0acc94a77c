"""The configurations of one process: what calls get that begin now, that began before, and after a restart."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, insert

from ivr import accepted, config, configured
from ivr.config import Configuration, InUse, OnRecord, Standing
from ivr.configured import Configured
from ivr.control import Take, Taken, ask, listening
from ivr.errors import ConfigError, PbxUnavailable, RequestError
from ivr.settings import PROJECT, Settings
from ivr.store import configurations, tables
from ivr.store.engine import SqlStore, open_store
from ivr.voice.prompt_build import build_with
from tests.unit.voice.fake_programs import FakeNarrower, FakeSpeaker

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVERYBODY = OnRecord(
    frozenset({"GICH", "Applications", "Employer", "Welsh"}), frozenset({"Third Party"}), frozenset({"7101", "7102"})
)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built prompts, their sound of no importance."""
    out = tmp_path_factory.mktemp("sounds")
    build_with(PROJECT / "prompts", out, FakeSpeaker(), FakeNarrower())
    return out


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """A database with its tables."""
    made = open_store(f"sqlite:///{tmp_path / 'ivr.sqlite'}")
    await made.write(tables.metadata.create_all)
    yield made
    await made.close()


@pytest.fixture
def dialplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is shipped, as the installation's own, with everybody on record."""
    folder = shutil.copytree(PROJECT / "dialplan", tmp_path / "dialplan")
    monkeypatch.setenv("IVR_DIALPLAN_DIR", str(folder))
    monkeypatch.setattr(accepted, "_names", lambda _sql: EVERYBODY)
    return folder


def _edit(folder: Path, found: str, instead: str, file: str = "lines.toml") -> None:
    text = (folder / file).read_text()
    assert found in text
    (folder / file).write_text(text.replace(found, instead, 1))


def _settings(sounds: Path) -> Settings:
    return cast("Settings", SimpleNamespace(prompts_dir=sounds))


def _services(found: Configuration) -> Any:
    return SimpleNamespace(
        rules=found.rules,
        prompts=found.prompts,
        now=lambda: NINE + timedelta(seconds=1),
        line_of=found.dialplan.line_of,
    )


async def _process(sounds: Path, store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> Configured:
    """A process that has started; its Asterisk is away."""

    def away(_sql: Connection) -> None:
        raise PbxUnavailable("away")

    monkeypatch.setattr("ivr.provision.phones_in", away)
    found = await configured.first(_settings(sounds), store, NINE)
    return Configured(_settings(sounds), store, found, _services, lambda _fresh: None)


async def test_a_call_that_began_before_has_what_it_began_with(
    sounds: Path, store: SqlStore, dialplan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reload: the old hash finds the old rules in this process and in the next; an unknown one finds the current."""
    process = await _process(sounds, store, monkeypatch)
    old = process.current.hash
    _edit(dialplan, "ring_timeout_s = 15", "ring_timeout_s = 40", "queues.toml")
    taken = await process.take(Take(content=config.from_files(dialplan, sounds).content))
    assert taken.mistakes == []
    assert taken.unfinished[0].startswith("Asterisk keeps what it had")
    after = await _process(sounds, store, monkeypatch)
    for one in (process, after):
        assert one.current.hash != old
        assert one.services().rules.ringing.ring_timeout_s == 40
        assert (await one.began_with(old)).rules.ringing.ring_timeout_s == 15
        assert (await one.began_with("lost")).rules.ringing.ring_timeout_s == 40


async def test_files_that_nobody_has_accepted_wait(
    sounds: Path, store: SqlStore, dialplan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reload: a service that comes back by itself starts with what was accepted last, whatever the files say."""
    before = (await _process(sounds, store, monkeypatch)).current.hash
    _edit(dialplan, 'entry = "employer"', 'entry = "employr"')
    assert (await _process(sounds, store, monkeypatch)).current.hash == before


async def test_a_first_start_with_a_wrong_file_is_refused(sounds: Path, store: SqlStore, dialplan: Path) -> None:
    """Set-up: nothing was accepted yet, so there is nothing to go on with."""
    _edit(dialplan, 'leader = "7101"', 'leader = "7199"')
    with pytest.raises(ConfigError, match="7199"):
        await configured.first(_settings(sounds), store, NINE)


async def test_what_is_refused_changes_nothing(
    sounds: Path, store: SqlStore, dialplan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reload: a queue that callers wait in may not be left out; the service goes on with what it had."""
    process = await _process(sounds, store, monkeypatch)
    before = process.current.hash
    waits = Standing(EVERYBODY, InUse({}, {"segment:GICH": 2}), process.current.dialplan)
    monkeypatch.setattr(accepted, "standing_beside", lambda _sql, _before: waits)
    _edit(dialplan, 'gich = "GICH"', 'gich = "Applications"', "queues.toml")
    taken = await process.take(Take(content=config.from_files(dialplan, sounds).content))
    assert taken.mistakes == [
        "queues.toml: segments.gich: 2 calls wait for 'GICH', expected it to stay until they have ended"
    ]
    assert process.current.hash == before
    assert len(await store.read(lambda sql: configurations.in_use(sql, NINE))) == 1


async def test_calls_are_counted_by_line_and_queue(store: SqlStore) -> None:
    """Reload: calls that have ended do not count, nor do talks for the queue they came from."""

    def calls(sql: Connection) -> None:
        for number, state in enumerate(("waiting", "ringing", "talking", "ended")):
            row = {"call_id": f"c{number}", "state": state, "line": "general", "brand": "cmg", "language": "en"}
            more = {"channel_id": "x", "arrived_at": NINE, "dnis": "", "cli": "", "node": "", "overflowed": False}
            sql.execute(insert(tables.call).values(**row, **more, pop="blank", config_hash="h"))
            scope = {"position": 0, "kind": "segment", "key": "segment:GICH", "name": "GICH"}
            sql.execute(insert(tables.call_scope).values(call_id=f"c{number}", **scope, added=False, reach="open"))

    await store.write(calls)
    assert await store.read(configurations.calls_up) == {"general": 3}
    assert await store.read(configurations.calls_waiting) == {"segment:GICH": 2}


async def test_the_socket_answers_and_says_when_nobody_does(tmp_path: Path) -> None:
    """Reload: the command gets the service's answer, or a sentence; the socket is its owner's alone."""
    path = tmp_path / "run" / "service.ctl"
    with pytest.raises(RequestError, match="make run"):
        await ask(path, Take(content="x"))

    async def take(asked: Take) -> Taken:
        await asyncio.sleep(0)
        if asked.content == "bad":
            raise ValueError(asked.content)
        return Taken(mistakes=[asked.content * 100_000])

    async with listening(path, take):
        assert path.stat().st_mode & 0o777 == 0o600
        assert (await ask(path, Take(content="x" * 20))).mistakes == ["x" * 2_000_000]
        with pytest.raises(RequestError, match="goes on as before"):
            await ask(path, Take(content="bad"))
    with pytest.raises(RequestError, match="make run"):
        await ask(path, Take(content="x"))
