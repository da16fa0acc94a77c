"""Live events over a real WebSocket, fed by a real store."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import WSMsgType, WSServerHandshakeError

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.routes import Segments, existing_case, general
from ivr.store import tables as t
from ivr.web.openapi import EVENTS_PATH
from ivr.web.registry import WEB
from tests.integration.web.desk import TOLD_LIMIT_S, Desk, Place, told, until

MAINTENANCE = existing_case(Segments(), None, "Maintenance 1", "Maintenance")


async def _refused_with(desk: Desk, path: str, headers: dict[str, str]) -> int:
    try:
        await desk.client.ws_connect(path, headers=headers)
    except WSServerHandshakeError as error:
        return error.status
    return 101


def _of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events if event["type"] == kind]


async def test_an_agent_sees_first_everything_then_changes(place: Place, desk: Desk) -> None:
    """R-POP-2: the snapshot, then own state and the screen pop with the ringing; nothing about colleagues."""
    await place.log_in("7002")
    socket = await desk.listen()
    first = await told(socket)
    assert (first["type"], first["me"]["state"], first["call"], first["agents"]) == (
        "snapshot",
        "not_ready",
        None,
        None,
    )
    assert {q["key"] for q in first["queues"]} == {"team:Maintenance 1", "segment:Maintenance"}
    await desk.state("available")
    call_id = await place.call(MAINTENANCE, client_id=1, pop="record")
    events = await until(socket, "my_call")
    while events[-1]["call"] is None:
        events += await until(socket, "my_call")
    assert events[-1]["call"]["pop"]["call_id"] == call_id
    assert events[-1]["call"]["pop"]["state"] == "ringing"
    assert events[-1]["call"]["pop"]["client"]["name"] == "Jane Example"
    states = [event["agent"]["state"] for event in _of(events, "agent_changed")]
    assert states == ["available", "reserved"]
    assert {event["agent"]["staff_number"] for event in _of(events, "agent_changed")} == {"7001"}
    assert {event["type"] for event in events} <= {"agent_changed", "my_call", "queue_changed", "work_changed"}
    seqs = [event["seq"] for event in (first, *events)]
    assert seqs == sorted(set(seqs))
    await socket.close()


async def test_the_call_leaves_the_screen_when_the_caller_has_gone(place: Place, desk: Desk) -> None:
    """R-WAIT-5: the agent is Available again, the screen empty."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    socket = await desk.listen()
    assert (await told(socket))["call"]["pop"]["call_id"] == call_id
    await place.store.run(ledger.end_call, call_id, CallEnd.ABANDONED_MENU, place.clock.now(), Limits())
    events = await until(socket, "my_call")
    assert events[-1]["call"] is None
    if not _of(events, "agent_changed"):  # a name is read first, so it may come behind
        events += await until(socket, "agent_changed")
    (changed,) = _of(events, "agent_changed")
    assert (changed["agent"]["state"], changed["agent"]["call_id"]) == ("available", None)
    await socket.close()


