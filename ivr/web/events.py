"""Live events: what the store commits, told to whoever is connected and may see it.

Enters: `Change` after each commit, in the event loop. Leaves: text, made once per change, in each reader's own queue. A
reader that falls behind is dropped, never waited for. Agents' states and journey steps are told as they come; own
calls (read with their screen pop), alerts, new names and the boards (`ivr.web.boards`) by tasks owned by `LiveEvents`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog
from pydantic import BaseModel
from sqlalchemy import Connection

from ivr.domain.agents import AgentState
from ivr.domain.alerts import AlertChanged, LeaderActed
from ivr.domain.events import (
    AgentChanged,
    CallChanged,
    CallProgressed,
    Change,
    IdleWarned,
    JourneyStep,
    PartyChanged,
    PhoneChanged,
    RecordChanged,
    TalkChanged,
    WorkChanged,
)
from ivr.domain.ids import AgentId, AlertId
from ivr.domain.outbound import Progress
from ivr.domain.oversight import SwitchChanged
from ivr.domain.recordings import RecordingStopped
from ivr.records.activities import Activity
from ivr.records.documents import Document
from ivr.store.engine import SqlStore
from ivr.web import leading, queue_views, talk_views, views, work
from ivr.web.activity_models import Work
from ivr.web.agents_told import Agents
from ivr.web.board_models import QueueNow, Today
from ivr.web.boards import Boards, Picture
from ivr.web.desk_feed import DeskFeed
from ivr.web.event_models import (
    ActivityChangedTold,
    AgentChangedTold,
    AlertChangedTold,
    CallChangedTold,
    CallProgressTold,
    DocumentChangedTold,
    IdleWarningTold,
    JourneyStepTold,
    LeaderActedTold,
    PhoneChangedTold,
    QueueChangedTold,
    RecordChangedTold,
    RecordingStoppedTold,
    Snapshot,
    SwitchChangedTold,
    TodayChangedTold,
)
from ivr.web.identity import Identity, Person
from ivr.web.leading_models import AlertNow, LeaderDeed
from ivr.web.models import AgentNow
from ivr.web.queue_views import DayNow
from ivr.web.reader import GOING_AWAY, SESSION_OVER, Goodbye, Reader, Told, put_first
from ivr.web.services import WebServices
from ivr.web.telling import forever

log = structlog.get_logger()
_COMES_OR_GOES: Final = frozenset({AgentState.LOGGED_OUT, AgentState.NOT_READY})
"""States in which somebody may have become absent, or not be absent any more (R-CB-5)."""
HISTORY: Final = 2_000
"""So many messages are kept for readers who come back."""


class LiveEvents:
    """Hears the store, tells readers. `start` and `stop` own its tasks."""

    def __init__(self, services: WebServices) -> None:
        self._services = services
        self._store: SqlStore = services.store
        self.seq = int(services.now().timestamp() * 1000) * 1000
        self._first_kept = self.seq
        self._history: deque[Told] = deque(maxlen=HISTORY)
        self._readers: set[Reader] = set()
        self.boards = Boards(
            services.store, services.now, services.monitor, self._tell_boards, lambda: bool(self._readers)
        )
        self._agents = Agents(services.store, self._tell_agent)
        self._desks = DeskFeed(services, self._people, self._tell)
        self._queues: dict[str, QueueNow] = {}
        self._today: Today | None = None
        self._asked_alerts: set[AlertId] = set()
        self._deeds: list[LeaderActed] = []
        self._leading_asked = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Listen, and begin the tasks."""
        self._store.listen(self.hear)
        self._tasks = [
            *self._desks.tasks(),
            asyncio.create_task(forever(self._leading_asked, self.tell_leading), name="live-leading"),
            asyncio.create_task(forever(self._agents.asked, self._agents.tell_unnamed), name="live-names"),
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
        snapshot = await self._store.read(_snapshot, reader.asker, seq, self._services, day)
        put_first(reader, snapshot.model_dump_json())
        self._told_in(snapshot, reader.asker)

    def _tell_missed(self, reader: Reader, after: int) -> None:
        """Give what was told since ``after``; own calls were not read while their agent was away, and are now."""
        for told in self._history:
            if told.seq > after and reader.may_see(told):
                reader.give(told.text)
        if reader.asker.agent_id is not None:
            self._desks.missed(reader.asker.agent_id)

    def _told_in(self, snapshot: Snapshot, asker: Identity) -> None:
        """A snapshot may be ahead of what was told: a change back to that is told too."""
        self._desks.told_in(snapshot, asker)
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
        if isinstance(change, JourneyStep | SwitchChanged | RecordChanged):
            self._hear_fact(change)
        if isinstance(change, RecordingStopped):
            stopped = views.recording_stopped(change)
            self._tell(lambda seq: RecordingStoppedTold(seq=seq, stopped=stopped), leaders=True)
        if isinstance(change, AlertChanged | LeaderActed):
            self._hear_of_leading(change)
        if isinstance(change, PhoneChanged | IdleWarned | PartyChanged | CallProgressed):
            self._hear_of_agent(change)
        if isinstance(change, AgentChanged | CallChanged | TalkChanged | WorkChanged):
            self._hear_of_desks(change)

    def _hear_fact(self, change: JourneyStep | SwitchChanged | RecordChanged) -> None:
        """What is told as it comes."""
        if isinstance(change, RecordChanged):
            kind, record_id = change.kind, change.record_id
            self._tell(lambda seq: RecordChangedTold(seq=seq, kind=kind, record_id=record_id), everybody=True)
            return
        if isinstance(change, SwitchChanged):
            switch = views.switch_now(change)
            self._tell(lambda seq: SwitchChangedTold(seq=seq, switch=switch), everybody=True)
            return
        data = dict(change.data)
        self._tell(
            lambda seq: JourneyStepTold(seq=seq, call_id=change.call_id, at=change.at, step=change.step, data=data),
            leaders=True,
        )

    def _hear_of_leading(self, change: AlertChanged | LeaderActed) -> None:
        if isinstance(change, AlertChanged):
            self._asked_alerts.add(change.alert_id)
        else:
            self._deeds.append(change)
        self._leading_asked.set()

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
        self._desks.ask_call([change.agent_id])

    def _hear_of_party(self, change: PartyChanged) -> None:
        for agent_id in change.agents:
            self._tell(lambda seq: talk_views.party_changed(seq, change), agent_id=agent_id)
        self._desks.ask_call(change.agents)

    def _hear_of_desks(self, change: AgentChanged | CallChanged | TalkChanged | WorkChanged) -> None:
        if isinstance(change, CallChanged):
            self._desks.ask_waiting()
        elif isinstance(change, AgentChanged):
            self._desks.ask_call([change.agent_id])
            if change.state in _COMES_OR_GOES:
                self._desks.ask_leaders()
            self._desks.ask_steps(change.segment)
        elif change.agents is not None:
            self._desks.ask_call(change.agents)
        if isinstance(change, WorkChanged):
            self._desks.ask_work(change.agents)

    def tell_activity(self, agent_id: AgentId, activity: Activity) -> None:
        """An agent's activity was written or closed: their other desks are told."""
        self._tell(lambda seq: ActivityChangedTold(seq=seq, activity=activity), agent_id=agent_id)

    def tell_document(self, document: Document) -> None:
        """A letter or form has another status or says something else: desks that show it read it anew."""
        people, one = frozenset(self._people()), document
        if one.kind is not None and one.record_id is not None:
            self.hear(RecordChanged(one.kind, one.record_id))
        self._tell(
            lambda seq: DocumentChangedTold(
                seq=seq, document_id=one.document_id, status=one.status, kind=one.kind, record_id=one.record_id
            ),
            people=people,
        )

    def _people(self) -> dict[AgentId, Person]:
        return {r.asker.agent_id: r.asker for r in self._readers if isinstance(r.asker, Person)}

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
        self._desks.forget()


def _snapshot(sql: Connection, asker: Identity, seq: int, services: WebServices, day: DayNow) -> Snapshot:
    person, now = asker if isinstance(asker, Person) else None, services.now()
    agents = views.all_agents(sql) if asker.oversees else None
    return Snapshot(
        seq=seq,
        at=now,
        me=None if person is None else views.me(sql, person, services.surroundings()),
        call=None if person is None else talk_views.own_call(sql, person, services),
        work=None if person is None else _work(sql, person, services),
        queues=queue_views.queues(sql, asker, day).queues,
        switches=views.switches(sql).switches,
        agents=agents,
        phones_lost=views.phones_lost(sql, services.surroundings()) if asker.oversees else None,
        calls=None if agents is None else views.calls_shown(sql, agents),
        today=day.today if asker.oversees else None,
        recording_stopped=views.recording_stopped(services.recording_stopped()) if asker.oversees else None,
        alerts=leading.open_for(sql, asker),
    )


def _work(sql: Connection, person: Person, services: WebServices) -> Work:
    return work.work_of(sql, [person.agent_id], services.now(), work.rules_now(services))[person.agent_id]


def _leading(
    sql: Connection, asked: frozenset[AlertId], acted: tuple[LeaderActed, ...]
) -> tuple[list[tuple[AlertNow, frozenset[AgentId]]], list[tuple[AgentId, LeaderDeed]]]:
    deeds = [(one.agent_id, leading.deed(sql, one)) for one in acted]
    return (leading.some(sql, asked) if asked else []), deeds
