"""The edge to another system of record, with a real HTTP server: up, slow, failing, talking nonsense, gone, back."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, func, select

from ivr.domain.cases import Client
from ivr.records import opened, sample
from ivr.records.edge.http import Edge, HttpRecords
from ivr.records.importing import apply
from ivr.records.look_ups import EmployerRecord, client_by_scin
from ivr.records.search import search
from ivr.records.source import Unanswered, WhyUnanswered, ask_anew
from ivr.records.viewing import viewer
from ivr.store import migrate
from ivr.store import tables as t
from ivr.store.engine import SqlStore, open_store
from tests.other_system import OtherSystem
from tests.patience import patiently

SCIN, ERN, EARN, TRN = "120000000019", "340000000904", "340000000912", "560000000904"
NEW = "120000000901"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
JANE: dict[str, Any] = {
    "scin": SCIN,
    "name": "Jane Renamed",
    "brand": "cmg",
    "cases": [
        {
            "number": "900000004999",
            "opened_on": "2025-03-04",
            "owner": "7004",
            "team": "Enforcement 1",
            "roles": ["rp"],
            "children": [
                {"name": "Ella", "born_on": "2014-06-02"},
                {"name": "Rex", "born_on": "2009-01-01", "kind": "roc"},
            ],
        }
    ],
}
SLOW, DOWN, UNCLEAR = (Unanswered(why) for why in WhyUnanswered)


class Room:
    """An edge to another system, and what it is told."""

    def __init__(self, other: OtherSystem, records: HttpRecords, store: SqlStore) -> None:
        self.other, self.records, self.store = other, records, store

    async def read(self, step: Callable[..., Any], *args: object) -> Any:
        """From our own rows."""
        return await self.store.read(step, *args)


@asynccontextmanager
async def _room(database: str, tmp_path: Path, **figures: float) -> AsyncIterator[Room]:
    store, other = open_store(database), OtherSystem()
    token = tmp_path / "token"
    token.write_text("a sample token\n")
    async with other.serving() as url:
        given: dict[str, Any] = {"timeout_s": patiently(1.5), "failures": 1000, **figures}
        records = HttpRecords(Edge(url, token, **given), store, lambda: NOW)
        try:
            yield Room(other, records, store)
        finally:
            await records.close()
            await store.close()


@pytest.fixture
async def mirroring(database: str, tmp_path: Path) -> AsyncIterator[Room]:
    """On each kind of database."""
    async with _room(database, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the sample people in it, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "ivr.sqlite"
    migrate.upgrade(f"sqlite:///{path}")
    sample.load(f"sqlite:///{path}", "a sample password")
    return path


@pytest.fixture
def copied(filled: Path, tmp_path: Path) -> str:
    """A copy's address."""
    return f"sqlite:///{shutil.copy(filled, tmp_path / 'copied.sqlite')}"


@pytest.fixture
async def room(copied: str, tmp_path: Path) -> AsyncIterator[Room]:
    """The usual one, with a short limit."""
    async with _room(copied, tmp_path, timeout_s=patiently(0.4)) as made:
        yield made


async def test_a_client_is_mirrored_whole(mirroring: Room) -> None:
    """What is answered routes the call and opens on the desk, under the number the client always had."""
    before = await mirroring.store.look_up(client_by_scin, SCIN)
    mirroring.other.records["client", SCIN] = {"client": JANE, "something_new": 1}
    client = await mirroring.records.client(SCIN)
    assert isinstance(client, Client)
    assert before is not None
    assert client.client_id == before.client_id
    (case,) = client.cases
    assert (case.number, case.opened_on, case.team, case.segment, case.role) == (
        "900000004999",
        date(2025, 3, 4),
        "Enforcement 1",
        "Enforcement",
        "rp",
    )
    (children,) = await mirroring.records.children(client.cases)
    assert children.born == (date(2014, 6, 2),)
    record = await mirroring.read(_on_screen, client.client_id)
    assert record.name == "Jane Renamed"
    assert (record.cases[0].number[-4:], record.cases[0].closed_on) == ("4999", None)
    assert mirroring.other.asked == [("/client", {"scin": SCIN}, "Bearer a sample token")]
    found = await mirroring.read(search, "renamed", ("client",), 5)
    assert [one.record_id for one in found.contacts] == [client.client_id]


