"""The day's batch of letters (R-SEC-6): printed, kept, laid into a folder for whoever puts them into envelopes.

Enters: what has been issued. Leaves: ``<state>/letters/<day>/`` with a PDF for each letter and ``manifest.csv``, there
whole or not at all. Exactly once: a letter is marked as sent together with its print, under a claim on the batch; the
folder is written from what is marked, so that whoever was stopped half-way, or takes over, finishes the same batch.
`Batches.run` is a task of the service.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.forms import LONDON
from ivr.errors import IvrError
from ivr.letters.templates import Sheet
from ivr.records import letter_batch
from ivr.records.documents import Document
from ivr.records.letter_batch import Batch, Sent
from ivr.store.engine import SqlStore

log = structlog.get_logger()

LOOK_S: Final = 20.0
"""It is looked at least so often whether it is time."""
MANIFEST: Final = "manifest.csv"
_COLUMNS: Final = ("file", "form", "language", "large_print", "brand", "document", "issued_at", "sent_at")


@dataclass(frozen=True, slots=True)
class Gone:
    """What became of a batch: how many letters went with it, how many could not be printed, and where they are."""

    name: str
    sent: int
    failed: int
    folder: Path | None


class Press(Protocol):
    """What prints with the templates in use: `ivr.letters.in_use.Letters`."""

    async def look(self) -> list[str]:
        """Take the templates as they are now, where they are sound."""

    async def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as PDF. Raises RequestError."""


class Batches:
    """Sends the day's batch at its time; what was missed, at once."""

    def __init__(
        self,
        store: SqlStore,
        letters: Press,
        folder: Path,
        node: str,
        now: Callable[[], datetime],
        batch_at: Callable[[], time],
        on_sent: Callable[[Document], None] = lambda _letter: None,
    ) -> None:
        """``folder``: batches' folders are made in it; ``batch_at``: the time of day in London, as configured now;
        ``on_sent``: told of each letter that went.
        """
        self._store = store
        self._letters = letters
        self._folder = folder
        self._owner = f"{node}-{os.getpid()}"
        self._now = now
        self._batch_at = batch_at
        self._on_sent = on_sent
        self._asked = asyncio.Event()
        self._asked.set()

    async def run(self) -> None:
        """For ever: look whether a batch is due, and send it; and at the templates, at first and when asked."""
        while True:
            try:
                await self._look_and_send()
            except (IvrError, SQLAlchemyError, OSError) as error:
                log.warning("letters.batch_postponed", error=str(error))
            except Exception:  # a task that ends would end the service, and with it every call
                log.exception("letters.batch_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._asked.wait()

    def look_again(self) -> None:
        """The configuration is another: the templates may be, too, and the time of the batch."""
        self._asked.set()

    async def _look_and_send(self) -> None:
        if self._asked.is_set():
            self._asked.clear()
            await self._letters.look()
        await self.send_due()

    async def send_due(self) -> list[Gone]:
        """The batch whose time was last, and those that were begun and not finished."""
        due = latest(self._now(), self._batch_at())
        gone = [await self._send(batch) for batch in await self._store.read(letter_batch.unfinished, due.name)]
        if not await self._store.read(letter_batch.is_done, due.name):
            gone.append(await self._send(due))
        return [batch for batch in gone if batch is not None]

    async def send_now(self) -> Gone | None:
        """Everything that is issued, at once, as a batch of its own. None: nothing is."""
        now = self._now()
        if not await self._store.read(letter_batch.waiting, now):
            return None
        day = f"{now.astimezone(LONDON):%Y-%m-%d}"
        known = await self._store.read(letter_batch.names_like, day)
        return await self._send(Batch(f"{day}-extra-{len(known) + 1}", now))

    async def _send(self, batch: Batch) -> Gone | None:
        """None: another node sends it."""
        if not await self._store.write(letter_batch.claim, batch, self._owner, self._now()):
            return None
        failed = 0
        for document in await self._store.read(letter_batch.waiting, batch.due_at):
            failed += not await self._print(document, batch)
        sent = await self._store.read(letter_batch.sent_with, batch.name)
        folder = await asyncio.to_thread(lay_out, self._folder, batch.name, sent) if sent else None
        await self._store.write(letter_batch.finish, batch.name, self._owner, len(sent), self._now())
        log.info("letters.batch_sent", batch=batch.name, letters=len(sent), failed=failed)
        return Gone(batch.name, len(sent), failed, folder)

    async def _print(self, document: Document, batch: Batch) -> bool:
        """Whether it could be printed; one that could not stays issued and goes with the next batch."""
        now = self._now()
        try:
            pdf = await self._letters.pdf(sheet_of(document, now))
        except IvrError as error:
            log.error("letters.not_sent", document=document.document_id, error=str(error))  # noqa: TRY400 - told above
            return False
        sent = await self._store.write(letter_batch.send, document.document_id, pdf, batch.name, self._owner, now)
        if sent is not None:
            self._on_sent(sent)
        return True


def sheet_of(document: Document, now: datetime, *, large_print: bool | None = None) -> Sheet:
    """The document as it would be printed at ``now``, or was when it was sent; its day is London's."""
    return Sheet(
        document.form,
        document.fields,
        (document.sent_at or now).astimezone(LONDON).date(),
        document.brand,
        document.language,
        document.large_print if large_print is None else large_print,
    )


def latest(now: datetime, at: time) -> Batch:
    """The batch whose time was last at ``now``."""
    local = now.astimezone(LONDON)
    day = local.date() if local >= datetime.combine(local.date(), at, LONDON) else local.date() - timedelta(days=1)
    return Batch(day.isoformat(), datetime.combine(day, at, LONDON))


def next_time(after: datetime, at: time) -> datetime:
    """When the first batch goes that takes what was issued at ``after``."""
    local = after.astimezone(LONDON)
    first = datetime.combine(local.date(), at, LONDON)
    return first if local <= first else datetime.combine(local.date() + timedelta(days=1), at, LONDON)


def file_of(document: Document) -> str:
    """Its name in the folder; it holds nothing personal."""
    return f"{document.form.replace('(', '-').replace(')', '')}-{document.document_id}.pdf"


def lay_out(folder: Path, name: str, sent: Sequence[Sent]) -> Path:
    """Write the batch's folder, for its owner alone; it appears when it is whole. The same again changes nothing."""
    target, fresh = folder / name, folder / f".{name}.{os.getpid()}.new"
    listed = manifest([letter.document for letter in sent])
    if _listed_in(target) == listed:
        return target
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    for letter in sent:
        _write(fresh / file_of(letter.document), letter.pdf)
    _write(fresh / MANIFEST, listed.encode())
    _sync(fresh)
    shutil.rmtree(target, ignore_errors=True)  # only what a stopped process had laid out before another letter went
    fresh.rename(target)
    _sync(folder)
    return target


def _listed_in(target: Path) -> str | None:
    try:
        return (target / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def manifest(documents: Sequence[Document]) -> str:
    """A line of CSV for each letter, without its content."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(map(_row, documents))
    return text.getvalue()


def _row(one: Document) -> tuple[str, ...]:
    large = "yes" if one.large_print else "no"
    return (
        file_of(one),
        one.form,
        one.language,
        large,
        one.brand,
        one.document_id,
        _at(one.issued_at),
        _at(one.sent_at),
    )


def _at(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat(timespec="seconds")


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
