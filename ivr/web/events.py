"""Live events: what the store commits, told to whoever is connected and may see it.

Enters: `Change` after each commit, in the event loop. Leaves: text, made once per change, in each reader's own queue. A
reader that falls behind is dropped, never waited for. Agents' states and journey steps are told as they come; own
calls (read with their screen pop), alerts, new names and the boards (`ivr.web.boards`) by tasks owned by `LiveEvents`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from ivr.domain.alerts import AlertChanged, LeaderActed
from ivr.domain.events import (
    AgentChanged,
    CallProgressed,
    Change,
    IdleWarned,
    JourneyStep,
    PartyChanged,
    PhoneChanged,
)
from ivr.domain.ids import AgentId, AlertId
from ivr.domain.outbound import Progress
from ivr.domain.oversight import SwitchChanged
from ivr.domain.thresholds import MonitorRules
from ivr.errors import IvrError
from ivr.store.engine import SqlStore
from ivr.web import leading, queue_views, views
from ivr.web.agents_told import Agents
from ivr.web.board_models import QueueNow, Today
from ivr.web.boards import Boards, Picture
from ivr.web.event_models import (
    AgentChangedTold,
    AlertChangedTold,
    CallChangedTold,
    CallProgressTold,
    IdleWarningTold,
    JourneyStepTold,
    LeaderActedTold,
    MyCallTold,
    PhoneChangedTold,
    QueueChangedTold,
    Snapshot,
    SwitchChangedTold,
    TodayChangedTold,
)
from ivr.web.identity import Identity, Person
from ivr.web.leading_models import AlertNow, LeaderDeed
from ivr.web.models import AgentNow
from ivr.web.queue_views import DayNow
from ivr.web.services import Surroundings
from ivr.web.talk_views import party_changed

log = structlog.get_logger()
HISTORY: Final = 2_000
"""So many messages are kept for readers who come back."""
BACKLOG: Final = 1_000
"""A reader that is so many messages behind is dropped."""
RETRY_S: Final = 1.0
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


class LiveEvents:
    """Hears the store, tells readers. `start` and `stop` own its tasks."""

    def __init__(
        self,
        store: SqlStore,
        now: Callable[[], datetime],
        around: Callable[[], Surroundings],
        rules: Callable[[], MonitorRules] = MonitorRules,
    ) -> None:
        self._store = store
        self._now = now
        self._around = around
        self.seq = int(now().timestamp() * 1000) * 1000
        self._first_kept = self.seq
        self._history: deque[Told] = deque(maxlen=HISTORY)
        self._readers: set[Reader] = set()
        self.boards = Boards(store, now, rules, self._tell_boards, lambda: bool(self._readers))
        self._agents = Agents(store, self._tell_agent)
        self._queues: dict[str, QueueNow] = {}
        self._today: Today | None = None
        self._own_calls: dict[AgentId, str] = {}
        self._asked_agents: set[AgentId] = set()
        self._asked_alerts: set[AlertId] = set()
        self._own_call_asked = asyncio.Event()
        self._deeds: list[LeaderActed] = []
        self._leading_asked = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Listen, and begin the tasks."""
        self._store.listen(self.hear)
        self._tasks = [
            asyncio.create_task(_forever(self._own_call_asked, self.tell_own_calls), name="live-own-calls"),
            asyncio.create_task(_forever(self._leading_asked, self.tell_leading), name="live-leading"),
            asyncio.create_task(_forever(self._agents.asked, self._agents.tell_unnamed), name="live-names"),
            asyncio.create_task(self.boards.run(), name="live-boards"),
        ]

    async def stop(self) -> None:
        """Say goodbye to every reader and end the tasks."""
        for reader in list(self._readers):
            reader.give(Goodbye(GOING_AWAY, "the service is going away; connect again"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def join(self, reader: Reader, after: int | None) -> None:
        """Begin to tell ``reader``: what it missed since ``after`` where that is still kept, else a snapshot."""
        self._readers.add(reader)
        self.boards.ask()
        if after is not None and self._first_kept <= after <= self.seq:
            self._tell_missed(reader, after)
            return
        day, seq = await self.boards.day(), self.seq
        self._today = day.today if len(self._readers) == 1 else self._today
        snapshot = await self._store.read(_snapshot, reader.asker, seq, self._now(), self._around(), day)
        _put_first(reader, snapshot.model_dump_json())
        self._told_in(snapshot, reader.asker)

    def _tell_missed(self, reader: Reader, after: int) -> None:
        """Give what was told since ``after``; own calls were not read while their agent was away, and are now."""
        for told in self._history:
            if told.seq > after and reader.may_see(told):
                reader.give(told.text)
        if reader.asker.agent_id is not None:
            self._asked_agents.add(reader.asker.agent_id)
            self._own_call_asked.set()

    def _told_in(self, snapshot: Snapshot, asker: Identity) -> None:
        """A snapshot may be ahead of what was told: a change back to that is told too."""
        if asker.agent_id is not None:
            self._own_calls.pop(asker.agent_id, None)
        for queue in snapshot.queues:
            if self._queues.get(queue.key) != queue:
                self._queues.pop(queue.key, None)

    def leave(self, reader: Reader) -> None:
        """The reader is gone."""
        self._readers.discard(reader)

    def end_session(self, token_hash: str) -> None:
        """A session is over: its readers are closed."""
        for reader in [r for r in self._readers if r.asker.token_hash == token_hash]:
            reader.give(Goodbye(SESSION_OVER, "the session is over; log in again"))

    def hear(self, change: Change) -> None:
        """A change was committed. Called by the store in the event loop; waits for nothing."""
        self.boards.hear(change)
        if isinstance(change, AgentChanged):
            self._agents.hear(change, is_watched=bool(self._readers))
        if not self._readers:
            self._forget()
            return
        if isinstance(change, JourneyStep):
            data = dict(change.data)
            self._tell(
                lambda seq: JourneyStepTold(seq=seq, call_id=change.call_id, at=change.at, step=change.step, data=data),
                leaders=True,
            )
        if isinstance(change, AgentChanged):
            self._asked_agents.add(change.agent_id)
            self._own_call_asked.set()
        if isinstance(change, SwitchChanged):
            switch = views.switch_now(change)
            self._tell(lambda seq: SwitchChangedTold(seq=seq, switch=switch), everybody=True)
        if isinstance(change, AlertChanged):
            self._asked_alerts.add(change.alert_id)
            self._leading_asked.set()
        if isinstance(change, LeaderActed):
            self._deeds.append(change)
            self._leading_asked.set()
        if isinstance(change, PhoneChanged | IdleWarned | PartyChanged | CallProgressed):
            self._hear_of_agent(change)

    async def tell_own_calls(self) -> None:
        """Read the call of each connected agent whose state changed, and tell it when it is another picture."""
        asked, self._asked_agents = self._asked_agents, set()
        people = {r.asker.agent_id: r.asker for r in self._readers if isinstance(r.asker, Person)}
        try:
            while asked:
                agent_id = next(iter(asked))
                if agent_id in people:
                    await self._tell_own_call(people[agent_id])
                asked.discard(agent_id)
        finally:
            self._asked_agents |= asked

    async def tell_leading(self) -> None:
        """Read the alerts that changed and who did what, and tell each to whom it is for."""
        asked, self._asked_alerts = self._asked_alerts, set()
        acted, self._deeds = self._deeds, []
        try:
            found, deeds = await self._store.read(_leading, frozenset(asked), tuple(acted))
        except BaseException:
            self._asked_alerts |= asked
            self._deeds = [*acted, *self._deeds]
            raise
        for alert, people in found:
            self._tell(lambda seq, alert=alert: AlertChangedTold(seq=seq, alert=alert), people=people)  # type: ignore[misc]
        for agent_id, deed in deeds:
            told = lambda seq, deed=deed: LeaderActedTold(seq=seq, deed=deed)  # noqa: E731
            self._tell(told, leaders=True, agent_id=agent_id)

    def _tell_boards(self, picture: Picture) -> None:
        if not self._readers:
            return
        for call in picture.calls:
            self._tell(lambda seq, call=call: CallChangedTold(seq=seq, call=call), leaders=True)  # type: ignore[misc]
        for queue in picture.queues:
            self._tell_queue(queue)
        if self._today != picture.today:
            self._today = picture.today
            self._tell(lambda seq: TodayChangedTold(seq=seq, today=picture.today), leaders=True)

    def _tell_agent(self, agent: AgentNow, agent_id: AgentId) -> None:
        self._tell(lambda seq: AgentChangedTold(seq=seq, agent=agent), leaders=True, agent_id=agent_id)

    def _hear_of_agent(self, change: PhoneChanged | IdleWarned | PartyChanged | CallProgressed) -> None:
        if isinstance(change, PartyChanged):
            self._hear_of_party(change)
            return
        if isinstance(change, CallProgressed):
            self._hear_progress(change)
            return
        staff, agent_id = change.staff_number, change.agent_id
        if isinstance(change, IdleWarned):
            ends_at = change.ends_at
            self._tell(lambda seq: IdleWarningTold(seq=seq, staff_number=staff, ends_at=ends_at), agent_id=agent_id)
            return
        if change.anew:
            return  # for the talk; the desk's phone was there all the time
        endpoint, reachable = change.endpoint, change.reachable
        self._tell(
            lambda seq: PhoneChangedTold(seq=seq, staff_number=staff, endpoint=endpoint, reachable=reachable),
            leaders=True,
            agent_id=agent_id,
        )

    def _hear_progress(self, change: CallProgressed) -> None:
        call_id, progress, at = change.call_id, Progress(change.progress), change.at
        self._tell(
            lambda seq: CallProgressTold(seq=seq, call_id=call_id, progress=progress, at=at),
            leaders=True,
            agent_id=change.agent_id,
        )
        self._asked_agents.add(change.agent_id)
        self._own_call_asked.set()

    def _hear_of_party(self, change: PartyChanged) -> None:
        for agent_id in change.agents:
            self._tell(lambda seq: party_changed(seq, change), agent_id=agent_id)

    async def _tell_own_call(self, person: Person) -> None:
        call = await self._store.read(views.my_call, person)
        picture = "" if call is None else repr(call)
        if self._own_calls.get(person.agent_id) != picture:
            self._own_calls[person.agent_id] = picture
            self._tell(lambda seq: MyCallTold(seq=seq, call=call), agent_id=person.agent_id)

    def _tell_queue(self, queue: QueueNow) -> None:
        if self._queues.get(queue.key) != queue:
            self._queues[queue.key] = queue
            self._tell(lambda seq: QueueChangedTold(seq=seq, queue=queue), leaders=True, queue=queue.key)

    def _tell(
        self,
        make: Callable[[int], BaseModel],
        *,
        leaders: bool = False,
        agent_id: AgentId | None = None,
        queue: str | None = None,
        everybody: bool = False,
        people: frozenset[AgentId] = frozenset(),
    ) -> None:
        self.seq += 1
        told = Told(self.seq, make(self.seq).model_dump_json(), leaders, agent_id, queue, everybody, people)
        if len(self._history) == HISTORY:
            self._first_kept = self._history[0].seq
        self._history.append(told)
        for reader in list(self._readers):
            if reader.may_see(told):
                reader.give(told.text)

    def _forget(self) -> None:
        """Nobody is connected: nothing is made, so nobody can resume over this time."""
        self.seq += 1
        self._first_kept = self.seq
        self._history.clear()
        self._queues.clear()
        self._today = None
        self._own_calls.clear()


def _put_first(reader: Reader, snapshot: str) -> None:
    """The snapshot goes before what was told while it was read."""
    later: list[str | Goodbye] = []
    while not reader.inbox.empty():
        later.append(reader.inbox.get_nowait())
    for message in (snapshot, *later):
        reader.give(message)


def _snapshot(sql: Connection, asker: Identity, seq: int, now: datetime, around: Surroundings, day: DayNow) -> Snapshot:
    person = asker if isinstance(asker, Person) else None
    agents = views.all_agents(sql) if asker.oversees else None
    return Snapshot(
        seq=seq,
        at=now,
        me=None if person is None else views.me(sql, person, around),
        call=None if person is None else views.my_call(sql, person),
        queues=queue_views.queues(sql, asker, day).queues,
        switches=views.switches(sql).switches,
        agents=agents,
        phones_lost=views.phones_lost(sql, around) if asker.oversees else None,
        calls=None if agents is None else views.calls_shown(sql, agents),
        today=day.today if asker.oversees else None,
        alerts=leading.open_for(sql, asker),
    )


def _leading(
    sql: Connection, asked: frozenset[AlertId], acted: tuple[LeaderActed, ...]
) -> tuple[list[tuple[AlertNow, frozenset[AgentId]]], list[tuple[AgentId, LeaderDeed]]]:
    deeds = [(one.agent_id, leading.deed(sql, one)) for one in acted]
    return (leading.some(sql, asked) if asked else []), deeds


async def _forever(asked: asyncio.Event, tell: Callable[[], Awaitable[None]]) -> None:
    """Tell whenever asked; when the database fails, again a moment later."""
    while True:
        await asked.wait()
        asked.clear()
        try:
            await tell()
        except (IvrError, SQLAlchemyError, TimeoutError) as error:
            log.warning("live.not_read", error=str(error))
            asked.set()
            await asyncio.sleep(RETRY_S)
