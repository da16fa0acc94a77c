"""Passing states end by themselves, by the monotonic clock; a new process finds what the last one left."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from ivr.acd import ledger, toolbar
from ivr.acd.deadlines import RETRY_S, Deadlines
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import CallEnd, CallState, Change, IdleWarned, OfferState
from ivr.domain.ids import AgentId, CallId
from ivr.domain.routes import Route, existing_case, general
from ivr.errors import StoreUnavailable
from ivr.store.memory import MemoryStore
from tests.unit.acd.world import GENERALIST, IDLE_LOGOUT_S, LIMITS, NAMES, NINE, call_row, staff_rows
from tests.unit.virtual_time import now as loop_s
from tests.unit.virtual_time import run_virtual

CALL = CallId("call001")
GENERAL = general(NAMES)
CASE = existing_case(NAMES, None, "M1", "Maintenance")


class Service:
    """A store in memory and the deadlines of one process; the wall clock goes with the loop's, ``jump`` ahead of it."""

    def __init__(self, store: MemoryStore | None = None) -> None:
        self.store = store or MemoryStore()
        self.jump = timedelta()
        if store is None:
            self.store.rows.agents = {row.agent_id: row for row in staff_rows()}
        self.deadlines = Deadlines(self.store, self.now, IDLE_LOGOUT_S)
        self.store.listen(self.deadlines.changed)

    def now(self) -> datetime:
        """The wall clock."""
        return NINE + timedelta(seconds=loop_s()) + self.jump

    async def available(self, agent_id: AgentId = GENERALIST) -> None:
        """They log in, and are Available."""
        await self.store.run(toolbar.log_in, agent_id, "PJSIP/x", self.now())
        await self.ask_available(agent_id)

    async def ask_available(self, agent_id: AgentId = GENERALIST) -> None:
        """They are Available again."""
        request = StateRequest(AgentState.AVAILABLE)
        await self.store.run(toolbar.ask, agent_id, request, "agent", self.now(), IDLE_LOGOUT_S)

    async def queues(self, route: Route = GENERAL) -> None:
        """The call comes in and waits."""
        await self.store.run(ledger.arrive, call_row(CALL, self.now()))
        await self.store.run(ledger.enqueue, CALL, route, self.now(), LIMITS)

    def state(self, agent_id: AgentId = GENERALIST) -> AgentState:
        """The agent's state."""
        return self.store.rows.agents[agent_id].state

    def call(self) -> CallState:
        """The call's state."""
        return self.store.rows.calls[CALL].state


def _played(service: Service, story: Coroutine[Any, Any, None]) -> None:
    async def play() -> None:
        await story
        await service.deadlines.close()

    run_virtual(play())


def test_sixty_seconds_open_everything() -> None:
    """R-WAIT-1: at 60 s, not before."""
    service = Service()

    async def story() -> None:
        await service.available()
        await service.queues(CASE)
        await asyncio.sleep(59.9)
        assert service.call() is CallState.WAITING
        await asyncio.sleep(0.2)
        assert service.call() is CallState.RINGING

    _played(service, story())


def test_ten_minutes_end_after_call_work_and_ninety_the_waiting() -> None:
    """R-STATE-4, R-STATE-6."""
    service = Service()

    async def story() -> None:
        await service.available()
        await service.queues()
        offer_id = service.store.rows.calls[CALL].offer_id
        assert offer_id is not None
        await service.store.run(ledger.answer_offer, offer_id, service.now())
        await service.store.run(ledger.end_call, CALL, CallEnd.ABANDONED_MENU, service.now(), LIMITS)
        await asyncio.sleep(599.9)
        assert service.state() is AgentState.AFTER_CALL_WORK
        await asyncio.sleep(0.2)
        assert service.state() is AgentState.AVAILABLE
        await asyncio.sleep(90 * 60 - 0.2)
        assert service.state() is AgentState.AVAILABLE
        await asyncio.sleep(0.2)
        assert service.state() is AgentState.LOGGED_OUT

    _played(service, story())


def test_a_warning_comes_before_the_log_out() -> None:
    """R-STATE-6: five minutes before, once; a ringing that the caller abandoned restarts neither of the two."""
    service, warned = Service(), list[float]()
    service.store.listen(lambda change: warned.append(loop_s()) if isinstance(change, IdleWarned) else None)

    async def story() -> None:
        await service.available()
        await asyncio.sleep(60 * 60)
        await service.queues()
        assert service.state() is AgentState.RESERVED
        await asyncio.sleep(10)
        await service.store.run(ledger.end_call, CALL, CallEnd.ABANDONED_MENU, service.now(), LIMITS)
        await asyncio.sleep(30 * 60 - 10.1)
        assert (service.state(), warned) == (AgentState.AVAILABLE, [85 * 60])
        await asyncio.sleep(0.2)
        assert service.state() is AgentState.LOGGED_OUT

    _played(service, story())


