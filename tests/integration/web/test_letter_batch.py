"""The day's batch of letters: everything that is issued, once, whoever sends it and whatever stops them (R-SEC-6)."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Connection

from ivr.domain import forms
from ivr.domain.documents import Form, Wanted
from ivr.domain.ids import AgentId
from ivr.errors import RequestError
from ivr.letters import batch as batches
from ivr.letters.batch import Batches, latest, next_time
from ivr.letters.templates import Sheet
from ivr.records import documents, letter_batch
from ivr.records.deeds import By
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from tests.integration.web.desk import BOTH_STORES, Clock

BY: Final = By(AgentId(1), "agent 7001")
AT: Final = time(17, 30)
EVENING: Final = datetime.fromisoformat("2026-11-23T17:30:00+00:00")
MakeBatches = Callable[..., Batches]


@dataclass
class PaperPress:
    """Prints a line; refuses some forms; may be stopped while it prints."""

    refused: set[Form] = field(default_factory=set)
    printed: list[Sheet] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    async def look(self) -> list[str]:
        """Nothing is to be looked at."""
        return []

    async def pdf(self, sheet: Sheet) -> bytes:
        """The name of who is written to, and the day."""
        if sheet.form in self.refused:
            raise RequestError("no paper", error_id="letters.not_printed")
        self.printed.append(sheet)
        while self.meanwhile:
            done = self.meanwhile.pop()()
            if asyncio.iscoroutine(done):
                await done
        return f"{sheet.fields['addressee']} {sheet.dated}".encode()


@pytest.fixture
def press() -> PaperPress:
    """A printer of one's own."""
    return PaperPress()


@pytest.fixture
def make_batches(store: SqlStore, clock: Clock, press: PaperPress, tmp_path: Path) -> MakeBatches:
    """Batches as one node sends them."""

    def made(node: str = "one", on_sent: Callable[[documents.Document], None] = lambda _letter: None) -> Batches:
        return Batches(store, press, tmp_path / "letters", node, clock.now, lambda: AT, on_sent)

    return made


async def _issued(store: SqlStore, clock: Clock, name: str, form: Form = Form.APPLICATION_FEE) -> str:
    def make(sql: Connection) -> str:
        wanted = Wanted(form, {**forms.examples(form), "addressee": name}, "client", 1)
        found = documents.make(sql, wanted, BY, clock.now())
        documents.issue(sql, found.document_id, BY, clock.now())
        return found.document_id

    return await store.write(make)


async def _statuses(store: SqlStore) -> list[str]:
    rows = await store.read(lambda sql: sql.execute(t.document.select().order_by(t.document.c.document_id)).all())
    return [row.status for row in rows]


