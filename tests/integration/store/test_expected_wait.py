"""The expected wait of a call, from what the database knows of answers, talks and After Call Work."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ivr.acd import ledger, toolbar
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.events import CallEnd
from ivr.domain.ids import AgentId, CallId, new_call_id
from ivr.domain.routes import Route, employer, general
from ivr.domain.waiting import Place
from ivr.store.engine import SqlStore, open_store
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from ivr.store.standing import place
from tests.integration.store.staffed import wipe_and_staff
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, LIMITS, NAMES, NINE, PAYROLL, call_row

TALK_S, AFTER_S, EVERY_S = 30, 10, 60
"""A call talks so long, its agent works so long after it, and calls come so far apart."""
GENERAL = general(NAMES)


def _at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def _enqueue(tx: Tx, at: datetime, route: Route = GENERAL) -> CallId:
    call_id = new_call_id(at)
    ledger.arrive(tx, call_row(call_id, at))
    ledger.enqueue(tx, call_id, route, at, LIMITS)
    return call_id


def _ask(tx: Tx, agent_id: AgentId, state: AgentState, at: datetime) -> None:
    toolbar.ask(
        tx,
        agent_id,
        StateRequest(state, "Break" if state is AgentState.NOT_READY else None),
        "agent",
        at,
        IDLE_LOGOUT_S,
    )


def _served(tx: Tx, begins_s: float, agent_id: AgentId = GENERALIST, route: Route = GENERAL) -> None:
    """A call that is answered at once, talks and is worked after."""
    call_id = _enqueue(tx, _at(begins_s), route)
    row = tx.call(call_id)
    assert row is not None
    assert row.offer_id is not None
    assert ledger.answer_offer(tx, row.offer_id, _at(begins_s))
    ledger.end_call(tx, call_id, CallEnd.ANSWERED, _at(begins_s + TALK_S), LIMITS)
    _ask(tx, agent_id, AgentState.AVAILABLE, _at(begins_s + TALK_S + AFTER_S))


def _log_in(tx: Tx, *agents: AgentId) -> None:
    for agent_id in agents:
        toolbar.log_in(tx, agent_id, "PJSIP/x", NINE)
        _ask(tx, agent_id, AgentState.AVAILABLE, NINE)


async def _story(url: str) -> dict[str, Place]:
    store = open_store(url)
    await store.write(wipe_and_staff)
    await store.run(_log_in, GENERALIST, PAYROLL)
    seen = {"new": await _second_in_line(store, _at(0))}
    for number in range(2):
        await store.run(_served, number * EVERY_S)
    for number in range(4):  # another queue's answers are not ours
        await store.run(_served, 100 + number * EVERY_S, PAYROLL, employer(NAMES, None))
    seen["two answers"] = await _second_in_line(store, _at(400))
    await store.run(_served, 440)
    seen["three answers"] = await _second_in_line(store, _at(600))
    seen["a pause"] = await _second_in_line(store, _at(840))
    await store.run(_log_in, GENERALIST_2)
    seen["two at work"] = await _second_in_line(store, _at(7200))
    seen["other queue"] = await _second_in_line(store, _at(7300), employer(NAMES, None))
    seen["a day later"] = await _second_in_line(store, _at(100_000))
    await store.close()
    return seen


async def _second_in_line(store: SqlStore, at: datetime, route: Route = GENERAL) -> Place:
    """What two callers would be told who came now, the second of them; both then hang up."""
    staff = [GENERALIST, GENERALIST_2, PAYROLL]
    calls = await store.run(_two_wait, at, route, staff)
    seen = await store.read(place, calls[1], at)
    await store.run(_two_leave, calls, at, staff)
    return seen


def _two_wait(tx: Tx, at: datetime, route: Route, staff: list[AgentId]) -> list[CallId]:
    """Everybody is on the phone, and two more call."""
    for agent_id in staff:
        tx.move_agent(agent_id, AgentState.AVAILABLE, state=AgentState.ON_CALL, idle_since=None)
    return [_enqueue(tx, at + timedelta(milliseconds=number), route) for number in range(2)]


def _two_leave(tx: Tx, calls: list[CallId], at: datetime, staff: list[AgentId]) -> None:
    for call_id in calls:
        ledger.end_call(tx, call_id, CallEnd.ABANDONED_QUEUE, at, LIMITS)
    for agent_id in staff:
        tx.move_agent(agent_id, AgentState.ON_CALL, state=AgentState.AVAILABLE, idle_since=at)


def _check(url: str) -> None:
    upgrade(url)
    seen = asyncio.run(_story(url))
    assert {place.position for place in seen.values()} == {2}
    assert {name: place.expected_s for name, place in seen.items()} == {
        "new": None,
        "two answers": None,
        "three answers": pytest.approx(2 * 600 / 2),
        "a pause": pytest.approx(2 * 840 / 2),
        "two at work": pytest.approx(2 * (TALK_S + AFTER_S) / 2),
        "other queue": pytest.approx(2 * (TALK_S + AFTER_S)),
        "a day later": None,
    }
    assert seen["other queue"].queues == ("segment:Employer",)


def test_the_expected_wait_on_sqlite(tmp_path: Path) -> None:
    """R-WAIT-2: by the answers of the last minutes, else by handling time and who is at work, else unknown."""
    _check(f"sqlite:///{tmp_path / 'helpline.db'}")


@pytest.mark.postgres
def test_the_expected_wait_on_postgresql(postgres_url: str) -> None:
    """R-WAIT-2."""
    _check(postgres_url)
