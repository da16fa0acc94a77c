"""How a WebSocket ends: falling behind, session over, service going away; and what a failing database does to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from ivr.domain.events import JourneyStep
from ivr.domain.ids import CallId
from ivr.domain.routes import Segments, general
from ivr.errors import StoreUnavailable
from ivr.web import reader, socket, telling
from ivr.web.openapi import EVENTS_PATH
from ivr.web.registry import WEB
from ivr.web.socket import TRY_AGAIN
from tests.integration.web.desk import START, TOLD_LIMIT_S, Desk, Place, told, until


async def _closed(socket: ClientWebSocketResponse) -> int | None:
    """The code the socket was closed with, read to its end."""
    while (await socket.receive(timeout=TOLD_LIMIT_S)).type is WSMsgType.TEXT:
        pass
    return socket.close_code


async def test_who_falls_behind_is_cut_off_and_nobody_else(desk: Desk, leader: Desk) -> None:
    """A page that does not read costs the others nothing."""
    slow, well = await leader.listen(), await desk.listen()
    await told(slow)
    await told(well)
    assert desk.client.app is not None
    live = desk.client.app[WEB].live
    for number in range(reader.BACKLOG + 1):
        live.hear(JourneyStep(CallId("c0000000000000000"), START, "queued", (("number", str(number)),)))
    assert await _closed(slow) in {1006, None}
    await desk.state("available")
    assert (await until(well, "agent_changed"))[-1]["agent"]["state"] == "available"
    again = await leader.listen()
    assert (await told(again))["type"] == "snapshot"
    await again.close()
    await well.close()


async def test_the_socket_ends_with_the_session(place: Place, desk: Desk) -> None:
    """After twelve hours the page is told to log in again."""
    place.clock.pass_(12 * 3600 - 0.05)
    socket = await desk.listen()
    assert await _closed(socket) == reader.SESSION_OVER


async def test_pages_are_told_when_the_service_goes_away(desk: Desk) -> None:
    """An upgrade sends every page elsewhere at once."""
    socket = await desk.listen()
    await told(socket)
    assert desk.client.app is not None
    await asyncio.gather(desk.client.app.shutdown(), _closed(socket))
    assert socket.close_code == reader.GOING_AWAY


async def test_a_failing_database_delays_the_boards_only(
    place: Place, leader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-MON-1: what could not be read is read again; the call that changed meanwhile is not forgotten."""
    monkeypatch.setattr(telling, "RETRY_S", 0.01)
    socket = await leader.listen()
    await told(socket)
    read: Callable[..., Any] = place.store.read
    failures = iter((StoreUnavailable("no answer"), TimeoutError()))

    async def failing_twice(*args: Any) -> Any:
        if (error := next(failures, None)) is not None:
            raise error
        return await read(*args)

    monkeypatch.setattr(place.store, "read", failing_twice)
    call_id = await place.call(general(Segments()))
    assert (await until(socket, "call_changed"))[-1]["call"]["call_id"] == call_id
    assert next(failures, None) is None
    await socket.close()


async def test_a_page_that_cannot_be_served_is_told_to_come_again(
    place: Place, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the database there is no snapshot; the page is not left with half a picture."""
    socket = await desk.client.ws_connect(EVENTS_PATH)

    async def failing(*_args: Any) -> Any:
        raise StoreUnavailable("no answer")

    monkeypatch.setattr(place.store, "read", failing)
    await socket.send_json({"token": desk.token})
    assert await _closed(socket) == TRY_AGAIN


async def test_who_asked_for_it_hears_that_the_service_is_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network may die without closing anything: a page that hears nothing for long knows; others get no beat."""
    monkeypatch.setattr(socket, "BEAT_S", 0.05)
    desk = await place.log_in("7001")
    page = await desk.listen(beat=True)
    other = await desk.listen()
    assert (await told(page))["type"] == "snapshot"
    for _ in range(2):
        await until(page, "beat")
    await until(other, "snapshot")
    await desk.state("available")
    assert (await until(page, "agent_changed"))[-1]["agent"]["state"] == "available"
    assert "beat" not in [one["type"] for one in await until(other, "agent_changed")]
