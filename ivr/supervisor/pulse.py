"""Finds a service that hangs: its process is there, but its web side answers nothing any more.

Callers get the fallback within half a second of a hang; this ends the hang. Any answer counts as a pulse, a refusal
too: a service that says what it lacks is not hung.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

TRY_EVERY_S: Final = 5.0
ANSWER_LIMIT_S: Final = 5.0
MISSED_PULSES: Final = 4


@dataclass(frozen=True, slots=True)
class Pulse:
    """``beats`` asks once; ``missed_pulses`` in a row, asked every ``try_every_s``, are a hang."""

    beats: Callable[[], Awaitable[bool]]
    try_every_s: float = TRY_EVERY_S
    missed_pulses: int = MISSED_PULSES

    async def watch(self, hung: Callable[[], Awaitable[None]]) -> None:
        """Await ``hung`` each time the service, having answered before, misses its pulses. Runs until cancelled."""
        while True:
            await self._until_first()
            await self._until_missed()
            await hung()

    async def _until_first(self) -> None:
        while not await self.beats():  # noqa: ASYNC110 - another process cannot set an event
            await asyncio.sleep(self.try_every_s)

    async def _until_missed(self) -> None:
        missed = 0
        while missed < self.missed_pulses:
            await asyncio.sleep(self.try_every_s)
            missed = 0 if await self.beats() else missed + 1


async def answers(host: str, port: int, limit_s: float = ANSWER_LIMIT_S) -> bool:
    """True when anything is answered to a health check within the limit."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(limit_s):
            return await _ask(host, port)
    return False


async def _ask(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /api/health HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        return bool(await reader.readline())
    finally:
        writer.close()