def test_who_is_not_available_any_more_is_not_warned() -> None:
    """R-STATE-6: a Not Ready has restarted the time."""
    service, warned = Service(), list[Change]()
    service.store.listen(lambda change: warned.append(change) if isinstance(change, IdleWarned) else None)

    async def story() -> None:
        await service.available()
        await asyncio.sleep(80 * 60)
        request = StateRequest(AgentState.NOT_READY, "Break")
        await service.store.run(toolbar.ask, GENERALIST, request, "agent", service.now(), IDLE_LOGOUT_S)
        await service.ask_available()
        await asyncio.sleep(84 * 60)
        assert warned == []

    _played(service, story())


def test_the_warning_outlives_the_process() -> None:
    """R-STATE-6: the next process gives it when it is due, or at once."""

    async def story(away_s: float) -> list[float]:
        first, warned = Service(), list[float]()
        await first.available()
        await asyncio.sleep(60)
        await first.deadlines.close()
        await asyncio.sleep(away_s)
        then = Service(first.store)
        then.store.listen(lambda change: warned.append(loop_s()) if isinstance(change, IdleWarned) else None)
        await then.deadlines.restore()
        await asyncio.sleep(90 * 60 - away_s - 61)
        assert then.state() is AgentState.AVAILABLE
        await asyncio.sleep(2)
        assert then.state() is AgentState.LOGGED_OUT
        await then.deadlines.close()
        return warned

    assert run_virtual(story(60.0)) == [85 * 60]
    assert run_virtual(story(87 * 60.0)) == [88 * 60]


def test_the_call_comes_back_a_minute_after_it_was_not_answered() -> None:
    """R-RONA-2."""
    service = Service()

    async def story() -> None:
        await service.available()
        await service.queues()
        offer_id = service.store.rows.calls[CALL].offer_id
        assert offer_id is not None
        await service.store.run(ledger.end_offer, offer_id, OfferState.BUSY, service.now(), LIMITS)
        await service.ask_available()
        await asyncio.sleep(59.9)
        assert service.call() is CallState.WAITING
        await asyncio.sleep(0.2)
        assert service.call() is CallState.RINGING

    _played(service, story())


def test_an_abandoned_ringing_leaves_the_ninety_minutes_as_they_were() -> None:
    """R-STATE-6: counted from when they became Available."""
    service = Service()

    async def story() -> None:
        await service.available()
        await asyncio.sleep(3000)
        await service.queues()
        await asyncio.sleep(10)
        await service.store.run(ledger.end_call, CALL, CallEnd.ABANDONED_MENU, service.now(), LIMITS)
        await asyncio.sleep(90 * 60 - 3010 - 0.1)
        assert service.state() is AgentState.AVAILABLE
        await asyncio.sleep(0.2)
        assert service.state() is AgentState.LOGGED_OUT

    _played(service, story())


def test_a_jump_of_the_clock_ends_nothing() -> None:
    """docs/acd.md: a living process goes by its monotonic clock."""
    service = Service()

    async def story() -> None:
        await service.available()
        await service.queues(CASE)
        service.jump = timedelta(hours=3)
        await asyncio.sleep(30)
        assert (service.call(), service.state()) == (CallState.WAITING, AgentState.AVAILABLE)

    _played(service, story())


def test_a_new_process_takes_up_what_is_due_and_what_is_overdue() -> None:
    """docs/acd.md: after a restart the stored instants count."""
    first = Service()
    second = Service(first.store)

    async def story() -> None:
        await first.available()
        await first.queues(CASE)
        await first.deadlines.close()
        second.jump = timedelta(seconds=50)
        await second.deadlines.restore()
        await asyncio.sleep(9.9)
        assert second.call() is CallState.WAITING
        await asyncio.sleep(0.2)
        assert second.call() is CallState.RINGING

    _played(second, story())


def test_an_end_that_the_database_refused_is_tried_again() -> None:
    """A state must not last for ever because one transaction failed."""
    service = Service()
    run = service.store.run
    failures: list[StoreUnavailable] = []

    async def fails_twice(*args: Any, **kwargs: Any) -> Any:
        if failures:
            raise failures.pop()
        return await run(*args, **kwargs)

    service.store.run = fails_twice  # type: ignore[method-assign]

    async def story() -> None:
        await service.available()
        await asyncio.sleep(IDLE_LOGOUT_S - 1)
        failures.extend([StoreUnavailable("gone"), StoreUnavailable("still gone")])
        await asyncio.sleep(1 + 2 * RETRY_S - 0.1)
        assert service.state() is AgentState.AVAILABLE
        await asyncio.sleep(0.2)
        assert service.state() is AgentState.LOGGED_OUT

    _played(service, story())