async def test_a_leader_sees_every_agent_queue_call_and_step(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1: states, queues, calls and journeys of all, but nobody's screen pop."""
    socket = await leader.listen()
    first = await told(socket)
    assert len(first["agents"]) == 14
    assert (len(first["queues"]), first["calls"]) == (14, [])
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    events = await until(socket, "call_changed")
    while events[-1]["call"]["state"] != "ringing" or not _of(events, "queue_changed"):
        events.append(await told(socket))
        if events[-1]["type"] == "queue_changed" and _of(events, "call_changed"):
            break
    steps = [event["step"] for event in _of(events, "journey_step") if event["call_id"] == call_id]
    assert [step for step in steps if step in {"queued", "offered"}] == ["queued", "offered"]
    assert [e["agent"]["state"] for e in _of(events, "agent_changed")] == ["available", "reserved"]
    assert not _of(events, "my_call")
    assert {e["call"]["caller"] for e in _of(events, "call_changed")} == {"…123"}
    await socket.close()


async def test_a_board_shows_a_waiting_call_within_a_third_of_a_second(place: Place, leader: Desk) -> None:
    """R-MON-1: changes show within 0.3 s."""
    socket = await leader.listen()
    await told(socket)
    begun = asyncio.get_running_loop().time()
    await place.call(general(Segments()))
    while True:
        event = (await until(socket, "queue_changed"))[-1]
        if event["queue"]["key"] == "segment:GICH" and event["queue"]["waiting"] == 1:
            break
    assert asyncio.get_running_loop().time() - begun < 0.3
    await socket.close()


async def test_who_comes_back_gets_what_was_missed(desk: Desk, leader: Desk) -> None:
    """Nothing is lost over a broken connection while somebody else is connected; otherwise a fresh snapshot."""
    other = await leader.listen()
    await told(other)
    socket = await desk.listen()
    seq = (await told(socket))["seq"]
    await socket.close()
    await desk.state("available")
    await until(other, "agent_changed")
    again = await desk.listen(after=seq)
    missed = (await until(again, "agent_changed"))[-1]
    assert missed["agent"]["state"] == "available"
    await again.close()
    ahead = await desk.listen(after=missed["seq"] + 10**6)
    assert (await told(ahead))["type"] == "snapshot"
    await ahead.close()
    await other.close()


async def test_who_comes_back_after_a_quiet_time_gets_a_snapshot(desk: Desk) -> None:
    """While nobody is connected nothing is kept."""
    socket = await desk.listen()
    seq = (await told(socket))["seq"]
    await socket.close()
    await _left(desk)
    await desk.state("available")
    again = await desk.listen(after=seq)
    snapshot = await told(again)
    assert (snapshot["type"], snapshot["me"]["state"]) == ("snapshot", "available")
    await again.close()


async def _left(desk: Desk) -> None:
    """The service has noticed that nobody is connected any more."""
    assert desk.client.app is not None
    readers = desk.client.app[WEB].live._readers
    async with asyncio.timeout(TOLD_LIMIT_S):
        while readers:  # noqa: ASYNC110 - what leaves is a set in the application, without an event of its own
            await asyncio.sleep(0.01)


async def test_the_token_may_come_as_the_first_message(desk: Desk) -> None:
    """A browser cannot send a header with a WebSocket."""
    socket = await desk.client.ws_connect(EVENTS_PATH)
    await socket.send_json({"token": desk.token})
    assert (await told(socket))["me"]["staff_number"] == "7001"
    await socket.close()


async def test_without_a_valid_token_the_socket_is_closed(desk: Desk) -> None:
    """Nothing is told to a stranger; a wrong header is refused before the upgrade."""
    for first in ('{"token": "wrong"}', "{}", "not json"):
        socket = await desk.client.ws_connect(EVENTS_PATH)
        await socket.send_str(first)
        assert (await socket.receive(timeout=TOLD_LIMIT_S)).type is WSMsgType.CLOSE
        assert socket.close_code == 4401
    assert await _refused_with(desk, EVENTS_PATH, {"Authorization": "Bearer wrong"}) == 401
    assert await _refused_with(desk, f"{EVENTS_PATH}?after=x", {"Authorization": f"Bearer {desk.token}"}) == 422
    plain = await desk.ask("GET", EVENTS_PATH)
    assert (plain.status, plain.body["error_id"]) == (426, "request.not_a_websocket")


async def test_logging_out_closes_the_socket(place: Place, desk: Desk) -> None:
    """The session's end reaches its open pages, not those of another session."""
    other = await (await place.log_in("7001")).listen()
    await told(other)
    socket = await desk.listen()
    await told(socket)
    assert (await desk.ask("DELETE", "/api/sessions/current")).status == 204
    while (message := await socket.receive(timeout=TOLD_LIMIT_S)).type is WSMsgType.TEXT:
        pass
    assert (message.type, socket.close_code) == (WSMsgType.CLOSE, 4401)
    assert (await until(other, "agent_changed"))[-1]["agent"]["state"] == "logged_out"
    await other.close()


async def test_pending_keeps_the_time_after_call_work_ends(place: Place, desk: Desk) -> None:
    """R-STATE-4, R-STATE-5: a request during the call does not lose what the page counts down to."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    (offer,) = await place.table(t.offer)
    await place.store.run(ledger.answer_offer, offer.offer_id, place.clock.now())
    socket = await desk.listen()
    await told(socket)
    await desk.state("not_ready", "Break")
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), Limits())
    first = (await until(socket, "agent_changed"))[-1]["agent"]
    assert (first["state"], first["pending"], first["ends_at"]) == (
        "on_call",
        {"state": "not_ready", "code": "Break", "by": "agent 7001"},
        None,
    )
    second = (await until(socket, "agent_changed"))[-1]["agent"]
    assert (second["state"], second["ends_at"]) == ("after_call_work", "2026-11-23T09:10:00Z")
    await socket.close()
