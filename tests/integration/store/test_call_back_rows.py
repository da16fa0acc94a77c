"""Call backs, service requests and outbound attempts: the three stores keep them alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ivr.acd.formal import raise_for_call
from ivr.domain.call_backs import CallBackRow, Result, Whose
from ivr.domain.ids import AttemptId, CallBackId, CallId, ServiceRequestId
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt, Purpose
from ivr.domain.service_requests import ServiceRequestRow, Status
from ivr.records import call_backs
from ivr.store.engine import SqlStore, open_store
from ivr.store.memory import MemoryStore
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from tests.integration.store.staffed import rows_of, wipe_and_staff
from tests.unit.acd.world import GENERALIST, NINE, OWNER, call_row, staff_rows

CALL = CallId("call0001")
NUMBER = "07700900123"
ATTEMPT = AttemptId("a000")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated database of each kind."""
    url = f"sqlite:///{tmp_path / 'helpline.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    upgrade(url)
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An open store with the staff in it."""
    opened = open_store(url)
    await opened.write(wipe_and_staff)
    yield opened
    await opened.close()


def _every_column(tx: Tx) -> tuple[bool, bool, bool]:
    """One of each with every column filled, and the shortest one."""
    later = NINE + timedelta(hours=1)
    request = ServiceRequestId("s000")
    tx.add_service_request(
        ServiceRequestRow(request, "p", "a", "s", Status.CLOSED, NINE, "client", 1, 2, OWNER, True, OWNER, CALL, later)
    )
    tx.add_service_request(ServiceRequestRow(ServiceRequestId("s001"), "p", "a", "s", Status.IN_PROGRESS, NINE))
    shortest = CallBackRow(CallBackId("b001"), Whose.SELF, NUMBER, "", NINE, later, NINE)
    tx.add_call_back(shortest)
    tx.add_call_back(
        replace(
            shortest,
            call_back_id=CallBackId("b000"),
            kind="client",
            record_id=1,
            case_id=2,
            agent_id=OWNER,
            scope="team:M1",
            wanted_at=later,
            raised_by=GENERALIST,
            call_id=CALL,
            service_request_id=request,
            passed_on=True,
            called_at=later,
            closed_at=later,
            closed_by=OWNER,
            result=Result.DONE,
        )
    )
    whom, purpose = ("client", 1), (Purpose.DEO_IMPOSED, False)
    tx.begin_attempt(OutboundAttempt(ATTEMPT, CALL, OWNER, NINE, *whom, *purpose, call_back_id=CallBackId("b000")))
    tx.begin_attempt(OutboundAttempt(AttemptId("a001"), CALL, OWNER, NINE))
    end = (AttemptOutcome.BUSY, later)
    return tx.end_attempt(ATTEMPT, *end), tx.end_attempt(ATTEMPT, *end), tx.end_attempt(AttemptId("a002"), *end)


async def test_every_column_is_kept_alike(store: SqlStore) -> None:
    """An attempt ends once; what one store keeps, each does."""
    memory = MemoryStore()
    memory.rows.agents = {row.agent_id: row for row in staff_rows()}
    assert memory.transact(_every_column) == (True, False, False)
    assert await store.run(_every_column) == (True, False, False)
    assert await store.read(rows_of) == memory.rows


async def test_one_that_the_system_raises_is_found_in_its_queue(store: SqlStore) -> None:
    """R-CB-14: whoever is in the queue's team or segment sees it, and may close it."""

    def raise_one(tx: Tx) -> CallBackId:
        tx.add_call(call_row(CALL, NINE))
        return raise_for_call(tx, CALL, NUMBER, NINE, _every_day, scope="segment:GICH")

    call_back_id = await store.run(raise_one)
    (found,) = await store.read(call_backs.queued_for, GENERALIST, NINE)
    assert (found.call_back_id, found.contact_number, found.queue) == (call_back_id, NUMBER, "segment:GICH")
    assert (found.holder, found.raised_by, found.overdue) == (None, None, False)
    assert await store.read(call_backs.queued_for, OWNER, NINE) == ()
    (late,) = await store.read(call_backs.queued_for, GENERALIST, NINE + timedelta(days=1, seconds=1))
    assert late.overdue


def _every_day(_day: date) -> bool:
    return True
