"""Phones that come and go: who is told, and who becomes Not Ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from ivr.acd import toolbar
from ivr.acd.deadlines import Deadlines
from ivr.acd.phones import LOST_AFTER_S, PhoneWatch
from ivr.domain.agents import AgentState, StateRequest, SystemReason
from ivr.domain.events import Change, PhoneChanged
from ivr.domain.ids import AgentId
from ivr.store.memory import MemoryStore
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, NINE, staff_rows
from tests.unit.virtual_time import now as loop_s
from tests.unit.virtual_time import run_virtual

ACCOUNT, OTHER = "7004", "7010"
GRACE_S = LOST_AFTER_S + 0.1


class Watched:
    """Agents in memory, and phones that the test plugs and unplugs. ``known`` False: nobody knows of any phone."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.store.rows.agents = {row.agent_id: row for row in staff_rows()}
        self.there: set[str] = {ACCOUNT, OTHER}
        self.known = True
        self.told: list[Change] = []
        self.asked: list[str] = []
        self.answers_again = False
        """Whether a phone that is asked once more turns out to be there."""
        self.deadlines = Deadlines(self.store, self.now, IDLE_LOGOUT_S)
        self.watch = PhoneWatch(self.store, self.now, self.reachable, self.ask_phone, self.deadlines.set)
        self.store.listen(self.watch.heard)
        self.store.listen(self.told.append)

    def now(self) -> datetime:
        """The wall clock."""
        return NINE + timedelta(seconds=loop_s())

    def reachable(self, account: str) -> bool | None:
        """What the watch is told of a phone."""
        return account in self.there if self.known else None

    async def ask_phone(self, account: str) -> None:
        """The PBX asks a phone once more."""
        self.asked.append(account)
        if self.answers_again:
            self.plug(account)

    def unplug(self, account: str = ACCOUNT) -> None:
        """A phone goes."""
        self.there.discard(account)
        self.watch.changed(account, False)

    def plug(self, account: str = ACCOUNT) -> None:
        """A phone comes."""
        self.there.add(account)
        self.watch.changed(account, True)

    def ask(self, agent_id: AgentId, state: AgentState, code: str | None = None) -> None:
        """An agent presses a button."""
        request = StateRequest(state, code)
        self.store.transact(toolbar.ask, agent_id, request, "agent", self.now(), IDLE_LOGOUT_S)

    def available(self, agent_id: AgentId) -> None:
        """An agent logs in on their own phone, and becomes Available."""
        self.store.transact(toolbar.log_in, agent_id, f"PJSIP/{7000 + agent_id}", self.now())
        self.ask(agent_id, AgentState.AVAILABLE)

    def state(self, agent_id: AgentId = GENERALIST) -> tuple[AgentState, str | None]:
        """An agent's state and code."""
        row = self.store.rows.agents[agent_id]
        return row.state, row.code

    def phones_told(self) -> list[bool]:
        """What was told of phones, in order."""
        return [change.reachable for change in self.told if isinstance(change, PhoneChanged)]


LOST = (AgentState.NOT_READY, SystemReason.UNREACHABLE.value)
AVAILABLE = (AgentState.AVAILABLE, None)


def _played(story: Callable[[Watched], Coroutine[Any, Any, None]]) -> None:
    async def played() -> None:
        watched = Watched()
        await story(watched)
        await watched.deadlines.close()

    run_virtual(played())


def test_who_is_available_on_it_is_not_ready_and_nobody_else_is() -> None:
    """R-STATE-8: within seconds; a phone that is back changes no state, and both are told once."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.available(GENERALIST_2)
        watched.unplug()
        await asyncio.sleep(GRACE_S)
        assert (watched.state(), watched.state(GENERALIST_2)) == (LOST, AVAILABLE)
        watched.plug()
        await asyncio.sleep(GRACE_S)
        assert watched.state() == LOST
        assert watched.phones_told() == [False, True]

    _played(story)


def test_a_phone_that_registers_anew_was_never_lost() -> None:
    """R-STATE-8: without a contact for less than a second."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.unplug()
        await asyncio.sleep(LOST_AFTER_S / 2)
        watched.plug()
        await asyncio.sleep(GRACE_S)
        assert watched.state() == AVAILABLE
        assert watched.phones_told() == []

    _played(story)


def test_a_phone_that_answers_when_it_is_asked_once_more_was_never_lost() -> None:
    """R-STATE-8: a PBX or a network that stood still for some seconds is no loss of every phone."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.answers_again = True
        watched.unplug()
        await asyncio.sleep(GRACE_S)
        assert (watched.state(), watched.asked) == (AVAILABLE, [ACCOUNT])

    _played(story)


def test_another_code_stays_when_the_phone_is_lost() -> None:
    """R-STATE-8: only who is Available is made Not Ready; the desk is told all the same."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.ask(GENERALIST, AgentState.NOT_READY, "Lunch")
        watched.unplug()
        await asyncio.sleep(GRACE_S)
        assert watched.state() == (AgentState.NOT_READY, "Lunch")
        assert watched.phones_told() == [False]

    _played(story)


def test_nobody_becomes_available_on_a_phone_that_is_lost() -> None:
    """R-STATE-8: not for longer than a phone may take to register."""

    async def story(watched: Watched) -> None:
        watched.unplug()
        await asyncio.sleep(GRACE_S)
        watched.available(GENERALIST)
        await asyncio.sleep(GRACE_S)
        assert watched.state() == LOST
        watched.ask(GENERALIST, AgentState.AVAILABLE)
        watched.plug()
        await asyncio.sleep(GRACE_S)
        assert watched.state() == AVAILABLE

    _played(story)


def test_while_nobody_knows_nothing_is_done() -> None:
    """R-STATE-8: no false alarm when the manager interface is away; what was missed is found with the next list."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.known = False
        watched.unplug()
        await asyncio.sleep(60)
        assert watched.state() == AVAILABLE
        watched.known = True
        watched.watch.listed()
        await asyncio.sleep(GRACE_S)
        assert watched.state() == LOST

    _played(story)


def test_a_new_process_finds_who_is_available_on_a_lost_phone() -> None:
    """R-STATE-8: the phone went while no process was there."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.available(GENERALIST_2)
        watched.there.discard(ACCOUNT)
        watched.watch.listed()
        await asyncio.sleep(GRACE_S)
        assert (watched.state(), watched.state(GENERALIST_2)) == (LOST, AVAILABLE)

    _played(story)


def test_a_phone_that_is_restarted_is_told_to_its_talk() -> None:
    """R-STATE-8: it was not away long enough to be lost, and nobody's state changes; who talks on it must listen."""

    async def story(watched: Watched) -> None:
        watched.available(GENERALIST)
        watched.available(GENERALIST_2)
        watched.watch.moved(ACCOUNT)
        await asyncio.sleep(GRACE_S)
        told = [change for change in watched.told if isinstance(change, PhoneChanged)]
        assert [(one.endpoint, one.reachable, one.anew) for one in told] == [(f"PJSIP/{ACCOUNT}", True, True)]
        assert watched.state() == AVAILABLE

    _played(story)
