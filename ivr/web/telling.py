"""The rhythm of what is read before it is told: whenever asked, at most once in an interval."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from ivr.errors import IvrError

log = structlog.get_logger()
RETRY_S: Final = 1.0


async def forever(
    asked: asyncio.Event,
    tell: Callable[[], Awaitable[None]],
    interval_s: float = 0.0,
    at_latest_s: Callable[[], float] | None = None,
) -> None:
    """Tell whenever asked, and unasked after ``at_latest_s``; when the database fails, again a moment later."""
    while True:
        await _wait(asked, None if at_latest_s is None else at_latest_s())
        asked.clear()
        try:
            await tell()
        except (IvrError, SQLAlchemyError, TimeoutError) as error:
            log.warning("live.not_read", error=str(error))
            asked.set()
            await asyncio.sleep(RETRY_S)
        await asyncio.sleep(interval_s)


async def _wait(asked: asyncio.Event, limit_s: float | None) -> None:
    try:
        async with asyncio.timeout(limit_s):
            await asked.wait()
    except TimeoutError:
        return
