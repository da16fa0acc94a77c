"""Alerts and who leads a team: the same in every store."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from ivr.acd import alerts, ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.agents import AgentState, StateRequest
from ivr.domain.alerts import AlertRow
from ivr.domain.events import CallEnd, Change
from ivr.domain.ids import AgentId, CallId
from ivr.domain.routes import Segments, general
from ivr.store import tables as t
from ivr.store.engine import SqlStore, open_store
from ivr.store.memory import MemoryStore
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from tests.integration.store.staffed import rows_of, wipe_and_staff
from tests.unit.acd.world import GENERALIST, GENERALIST_2, IDLE_LOGOUT_S, MATE, NINE, OWNER, call_row, staff_rows

CALL = CallId("call0001")
LEADERS = {GENERALIST_2: frozenset({"M1"}), MATE: frozenset[str]()}
"""One leads another team on record beside their own; the other is of team M1."""


def _lead(sql: Connection) -> None:
    wipe_and_staff(sql)
    people = update(t.agent).where(t.agent.c.agent_id.in_(LEADERS))
    sql.execute(people.values(role="team_leader"))
    sql.execute(update(t.team).where(t.team.c.name == "M1").values(leader=str(7000 + GENERALIST_2)))


def _talk(tx: Tx, agent_id: AgentId) -> None:
    toolbar.log_in(tx, agent_id, f"PJSIP/{7000 + agent_id}", NINE)
    toolbar.ask(tx, agent_id, StateRequest(AgentState.AVAILABLE), "agent", NINE, IDLE_LOGOUT_S)
    ledger.arrive(tx, call_row(CALL, NINE))
    ledger.enqueue(tx, CALL, general(Segments()), NINE, Limits())
    call = tx.call(CALL)
    assert call is not None
    assert call.offer_id is not None
    assert ledger.answer_offer(tx, call.offer_id, NINE)


def _whole_life(tx: Tx) -> list[AlertRow | None]:
    """Raised with nobody there who leads the team, seen, and over with the call."""
    _talk(tx, GENERALIST)
    row = alerts.raise_alert(tx, GENERALIST, "agent 7004", NINE)
    assert alerts.raise_alert(tx, GENERALIST, "agent 7004", NINE) == row
    seen = [tx.alert(row.alert_id)]
    assert alerts.acknowledge(tx, row.alert_id, GENERALIST_2, "agent 7010", NINE + timedelta(seconds=3))
    seen.append(tx.alert(row.alert_id))
    assert tx.open_alerts(CALL) == seen[1:]
    ledger.end_call(tx, CALL, CallEnd.ANSWERED, NINE + timedelta(seconds=9), Limits())
    assert tx.open_alerts(CALL) == []
    return [*seen, tx.alert(row.alert_id)]


@pytest.mark.postgres
async def test_alerts_are_the_same_rows_everywhere(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """docs/acd.md, R-STATE-11: SQLite, PostgreSQL and memory know the same leaders, and keep the same alerts."""
    memory = MemoryStore()
    memory.rows.agents = {row.agent_id: row for row in staff_rows()}
    memory.rows.leads = dict(LEADERS)
    expected_leaders = memory.transact(_leaders)
    assert expected_leaders == [[MATE, GENERALIST_2], [GENERALIST_2], [], [MATE, GENERALIST_2]]
    shapes = [_shape(row) for row in memory.transact(_whole_life)]
    assert [shape[1:] for shape in shapes] == [(True, None, None), (True, GENERALIST_2, None), (True, GENERALIST_2, 9)]
    for url in (f"sqlite:///{tmp_path_factory.mktemp('alerts') / 'helpline.db'}", postgres_url):
        await asyncio.to_thread(upgrade, url)
        store: SqlStore = open_store(url)
        told: list[Change] = []
        store.listen(told.append)
        try:
            await store.write(_lead)
            assert await store.run(_leaders) == expected_leaders
            assert [_shape(row) for row in await store.run(_whole_life)] == shapes
            (kept,) = (await store.look_up(rows_of)).alerts.values()
            assert _shape(kept) == shapes[-1]
        finally:
            await store.close()


def _leaders(tx: Tx) -> list[list[AgentId]]:
    return [[row.agent_id for row in tx.leaders_of(team)] for team in ("M1", "G1", "E1", None)]


def _shape(row: AlertRow | None) -> tuple[object, ...]:
    assert row is not None
    ended_s = None if row.ended_at is None else (row.ended_at - row.raised_at).seconds
    return row.team, row.to_all, row.acknowledged_by, ended_s


def test_an_alert_of_a_leader_is_for_the_others() -> None:
    """R-STATE-11: who leads the team and is alone there does not alert themselves."""
    memory = MemoryStore()
    memory.rows.agents = {row.agent_id: row for row in staff_rows()}
    memory.rows.leads = {GENERALIST: frozenset[str](), OWNER: frozenset[str]()}
    memory.transact(_talk, GENERALIST)
    assert memory.transact(alerts.raise_alert, GENERALIST, "agent 7004", NINE).to_all
