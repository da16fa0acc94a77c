"""What may be said to a waiting caller about how things stand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ivr.acd import ledger, toolbar
from ivr.domain.ids import CallId
from ivr.domain.routes import employer, general
from ivr.store.engine import open_store
from ivr.store.migrate import upgrade
from ivr.store.ports import Tx
from ivr.store.standing import place
from tests.integration.store.staffed import wipe_and_staff
from tests.unit.acd.world import GENERALIST, LIMITS, NAMES, NINE, call_row

FIRST, SECOND, ELSEWHERE = CallId("call1"), CallId("call2"), CallId("call3")


def _queue(tx: Tx) -> None:
    for call_id, route in ((FIRST, general(NAMES)), (ELSEWHERE, employer(NAMES, None)), (SECOND, general(NAMES))):
        ledger.arrive(tx, call_row(call_id, NINE))
        ledger.enqueue(tx, call_id, route, NINE, LIMITS)


async def _positions(url: str) -> tuple[list[int | None], list[int | None]]:
    store = open_store(url)
    await store.write(wipe_and_staff)
    await store.run(_queue)
    calls = (FIRST, SECOND, ELSEWHERE)
    unstaffed = [(await store.read(place, call_id, NINE)).position for call_id in calls]
    await store.run(toolbar.log_in, GENERALIST, "PJSIP/x", NINE)
    staffed = [(await store.read(place, call_id, NINE)).position for call_id in calls]
    await store.close()
    return unstaffed, staffed


def _check(url: str) -> None:
    upgrade(url)
    unstaffed, staffed = asyncio.run(_positions(url))
    assert unstaffed == [None, None, None]
    assert staffed == [1, 2, None]


def test_the_position_on_sqlite(tmp_path: Path) -> None:
    """R-WAIT-2, R-RONA-4: none while nobody eligible is logged in; calls of other queues are not counted."""
    _check(f"sqlite:///{tmp_path / 'helpline.db'}")


@pytest.mark.postgres
def test_the_position_on_postgresql(postgres_url: str) -> None:
    """R-WAIT-2, R-RONA-4."""
    _check(postgres_url)
