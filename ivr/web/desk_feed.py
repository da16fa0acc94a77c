"""What each connected desk is told of its own: the call with its screen pop and who is in it, and the agent's work.

Enters: that something of an agent has changed (`ask_call`, `ask_work`). Leaves: the whole of it, when it is another
picture than what was told before. Two tasks of `LiveEvents` read; calls one agent at a time, work for all at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final, Protocol

from pydantic import BaseModel
from sqlalchemy import Connection

from ivr.domain.ids import AgentId
from ivr.store.engine import SqlStore
from ivr.web import talk_views, work
from ivr.web.activity_models import Work
from ivr.web.event_models import MyCallTold, Snapshot, WorkChangedTold
from ivr.web.identity import Identity, Person
from ivr.web.services import WebServices
from ivr.web.talk_models import MyCall
from ivr.web.telling import forever

WORK_INTERVAL_S: Final = 0.25
"""Work is read at most this often, for everybody whose it is at once."""
LOOK_S: Final = 30.0
"""Work is looked at unasked this often: what a new import has brought, say."""


class Tell(Protocol):
    """Sends a message to one agent's desks."""

    def __call__(self, make: Callable[[int], BaseModel], *, agent_id: AgentId) -> None:
        """``make``: from its number."""


class DeskFeed:
    """Own calls and own work of everybody who is connected."""

    def __init__(self, services: WebServices, people: Callable[[], dict[AgentId, Person]], tell: Tell) -> None:
        """``people``: who is connected now."""
        self._store: SqlStore = services.store
        self._services = services
        self._people = people
        self._tell = tell
        self._calls: dict[AgentId, str] = {}
        self._work: dict[AgentId, Work] = {}
        self._leads_to: dict[AgentId, frozenset[str]] = {}
        self._call_of: set[AgentId] = set()
        self._work_of: set[AgentId] = set()
        self._all_work = self._waiting = False
        self._look_at: datetime | None = None
        self._looked_at = services.now()
        self._call_asked = asyncio.Event()
        self._work_asked = asyncio.Event()

    def tasks(self) -> list[asyncio.Task[None]]:
        """Begin to read; whoever asks owns the tasks."""
        return [
            asyncio.create_task(forever(self._call_asked, self.tell_calls), name="live-own-calls"),
            asyncio.create_task(
                forever(self._work_asked, self.tell_work, WORK_INTERVAL_S, self._next_look_s), name="live-work"
            ),
        ]

    def ask_call(self, agents: Iterable[AgentId]) -> None:
        """These agents' calls are to be looked at."""
        asked = set(agents)
        self._call_of |= asked
        self._call_asked.set()
        if attempting := [one for one in asked if work.is_attempting(self._work.get(one))]:
            self.ask_work(attempting)

    def ask_steps(self, segment: str) -> None:
        """Somebody of the segment may be Available now, or is not any more: a step of a call may lead there."""
        self.ask_call(one for one, segments in self._leads_to.items() if segment in segments)

    def ask_work(self, agents: Iterable[AgentId] | None) -> None:
        """These agents' work is to be looked at; None: everybody's."""
        self._all_work = self._all_work or agents is None
        self._work_of.update(agents or ())
        self._work_asked.set()

    def ask_leaders(self) -> None:
        """Whom team leaders may have to stand in for has changed."""
        leaders = [agent_id for agent_id, person in self._people().items() if person.leads]
        if leaders:
            self.ask_work(leaders)

    def ask_waiting(self) -> None:
        """Own calls may wait, or wait no more."""
        self._waiting = True
        self._work_asked.set()

    def told_in(self, snapshot: Snapshot, asker: Identity) -> None:
        """A snapshot may be ahead of what was told: a change back to that is told too."""
        if asker.agent_id is None or snapshot.work is None:
            return
        self._calls.pop(asker.agent_id, None)
        self._leads_to[asker.agent_id] = _segments(snapshot.call)
        if self._work.setdefault(asker.agent_id, snapshot.work) != snapshot.work:
            del self._work[asker.agent_id]
            self.ask_work([asker.agent_id])
        elif self._comes_sooner(snapshot.work):
            self.ask_work([asker.agent_id])

    def missed(self, agent_id: AgentId) -> None:
        """Somebody has come back whose own things were not read meanwhile."""
        self._work.pop(agent_id, None)
        self.ask_call([agent_id])
        self.ask_work([agent_id])

    def forget(self) -> None:
        """Nobody is connected."""
        self._calls.clear()
        self._leads_to.clear()
        self._work.clear()

    async def tell_calls(self) -> None:
        """Read the call of each connected agent of whom it was asked, and tell it when it is another picture."""
        asked, self._call_of = self._call_of, set()
        people = self._people()
        try:
            while asked:
                agent_id = next(iter(asked))
                if agent_id in people:
                    await self._tell_call(people[agent_id])
                asked.discard(agent_id)
        finally:
            self._call_of |= asked

    async def tell_work(self) -> None:
        """Read what was asked for and tell what is different."""
        people = self._people()
        everybody, self._all_work = self._all_work or self._is_time(), False
        waiting, self._waiting = self._waiting, False
        now = self._services.now()
        asked, self._work_of = self._work_of, set()
        wanted = set(people) if everybody else (asked | (set(people) - set(self._work))) & set(people)
        try:
            found = await self._store.read(self._read, wanted, set(people) - wanted if waiting else set())
        except BaseException:
            self._all_work, self._waiting, self._work_of = self._all_work or everybody, True, self._work_of | asked
            raise
        self._looked_at = now if everybody else self._looked_at
        self._work = {one: kept for one, kept in self._work.items() if one in people}
        for agent_id, held in found.items():
            if self._work.get(agent_id) != held:
                self._work[agent_id] = held
                self._tell(lambda seq, held=held: WorkChangedTold(seq=seq, work=held), agent_id=agent_id)  # type: ignore[misc]

    async def _tell_call(self, person: Person) -> None:
        call = await self._store.read(talk_views.own_call, person, self._services)
        picture = "" if call is None else repr(call)
        self._leads_to[person.agent_id] = _segments(call)
        if self._calls.get(person.agent_id) != picture:
            self._calls[person.agent_id] = picture
            self._tell(lambda seq: MyCallTold(seq=seq, call=call), agent_id=person.agent_id)

    def _read(
        self, sql: Connection, wanted: Collection[AgentId], only_waiting: Collection[AgentId]
    ) -> dict[AgentId, Work]:
        """All the work of some; of others what waits for them anew, beside what was told."""
        found = work.work_of(sql, wanted, self._services.now(), work.rules_now(self._services)) if wanted else {}
        known = {one: self._work[one] for one in only_waiting if one in self._work}
        waiting = work.own_waiting(sql, known) if known else {}
        return found | {one: known[one].model_copy(update={"own_waiting": waiting[one]}) for one in known}

    def _next_look_s(self) -> float:
        """Until the first moment that nobody has looked at yet; it may have come meanwhile."""
        now = self._services.now()
        turn = work.next_turn(self._work.values(), self._looked_at)
        self._look_at = turn
        return LOOK_S if turn is None else min(LOOK_S, max(0.0, (turn - now).total_seconds()))

    def _comes_sooner(self, found: Work) -> bool:
        """Whether something of this turns before the next look."""
        turn = work.next_turn([found], self._services.now())
        return turn is not None and (self._look_at is None or turn < self._look_at)

    def _is_time(self) -> bool:
        """Nobody has asked, or a call back has become due, or overdue, since work was told."""
        turned = self._look_at is not None and self._look_at <= self._services.now()
        return turned or not (self._work_of or self._waiting)


def _segments(call: MyCall | None) -> frozenset[str]:
    """Where the next steps of a call may lead."""
    steps = () if call is None else call.next_steps
    return frozenset(step.to.segment for step in steps if step.to is not None)