async def test_what_is_answered_again_stays_as_it_is(mirroring: Room) -> None:
    """No number changes, nothing is doubled; a case that is missing is not open any more, and opens again."""
    mirroring.other.records["client", SCIN] = {"client": JANE}
    first = await mirroring.records.client(SCIN)
    counted = await mirroring.read(_counts)
    assert await mirroring.records.client(SCIN) == first
    assert await mirroring.read(_counts) == counted
    mirroring.other.records["client", SCIN] = {"client": JANE | {"cases": []}}
    nothing_open = await mirroring.records.client(SCIN)
    assert isinstance(nothing_open, Client)
    assert nothing_open.cases == ()
    mirroring.other.records["client", SCIN] = {"client": JANE}
    assert await mirroring.records.client(SCIN) == first


async def test_strangers_get_numbers_that_nobody_had(mirroring: Room) -> None:
    """A new client, employer, employer agent, representative; an import worked out before is refused at its start."""
    base = await mirroring.read(apply._base)
    client = JANE | {"scin": NEW, "cases": [JANE["cases"][0] | {"owner": "9999"}]}
    mirroring.other.records["client", NEW] = {"client": client}
    mirroring.other.records["employer", ERN] = {"employer": {"ern": ERN, "name": "Sample Mills", "manager": "7010"}}
    agent = {"earn": EARN, "name": "Sample Payroll", "acts_for": [{"ern": ERN, "name": "Sample Mills"}]}
    mirroring.other.records["employer", EARN] = {"employer_agent": agent}
    acts_for = [{"scin": NEW, "name": "Jane Renamed", "brand": "nicms"}]
    mirroring.other.records["representative", TRN] = {
        "representative": {"trn": TRN, "name": "Ann", "acts_for": acts_for}
    }
    made = await mirroring.records.client(NEW)
    assert isinstance(made, Client)
    assert [(case.owner_id, case.team) for case in made.cases] == [(None, "Enforcement 1")]
    employer, employer_agent = await mirroring.records.employer(ERN), await mirroring.records.employer(EARN)
    assert isinstance(employer, EmployerRecord)
    assert isinstance(employer_agent, EmployerRecord)
    assert employer.manager_id is not None
    assert employer_agent.employer_agent_id is not None
    trn = await mirroring.records.representative(TRN)
    assert isinstance(trn, int)
    shown = await mirroring.read(opened.representative, trn)
    assert [one.record_id for one in shown.acts_for] == [made.client_id]
    assert await mirroring.read(apply._base) != base
    for table in (t.client, t.employer, t.employer_agent, t.representative):
        (key,) = table.primary_key.columns
        assert await mirroring.read(lambda sql, key=key: sql.scalar(select(func.count()).where(key > 10**6))) == 0


async def test_nobody_there_is_not_a_failure(room: Room) -> None:
    """Not on record is an answer, and says nothing of what we have kept."""
    assert await room.records.client("120000000027") is None
    assert await room.records.employer(ERN) is None
    assert await room.records.representative(TRN) is None
    assert room.records.answers


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda other: other.slow, SLOW),
        (lambda other: other.trickling, SLOW),
        (lambda other: other.closing, DOWN),
        (lambda other: other.saying(b"", 500), DOWN),
        (lambda other: other.saying(b'{"client": null}', 404), DOWN),
        (lambda other: other.saying(b'{"client": null}', 302), DOWN),
        (lambda other: other.saying(b""), UNCLEAR),
        (lambda other: other.saying(b"<html>Welcome</html>"), UNCLEAR),
        (lambda other: other.saying(b"\xff\xfe" + b"[" * 5000), UNCLEAR),
        (lambda other: other.saying(b'{"client": null}' + b" " * (1 << 21)), UNCLEAR),
        (lambda other: other.with_json({}), UNCLEAR),
        (lambda other: other.with_json({"client": JANE | {"brand": "acme"}}), UNCLEAR),
        (lambda other: other.with_json({"client": JANE | {"cases": [{"number": "1"}]}}), UNCLEAR),
        (lambda other: other.with_json({"client": JANE | {"scin": NEW}}), UNCLEAR),
    ],
)
async def test_a_caller_never_waits_longer_and_never_meets_an_error(
    room: Room, how: Callable[[OtherSystem], Any], why: Unanswered
) -> None:
    """Slow, trickling, closing, refusing, nonsense, the wrong shape, somebody else's record: each has its word."""
    room.other.answer = how(room.other)
    before, began = await room.read(_counts), time.monotonic()
    assert await room.records.client(SCIN) == why
    assert time.monotonic() - began < patiently(0.4) + patiently(0.5)
    assert await room.read(_counts) == before
    assert not room.records.answers


