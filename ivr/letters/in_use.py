"""Which templates are in use: the folder's, once they were found sound, else the last that were.

Enters: the folder ``letters/``, looked at when the service starts and at ``ivr reload``. Leaves: texts to print with.
What was last found sound is kept in the state folder, so that a broken file does no harm over a restart either.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Final

import structlog

from ivr.errors import RequestError
from ivr.letters import templates
from ivr.letters.printer import NOT_PRINTED, Printer
from ivr.letters.templates import Sheet, Texts

log = structlog.get_logger()
KEPT: Final = "in-use.json"


class Letters:
    """The templates of one process, and its printer."""

    def __init__(self, folder: Path, kept: Path, printer: Printer | None = None) -> None:
        """``kept``: the folder within the state folder where the last good templates stand."""
        self._folder = folder
        self._kept = kept / KEPT
        self._printer = printer or Printer()
        self._texts: Texts | None = None
        self._turn = asyncio.Lock()

    async def look(self) -> list[str]:
        """Take the folder's templates where they are sound; else every mistake, and those in use stay."""
        async with self._turn:
            mistakes = await self._look()
        if mistakes:
            log.error("letters.not_taken", mistakes=mistakes[:20], in_use=self._texts is not None)
        return mistakes

    async def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as PDF. Raises RequestError (``letters.not_printed``)."""
        if self._texts is None:
            await self.look()
        if self._texts is None:
            raise RequestError("no sound templates of letters are there; the log says why", error_id=NOT_PRINTED)
        return await self._printer.pdf(self._texts, sheet)

    async def close(self) -> None:
        """End the printer."""
        await self._printer.close()

    async def _look(self) -> list[str]:
        self._texts = self._texts or await asyncio.to_thread(_read_kept, self._kept)
        try:
            fresh = await asyncio.to_thread(templates.read, self._folder)
            mistakes = [] if fresh == self._texts else await self._printer.check(fresh)
        except (OSError, UnicodeDecodeError, RequestError) as error:
            return [f"{self._folder.name}: {error}"]
        if not mistakes and fresh != self._texts:
            self._texts = fresh
            await asyncio.to_thread(_keep, self._kept, fresh)
            log.info("letters.taken", hash=templates.hash_of(fresh))
        return mistakes


def _read_kept(path: Path) -> Texts | None:
    try:
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _keep(path: Path, texts: Texts) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(dict(texts)), encoding="utf-8")
    fresh.replace(path)
