"""Has sheets made into PDF by a process of its own (`ivr.letters.render`), begun when needed, ended when idle.

One sheet at a time. A process that takes too long, or dies, is ended, and the next sheet begins another. Of the
service's environment it gets where programs and libraries are, and no more.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

from ivr.errors import RequestError
from ivr.letters.render import LENGTH_BYTES, Done, Request, part
from ivr.letters.templates import Sheet, Texts

log = structlog.get_logger()

LIMIT_S: Final = 30.0
"""The longest that one sheet may take, the process's start with it."""
IDLE_S: Final = 60.0
"""It is kept so long for the next sheet."""
_PROJECT: Final = Path(__file__).resolve().parents[2]
LIBRARIES: Final = _PROJECT / ".state" / "toolchain" / "letters"
"""Where `make run` unpacks Pango and fonts; without the folder they are the system's."""
NOT_PRINTED: Final = "letters.not_printed"


class Printer:
    """One process at most. `close` ends it."""

    def __init__(self, libraries: Path = LIBRARIES, limit_s: float = LIMIT_S, idle_s: float = IDLE_S) -> None:
        self._environment = environment(libraries)
        self._limit_s = limit_s
        self._idle_s = idle_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def pdf(self, texts: Texts, sheet: Sheet) -> bytes:
        """The sheet as PDF. Raises RequestError (``letters.not_printed``)."""
        done, pdf = await self._ask(Request(do="print", texts=dict(texts), sheet=sheet))
        if done.why is not None:
            log.error("letters.not_printed", form=sheet.form.value, why=done.why)
            raise RequestError("this cannot be printed now; the log says why", error_id=NOT_PRINTED)
        return pdf

    async def check(self, texts: Texts) -> list[str]:
        """Every mistake of the templates. Raises RequestError (``letters.not_printed``)."""
        return (await self._ask(Request(do="check", texts=dict(texts))))[0].mistakes

    async def close(self) -> None:
        """End the process, if there is one."""
        async with self._turn:
            await self._end()

    async def _ask(self, request: Request) -> tuple[Done, bytes]:
        async with self._turn:
            self._stay()
            try:
                async with asyncio.timeout(self._limit_s):
                    return await self._exchange(request)
            except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                # its traceback would say nothing more: the process has said nothing
                log.error("letters.printer_failed", error=type(error).__name__, limit_s=self._limit_s)  # noqa: TRY400
                await self._end()
                raise RequestError("this cannot be printed now; the log says why", error_id=NOT_PRINTED) from None
            except BaseException:  # who asked waits no more: what it still says would be taken for the next answer
                await self._end()
                raise
            finally:
                self._end_when_idle()

    async def _exchange(self, request: Request) -> tuple[Done, bytes]:
        process = self._process = self._process or await self._begin()
        if process.stdin is None or process.stdout is None:
            raise OSError("it has no pipes")
        process.stdin.write(part(request.model_dump_json().encode()))
        await process.stdin.drain()
        done = Done.model_validate_json(await _part(process.stdout))
        return done, await _part(process.stdout)

    async def _begin(self) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ivr.letters.render",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd=_PROJECT,
            env=self._environment,
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _end_when_idle(self) -> None:
        if self._process is not None:
            self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._let_go)

    def _let_go(self) -> None:
        self._ending = asyncio.create_task(self.close(), name="letters-printer-idle")


async def _part(source: asyncio.StreamReader) -> bytes:
    return await source.readexactly(int.from_bytes(await source.readexactly(LENGTH_BYTES)))


def environment(libraries: Path) -> Mapping[str, str]:
    """What the process is given: no secret, and the unpacked libraries and fonts where they are."""
    given = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    given |= {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_PROJECT)}
    found = sorted(libraries.glob("usr/lib/*-linux-gnu*"))
    if not found:
        return given
    return given | {"LD_LIBRARY_PATH": str(found[0]), "FONTCONFIG_FILE": str(libraries / "fonts.conf")}