async def test_it_rests_after_failures_and_comes_back_by_one_trial(copied: str, tmp_path: Path) -> None:
    """Down: nobody is asked while it rests, no caller waits; up again: the trial's caller is recognised, as all are."""
    async with _room(copied, tmp_path, failures=2, rest_s=patiently(0.3)) as room:
        room.other.answer = room.other.saying(b"", 503)
        for _ in range(3):
            assert await room.records.client(SCIN) == DOWN
        assert (len(room.other.asked), room.records.state) == (2, "open")
        room.other.records["client", SCIN] = {"client": JANE}
        room.other.answer = room.other.as_agreed
        await asyncio.sleep(patiently(0.3))
        answers = await asyncio.gather(*(room.records.client(SCIN) for _ in range(3)))
        assert [isinstance(one, Client) for one in answers] == [True, False, False]
        assert isinstance(await room.records.client(SCIN), Client)
        assert room.records.answers


async def test_who_hangs_up_meanwhile_decides_nothing(copied: str, tmp_path: Path) -> None:
    """A caller who goes while the trial is under way leaves it to the next."""
    async with _room(copied, tmp_path, failures=1, rest_s=0.0) as room:
        room.other.answer = room.other.saying(b"", 503)
        assert await room.records.client(SCIN) == DOWN
        room.other.answer = room.other.slow
        trial = asyncio.create_task(room.records.client(SCIN))
        await room.other.has_been_asked(2)
        trial.cancel()
        await asyncio.wait([trial])
        room.other.answer = room.other.as_agreed
        assert await room.records.client(SCIN) is None


async def test_a_token_that_was_changed_is_read_anew(room: Room, tmp_path: Path) -> None:
    """After a refusal; the next look-up has the new one."""
    room.other.answer = room.other.saying(b"", 401)
    assert await room.records.client(SCIN) == DOWN
    (tmp_path / "token").write_text("another")
    room.other.answer = room.other.as_agreed
    assert await room.records.client(SCIN) is None
    assert [token for _, _, token in room.other.asked] == ["Bearer a sample token", "Bearer another"]


async def test_no_log_has_a_reference(room: Room) -> None:
    """R-DTMF-5: neither what was keyed nor what was answered."""
    room.other.answer = room.other.with_json({"client": JANE | {"brand": SCIN, "name": ""}})
    with structlog.testing.capture_logs() as told:
        await room.records.client(SCIN)
    assert [one["event"] for one in told] == ["records.unanswered"]
    assert SCIN not in str(told)
    assert told[0]["detail"] == "client.brand: literal_error; client.name: string_too_short"


async def test_who_searches_by_hand_asks_anew(room: Room) -> None:
    """One question for each kind; why, when there was no answer."""
    room.other.records["client", SCIN] = {"client": JANE}
    assert await ask_anew(room.records, ("client", "employer", "employer_agent"), SCIN) is None
    assert sorted(path for path, _, _ in room.other.asked) == ["/client", "/employer"]
    assert (await room.read(search, SCIN, ("client",), 5)).contacts[0].name == "Jane Renamed"
    room.other.answer = room.other.saying(b"", 500)
    assert await ask_anew(room.records, ("client",), SCIN) == WhyUnanswered.DOWN


def _on_screen(sql: Connection, client_id: int) -> Any:
    return opened.client(sql, client_id, viewer(sql, 4))


def _counts(sql: Connection) -> list[int]:
    tables = (t.client, t.case_file, t.case_party, t.child, t.record_word)
    return [sql.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