def _lines(folder: Path) -> list[list[str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@BOTH_STORES
async def test_what_is_issued_goes_at_its_time_and_once(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, tmp_path: Path
) -> None:
    """R-SEC-6: until 17:30 it can be cancelled; then what was not goes, once, into the day's folder."""
    told: list[str] = []
    sender = make_batches(on_sent=lambda letter: told.append(letter.document_id))
    assert [gone.sent for gone in await sender.send_due()] == [0]  # yesterday's, which nobody had sent
    kept, cancelled = await _issued(store, clock, "Jo Sample"), await _issued(store, clock, "Al Sample")
    clock.at = EVENING - timedelta(seconds=1)
    assert await sender.send_due() == []
    await store.write(documents.cancel, cancelled, BY, clock.now())
    clock.at = EVENING
    (gone,) = await sender.send_due()
    folder = tmp_path / "letters" / "2026-11-23"
    assert (gone.sent, gone.failed, gone.folder) == (1, 0, folder)
    assert (folder / f"CMSL0077-{kept}.pdf").read_bytes() == b"Jo Sample 2026-11-23"
    issued_at, sent_at = "2026-11-23T09:00:00+00:00", "2026-11-23T17:30:00+00:00"
    assert _lines(folder) == [
        ["file", "form", "language", "large_print", "brand", "document", "issued_at", "sent_at"],
        [f"CMSL0077-{kept}.pdf", "CMSL0077", "en", "no", "cmg", kept, issued_at, sent_at],
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert (await sender.send_due(), told) == ([], [kept])
    with pytest.raises(RequestError, match="has gone"):
        await store.write(documents.cancel, kept, BY, clock.now())
    audited = await store.read(lambda sql: [row.what for row in sql.execute(t.audit.select())])
    assert audited.count("document_sent") == 1


@BOTH_STORES
async def test_two_nodes_send_each_letter_once(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, press: PaperPress
) -> None:
    """R-SEC-6: with several nodes one sends the batch; the others find it claimed, or gone."""
    clock.at = EVENING - timedelta(hours=1)
    for number in range(5):
        await _issued(store, clock, f"Person {number}")
    clock.at = EVENING
    found = await asyncio.gather(*(make_batches(node).send_due() for node in ("one", "two")), return_exceptions=True)
    gone = [one for each in found if not isinstance(each, BaseException) for one in each]
    assert [(one.name, one.sent) for one in gone] == [("2026-11-23", 5)]
    assert sorted(sheet.fields["addressee"] for sheet in press.printed) == [f"Person {n}" for n in range(5)]
    assert await _statuses(store) == ["sent"] * 5


async def test_who_was_stopped_is_taken_over_from(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, press: PaperPress, tmp_path: Path
) -> None:
    """R-SEC-6: stopped between two letters, the batch is finished by another, without one twice or one lost."""
    clock.at = EVENING - timedelta(hours=1)
    for number in range(3):
        await _issued(store, clock, f"Person {number}")
    clock.at = EVENING
    stopped = asyncio.create_task(make_batches("one").send_due())
    press.meanwhile.append(lambda: None)
    press.meanwhile.append(stopped.cancel)  # while the first is printed
    with pytest.raises(asyncio.CancelledError):
        await stopped
    other = make_batches("two")
    assert await other.send_due() == []  # another may still be about it
    clock.pass_(letter_batch.LEASE.total_seconds() + 1)
    (gone,) = await other.send_due()
    assert (gone.sent, len(_lines(tmp_path / "letters" / "2026-11-23"))) == (3, 4)
    assert await _statuses(store) == ["sent"] * 3


async def test_a_folder_that_a_stopped_process_left_is_made_whole(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """R-SEC-6: stopped after the letters were marked and before the folder was there, the folder is written later."""
    clock.at = EVENING - timedelta(hours=1)
    await _issued(store, clock, "Jo Sample")
    clock.at = EVENING
    lay_out = batches.lay_out

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batches, "lay_out", full)
    sender = make_batches()
    with pytest.raises(OSError, match="No space"):
        await sender.send_due()
    assert await _statuses(store) == ["sent"]
    monkeypatch.setattr(batches, "lay_out", lay_out)
    (gone,) = await sender.send_due()
    assert (gone.sent, len(_lines(tmp_path / "letters" / "2026-11-23"))) == (1, 2)


async def test_what_cannot_be_printed_does_not_hold_up_the_rest(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, press: PaperPress
) -> None:
    """R-SEC-6: it stays issued, can be cancelled, and goes with the next batch."""
    clock.at = EVENING - timedelta(hours=1)
    await _issued(store, clock, "Jo Sample", Form.APPLICATION_FEE_REMINDER)
    await _issued(store, clock, "Al Sample")
    clock.at = EVENING
    press.refused = {Form.APPLICATION_FEE_REMINDER}
    (gone,) = await make_batches().send_due()
    assert (gone.sent, gone.failed, await _statuses(store)) == (1, 1, ["issued", "sent"])
    press.refused = set()
    clock.at = EVENING + timedelta(days=1)
    (gone,) = await make_batches().send_due()
    assert (gone.name, gone.sent, await _statuses(store)) == ("2026-11-24", 1, ["sent", "sent"])
    assert press.printed[-1].dated.isoformat() == "2026-11-24"


async def test_a_letter_that_is_cancelled_while_it_is_printed_does_not_go(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, press: PaperPress
) -> None:
    """R-SEC-6: whichever comes first decides."""
    clock.at = EVENING - timedelta(hours=1)
    letter = await _issued(store, clock, "Jo Sample")
    clock.at = EVENING
    press.meanwhile.append(lambda: store.write(documents.cancel, letter, BY, clock.now()))
    (gone,) = await make_batches().send_due()
    assert (gone.sent, gone.folder, await _statuses(store)) == (0, None, ["cancelled"])


async def test_what_was_missed_goes_at_once(store: SqlStore, clock: Clock, make_batches: MakeBatches) -> None:
    """R-SEC-6: the service was down at 17:30: the batch goes when it is up again; what is issued since waits."""
    clock.at = EVENING - timedelta(hours=1)
    await _issued(store, clock, "Jo Sample")
    clock.at = EVENING + timedelta(hours=15)
    await _issued(store, clock, "Al Sample")
    (gone,) = await make_batches().send_due()
    assert (gone.name, gone.sent, await _statuses(store)) == ("2026-11-23", 1, ["sent", "issued"])


async def test_operations_send_what_is_issued_at_once(
    store: SqlStore, clock: Clock, make_batches: MakeBatches, tmp_path: Path
) -> None:
    """`ivr letters send`: a batch of its own beside the day's."""
    sender = make_batches()
    assert await sender.send_now() is None
    await _issued(store, clock, "Jo Sample")
    first = await sender.send_now()
    await _issued(store, clock, "Al Sample")
    second = await sender.send_now()
    assert first is not None
    assert second is not None
    assert (first.name, second.name) == ("2026-11-23-extra-1", "2026-11-23-extra-2")
    assert [len(_lines(tmp_path / "letters" / one.name)) for one in (first, second)] == [2, 2]


@pytest.mark.parametrize(
    ("now", "name", "next_at"),
    [
        ("2026-11-23T17:29:59+00:00", "2026-11-22", "2026-11-23T17:30:00+00:00"),
        ("2026-11-23T17:30:00+00:00", "2026-11-23", "2026-11-23T17:30:00+00:00"),
        ("2026-11-23T17:30:01+00:00", "2026-11-23", "2026-11-24T17:30:00+00:00"),
        ("2026-07-01T16:29:59+00:00", "2026-06-30", "2026-07-01T16:30:00+00:00"),  # summer time: 17:30 is 16:30 UTC
        ("2026-10-24T16:31:00+00:00", "2026-10-24", "2026-10-25T17:30:00+00:00"),  # over the end of summer time
    ],
)
def test_the_time_is_londons(now: str, name: str, next_at: str) -> None:
    """R-SEC-6: 17:30 in London, in summer and in winter."""
    at = datetime.fromisoformat(now)
    assert latest(at, AT).name == name
    assert next_time(at, AT) == datetime.fromisoformat(next_at)
