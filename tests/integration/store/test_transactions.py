"""What becomes of a transaction: its result, what it told, and what it left when it failed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.acd import at_phone, ledger
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import CallState, Change, JourneyStep
from ivr.domain.ids import CallId
from ivr.errors import StoreError, StoreUnavailable
from ivr.store import engine
from ivr.store.engine import SqliteStore, SqlStore, open_store
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from tests.integration.store.staffed import rows_of, wipe_and_staff
from tests.unit.acd.world import GENERALIST, IDLE_LOGOUT_S, NINE, call_row

CALL = CallId("call0001")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a migrated, empty SQLite file."""
    url = f"sqlite:///{tmp_path / 'helpline.db'}"
    upgrade(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """A migrated database of each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    address: str = request.getfixturevalue(name)
    if request.param == "postgresql":
        upgrade(address)
    return address


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An open store with the staff in it."""
    opened = open_store(url)
    await opened.write(wipe_and_staff)
    yield opened
    await opened.close()


def _arrive(tx: Tx) -> str:
    ledger.arrive(tx, call_row(CALL, NINE))
    return "arrived"


async def test_a_result_comes_after_what_it_told(store: SqlStore) -> None:
    """Whoever has the result has been told of the changes already."""
    told: list[Change] = []
    store.listen(told.append)
    assert await store.run(_arrive) == "arrived"
    assert [change.step for change in told if isinstance(change, JourneyStep)] == ["arrived"]


async def test_a_transaction_that_fails_leaves_and_tells_nothing(store: SqlStore) -> None:
    """A mistake half way undoes the whole, and the next transaction works."""
    told: list[Change] = []
    store.listen(told.append)

    def fail(tx: Tx) -> None:
        _arrive(tx)
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        await store.run(fail)
    assert told == []
    assert (await store.look_up(rows_of)).calls == {}
    assert await store.run(_arrive) == "arrived"


async def test_what_the_database_refuses_is_our_error(store: SqlStore) -> None:
    """A second call of the same id: one error of ours for both databases, and the first call stays."""
    await store.run(_arrive)
    with pytest.raises(StoreError, match="refused"):
        await store.run(_arrive)
    assert list((await store.look_up(rows_of)).calls) == [CALL]


async def test_a_listener_that_fails_does_not_deafen_the_others(store: SqlStore) -> None:
    """One bad listener harms nobody else."""

    def fail(_change: Change) -> None:
        raise ValueError("deaf")

    told: list[Change] = []
    store.listen(fail)
    store.listen(told.append)
    await store.run(_arrive)
    assert [change.step for change in told if isinstance(change, JourneyStep)] == ["arrived"]


async def test_pages_may_read_while_a_transaction_is_open(store: SqlStore) -> None:
    """`read` and `look_up` see what is committed and wait for nobody."""
    await store.run(_arrive)
    seen = await asyncio.gather(store.read(rows_of), store.look_up(rows_of))
    assert [rows.calls[CALL].state for rows in seen] == [CallState.MENU] * 2


async def test_a_transaction_goes_on_when_nobody_waits_for_it(sqlite_url: str) -> None:
    """docs/acd.md: transactions are never cancelled; what one did is told though its waiter is gone."""
    store = SqliteStore(engine.sqlite_path(sqlite_url))
    await store.write(wipe_and_staff)
    told: list[Change] = []
    store.listen(told.append)
    started, go_on = threading.Event(), threading.Event()

    def slowly(tx: Tx) -> None:
        started.set()
        go_on.wait()
        _arrive(tx)

    waiter = asyncio.create_task(store.run(slowly))
    await asyncio.to_thread(started.wait)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    go_on.set()
    assert await store.run(lambda tx: tx.call(CALL)) is not None
    assert [change.step for change in told if isinstance(change, JourneyStep)] == ["arrived"]
    await store.close()


async def test_a_database_that_does_not_answer_is_unavailable(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait has a limit; the transaction's own end is still learnt."""
    monkeypatch.setattr(engine, "TRANSACTION_LIMIT_S", 0.02)
    store = SqliteStore(engine.sqlite_path(sqlite_url))
    go_on = threading.Event()
    with pytest.raises(StoreUnavailable, match=r"0\.02 s"):
        await store.run(lambda _tx: go_on.wait())
    go_on.set()
    monkeypatch.setattr(engine, "TRANSACTION_LIMIT_S", 5.0)
    assert await store.run(lambda _tx: "again") == "again"
    await store.close()


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """StoreUnavailable, not the driver's own complaint."""
    store = open_store(f"postgresql://ivr@/nothing?host={tmp_path}")
    with pytest.raises(StoreUnavailable):
        await store.run(_arrive)
    with pytest.raises(StoreUnavailable):
        await store.read(rows_of)
    await store.close()


async def test_who_is_logged_in_on_a_phone_is_found_by_it(store: SqlStore) -> None:
    """R-STATE-10: nobody before they log in, nor after they have logged out; within one transaction too."""

    def stays(tx: Tx) -> list[str | None]:
        found = [tx.agent_at("PJSIP/7012")]
        at_phone.log_in(tx, GENERALIST, "PJSIP/7012", NINE)
        found.append(tx.agent_at("PJSIP/7012"))
        at_phone.ask(tx, "PJSIP/7012", StateRequest(AgentState.LOGGED_OUT), NINE, IDLE_LOGOUT_S)
        found.append(tx.agent_at("PJSIP/7012"))
        return [None if one is None else one.staff_number for one in found]

    assert await store.run(stays) == [None, "7004", None]
    await store.run(at_phone.log_in, GENERALIST, "PJSIP/7012", NINE)
    here = await store.run(at_phone.who, "PJSIP/7012")
    assert here is not None
    assert (here.agent_id, await store.run(at_phone.who, "PJSIP/7004")) == (GENERALIST, None)
