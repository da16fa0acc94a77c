"""Two hundred desks at once: nobody misses anything, all see the same. How fast is for `make bench BENCH=--desks`."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any, Final

import aiohttp

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.routes import Segments, existing_case
from ivr.web.openapi import EVENTS_PATH
from tests.integration.web.desk import Desk, Place

DESKS: Final = 180
LEADERS: Final = 20
CALLS: Final = 8
LIMIT_S: Final = 60.0
MAINTENANCE: Final = existing_case(Segments(), None, "Maintenance 1", "Maintenance")
Told = list[dict[str, Any]]


async def _told(socket: aiohttp.ClientWebSocketResponse) -> Told:
    """Everything after the snapshot until a switch is turned."""
    told: Told = [json.loads(await socket.receive_str(timeout=LIMIT_S))]
    while told[-1]["type"] != "switch_changed":
        told.append(json.loads(await socket.receive_str(timeout=LIMIT_S)))
    return told


async def _listening(
    stack: AsyncExitStack, place: Place, desk: Desk, count: int
) -> list[aiohttp.ClientWebSocketResponse]:
    """So many pages of one person, each with its snapshot behind it."""
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    headers = {"Authorization": f"Bearer {desk.token}"}
    sockets = [await http.ws_connect(place.client.make_url(EVENTS_PATH), headers=headers) for _ in range(count)]
    for socket in sockets:
        assert json.loads(await socket.receive_str(timeout=LIMIT_S))["type"] == "snapshot"
    return sockets


async def _happens(place: Place, desk: Desk, leader: Desk) -> None:
    """Calls come, ring, wait, and are given up, faster than the boards are read."""
    for _ in range(CALLS):
        await desk.state("available")
        call_id = await place.call(MAINTENANCE)
        place.clock.pass_(7)
        await place.store.run(ledger.end_call, call_id, CallEnd.ABANDONED_QUEUE, place.clock.now(), Limits())
        await desk.state("not_ready", "Break")
    while (await leader.ask("GET", "/api/today")).body["totals"]["abandoned"] < CALLS:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await leader.ask("PUT", "/api/switches/emergency", json={"on": True, "why": "the end of the test"})


async def test_two_hundred_desks_see_the_same(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1: each leader's page is told the same in the same order, each agent's page its part of it."""
    async with AsyncExitStack() as stack:
        pages = await _listening(stack, place, desk, DESKS)
        monitors = await _listening(stack, place, leader, LEADERS)
        async with asyncio.timeout(LIMIT_S):
            await _happens(place, desk, leader)
            agents = await asyncio.gather(*map(_told, pages))
            leaders = await asyncio.gather(*map(_told, monitors))
    assert all(told == leaders[0] for told in leaders)
    since = leaders[0][0]["seq"]
    mine = [[one for one in told if one["seq"] >= since] for told in agents]
    assert all(told == mine[0] for told in mine)
    states = [one["agent"]["state"] for one in leaders[0] if one["type"] == "agent_changed"]
    assert states == ["available", "reserved", "available", "not_ready"] * CALLS
    today = [one["today"]["totals"] for one in leaders[0] if one["type"] == "today_changed"][-1]
    assert (today["offered"], today["abandoned"]) == (CALLS, CALLS)
    shared = {"agent_changed", "queue_changed", "switch_changed"}
    own = [one for one in mine[0] if one["type"] in shared]
    assert own == [one for one in leaders[0] if one["type"] in shared and _is_theirs(one)]


def _is_theirs(message: dict[str, Any]) -> bool:
    """Whether it is of Megan Price's queues, or of herself."""
    keys = {"team:Maintenance 1", "segment:Maintenance"}
    return message["type"] != "queue_changed" or message["queue"]["key"] in keys
