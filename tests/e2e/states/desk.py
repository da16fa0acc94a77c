"""What an agent's desk is told over the live events, kept in order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.e2e.helpline import PASSWORD
from tests.e2e.story import Story


class Told:
    """The messages so far."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Those of one type."""
        return [message for message in self.messages if message["type"] == kind]

    def states(self) -> list[tuple[str, str | None]]:
        """The states told, each with its code."""
        return [(told["agent"]["state"], told["agent"]["code"]) for told in self.of("agent_changed")]

    def may(self) -> list[dict[str, bool]]:
        """With each state told: which action may be asked for."""
        return [{one["action"]: one["allowed"] for one in m["agent"]["may"]} for m in self.of("agent_changed")]


@asynccontextmanager
async def watching(story: Story, staff: str) -> AsyncIterator[Told]:
    """A page of ``staff``'s is open, in a session of its own."""
    base, told = story.line.settings.web_url.rstrip("/"), Told()
    async with aiohttp.ClientSession(base) as http:
        body = {"staff_number": staff, "password": PASSWORD}
        async with http.post("/api/sessions", json=body) as reply:
            token = (await reply.json())["token"]
        async with http.ws_connect("/api/events", headers={"Authorization": f"Bearer {token}"}) as socket:
            reading = asyncio.create_task(_read(socket, told), name=f"desk-{staff}")
            try:
                await story.until(lambda: told.of("snapshot"), "the snapshot")
                yield told
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)


async def _read(socket: aiohttp.ClientWebSocketResponse, told: Told) -> None:
    async for message in socket:
        told.messages.append(json.loads(message.data))
