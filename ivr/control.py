"""The service's control socket: how a command of operations reaches the running service, and its answer.

A socket in a folder of its owner's alone, not a request of the API: whoever may write the files may use it, without a
role to be given first, and it cannot be reached from a network. Not a signal: a signal has no answer, and the answer
(every mistake) is what operations want. One request and one answer, a line of JSON each.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog
from pydantic import BaseModel, ValidationError

from ivr.errors import RequestError
from ivr.settings import Settings

log = structlog.get_logger()

ANSWER_LIMIT_S: Final = 60.0
READ_LIMIT_S: Final = 5.0
LARGEST_BYTES: Final = 16 * 1024 * 1024


class Take(BaseModel):
    """Take this configuration (its stored form) for calls arriving from now on."""

    content: str


class Taken(BaseModel):
    """What came of it. ``mistakes``: why it was refused; ``unfinished``: in use, but what still has to be done."""

    mistakes: list[str] = []
    unfinished: list[str] = []


def socket_path(settings: Settings) -> Path:
    """Beside Asterisk's own control socket, where its name is short enough."""
    return settings.pbx.run_folder / "service.ctl"


async def ask(path: Path, request: Take) -> Taken:
    """Have the running service do it. Raises RequestError when none runs, or none answers in time."""
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            return await _exchange(path, request)
    except TimeoutError:
        raise RequestError(f"The service did not answer within {ANSWER_LIMIT_S:.0f} s; its log says why.") from None
    except ValidationError:
        raise RequestError("The service failed at it, and goes on as before; its log says why.") from None
    except OSError:
        raise RequestError("No service runs here; the files are read when it starts: make run") from None


@asynccontextmanager
async def listening(path: Path, take: Callable[[Take], Awaitable[Taken]]) -> AsyncIterator[None]:
    """Answer requests within the block. A process that takes over takes the socket over too."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(reader, writer, take)
        except Exception:
            log.exception("control.failed")
        finally:
            writer.close()

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(answer, fresh, limit=LARGEST_BYTES)
    fresh.chmod(0o600)
    fresh.replace(path)
    try:
        yield
    finally:
        server.close()


async def _exchange(path: Path, request: Take) -> Taken:
    reader, writer = await asyncio.open_unix_connection(path, limit=LARGEST_BYTES)
    try:
        writer.write(request.model_dump_json().encode() + b"\n")
        await writer.drain()
        return Taken.model_validate_json(await reader.readline())
    finally:
        writer.close()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Callable[[Take], Awaitable[Taken]]
) -> None:
    async with asyncio.timeout(READ_LIMIT_S):
        asked = await reader.readline()
    taken = await take(Take.model_validate_json(asked))
    with suppress(ConnectionError):
        writer.write(taken.model_dump_json().encode() + b"\n")
        await writer.drain()
