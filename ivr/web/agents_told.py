"""Agents' changes as they are told: with the name and role that the change itself does not know, and when it ends.

Names are read when first needed, and anew at each log-in: who is new, or is called otherwise since, is told rightly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from ivr.domain.agents import AgentState
from ivr.domain.events import AgentChanged
from ivr.domain.ids import AgentId
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.web.models import AgentNow
from ivr.web.views import Who, agent_change

_NOBODY = Who("", "agent")
"""Of an agent who is not on record any more."""


@dataclass(frozen=True, slots=True)
class _State:
    """An agent's state as it was heard last. ``ends_at``: when it passes by itself."""

    state: AgentState
    since: datetime
    ends_at: datetime | None

    @classmethod
    def after(cls, change: AgentChanged, before: _State | None) -> _State:
        """The state after ``change``, which may say nothing about its end (a pending request)."""
        if change.deadline_s is not None:
            return cls(change.state, change.since, change.since + timedelta(seconds=change.deadline_s))
        is_same = before is not None and (before.state, before.since) == (change.state, change.since)
        return cls(change.state, change.since, before.ends_at if before is not None and is_same else None)


class Agents:
    """``asked`` is set when `tell_unnamed` is to be awaited; ``tell`` is given each change, in order for each agent."""

    def __init__(self, store: SqlStore, tell: Callable[[AgentNow, AgentId], None]) -> None:
        self.asked = asyncio.Event()
        self._store = store
        self._tell = tell
        self._states: dict[AgentId, _State] = {}
        self._names: dict[AgentId, Who] = {}
        self._unnamed: dict[AgentId, list[tuple[AgentChanged, datetime | None]]] = {}

    def hear(self, change: AgentChanged, *, is_watched: bool) -> None:
        """An agent's state changed; tell it, at once if the name is known."""
        agent_id = change.agent_id
        before = self._states.get(agent_id)
        now = self._states[agent_id] = _State.after(change, before)
        logs_in = before is not None and before.state is AgentState.LOGGED_OUT
        if not is_watched:
            return
        if logs_in or agent_id not in self._names or agent_id in self._unnamed:
            self._unnamed.setdefault(agent_id, []).append((change, now.ends_at))
            self.asked.set()
        else:
            self._tell(agent_change(change, self._names[agent_id], now.ends_at), agent_id)

    async def tell_unnamed(self) -> None:
        """Read the names that are wanted, and tell the changes that wait for them."""
        wanted = frozenset(self._unnamed)
        found = await self._store.read(_who_are, wanted)
        for agent_id in wanted:
            who = self._names[agent_id] = found.get(agent_id, _NOBODY)
            for change, ends_at in self._unnamed.pop(agent_id):
                self._tell(agent_change(change, who, ends_at), agent_id)


def _who_are(sql: Connection, agent_ids: Collection[AgentId]) -> dict[AgentId, Who]:
    agent = t.agent.c
    rows = sql.execute(select(agent.agent_id, agent.name, agent.role).where(agent.agent_id.in_(agent_ids)))
    return {AgentId(row.agent_id): Who(row.name, row.role) for row in rows}
