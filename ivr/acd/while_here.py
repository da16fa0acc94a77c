"""Something that is done for as long as a channel is there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ivr.pbx.handles import Channel

T = TypeVar("T")


async def while_here(channel: Channel, work: Coroutine[Any, Any, T]) -> T | None:
    """Do ``work`` unless the channel goes first, which ends it: its result, or None. Raises what it raises."""
    inner = asyncio.create_task(work)

    def look(_event: object, _seq: int) -> None:
        if channel.is_gone:
            inner.cancel()

    stop = channel.add_listener(look)
    if channel.is_gone:
        inner.cancel()
    try:
        await asyncio.wait({inner})
    finally:
        stop()
        inner.cancel()
        await asyncio.wait({inner})
    return None if inner.cancelled() else inner.result()
