"""One client of the live events: what it may see, and its own queue of what it has not been sent yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from ivr.domain.ids import AgentId
from ivr.web import queue_views
from ivr.web.identity import Identity

log = structlog.get_logger()
BACKLOG: Final = 1_000
"""A reader that is so many messages behind is dropped."""
SESSION_OVER: Final = 4401
GOING_AWAY: Final = 1001


@dataclass(frozen=True, slots=True)
class Told:
    """A message that was sent, and who may see it: who oversees, one agent, some people, a queue's agents, or all."""

    seq: int
    text: str
    leaders: bool
    agent_id: AgentId | None
    queue: str | None
    everybody: bool = False
    people: frozenset[AgentId] = frozenset()


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The last thing a reader is given: close with this code and these words."""

    code: int
    words: str


class Reader:
    """One connected client. ``drop`` is called when it has fallen behind."""

    def __init__(self, asker: Identity, drop: Callable[[], None], backlog: int = BACKLOG) -> None:
        self.asker = asker
        self.inbox: asyncio.Queue[str | Goodbye] = asyncio.Queue(backlog)
        self._queues = queue_views.own_queues(asker)
        self._drop = drop
        self._dropped = False

    def may_see(self, told: Told) -> bool:
        """Own state, own call, own queues; who oversees what is for leaders."""
        agent_id = self.asker.agent_id
        own = agent_id is not None and (told.agent_id == agent_id or agent_id in told.people)
        return own or told.everybody or told.queue in self._queues or (told.leaders and self.asker.oversees)

    def give(self, message: str | Goodbye) -> None:
        """Put a message into the inbox, or drop the reader when it is full."""
        if self._dropped:
            return
        try:
            self.inbox.put_nowait(message)
        except asyncio.QueueFull:
            self._dropped = True
            log.warning("reader.dropped", reader=self.asker.actor, behind=self.inbox.qsize())
            self._drop()


def put_first(reader: Reader, snapshot: str) -> None:
    """The snapshot goes before what was told while it was read."""
    later: list[str | Goodbye] = []
    while not reader.inbox.empty():
        later.append(reader.inbox.get_nowait())
    for message in (snapshot, *later):
        reader.give(message)
