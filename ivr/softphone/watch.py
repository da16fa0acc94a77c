"""Waiting for something to become true, always with a limit, and with its name in the error.

No polling and no task: whoever changes a state calls ``changed``, and every waiter looks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Watch:
    """Wakes those who wait for a condition whenever anything changed. One event loop, no threads."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        """Nobody waits yet."""
        self._waiting: set[asyncio.Future[None]] = set()

    def changed(self) -> None:
        """Let every waiter look at its condition again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, condition: Callable[[], bool], limit_s: float, what: str) -> None:
        """Return once ``condition()`` holds; after ``limit_s``, ``TimeoutError`` naming ``what`` was awaited."""
        try:
            async with asyncio.timeout(limit_s):
                while not condition():
                    await self._next_change()
        except TimeoutError:
            raise TimeoutError(f"{what}: not within {limit_s:g} s") from None

    async def _next_change(self) -> None:
        """Sleep until ``changed`` is called."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
