"""Agents' screens: live events over each agent's own WebSocket, told by the caller's number as they come."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final, Self

from tests.e2e.story import Agent, Story

Json = dict[str, Any]
POP_LIMIT_S: Final = 60.0
EVENTS: Final = "/api/events"


@dataclass(frozen=True, slots=True)
class Opened:
    """A pop as a WebSocket brought it, ``at`` monotonic seconds; ``answered``: whether the phone was by then."""

    agent: Agent
    pop: Json
    at: float
    answered: bool


class Screens:
    """Every agent's WebSocket. Use as ``async with``; nobody asks for a pop, it is told."""

    def __init__(self, story: Story, *agents: Agent) -> None:
        self._story = story
        self._agents = agents
        self._stack = AsyncExitStack()
        self._following: list[asyncio.Task[None]] = []
        self.events: dict[str, list[Json]] = {agent.staff: [] for agent in agents}
        self.opened: list[Opened] = []

    async def __aenter__(self) -> Self:
        for agent in self._agents:
            socket = await self._stack.enter_async_context(agent._http.ws_connect(EVENTS, headers=agent._bearer))
            assert (await socket.receive_json())["type"] == "snapshot"
            self._following.append(asyncio.create_task(self._follow(agent, socket), name=f"screen-{agent.staff}"))
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        await self._stack.aclose()

    async def _follow(self, agent: Agent, socket: Any) -> None:
        while True:
            event: Json = await socket.receive_json()
            self.events[agent.staff].append(event)
            pop = None if event["type"] != "my_call" or event["call"] is None else event["call"]["pop"]
            if pop is not None and pop["state"] == "ringing":
                answered = any(ring.is_answered for ring in agent.phone.rings)
                self.opened.append(Opened(agent, pop, time.monotonic(), answered))

    def for_caller(self, cli: str) -> list[Opened]:
        """The pops that opened for a caller's call so far."""
        return [one for one in self.opened if one.pop["caller_number"] == cli]

    async def pop(self, cli: str, times: int = 1) -> Opened:
        """The pop that opens for the caller's call, the ``times``-th time it rings."""
        await self._story.until(lambda: len(self.for_caller(cli)) >= times, f"a pop for {cli}", POP_LIMIT_S)
        return self.for_caller(cli)[times - 1]
