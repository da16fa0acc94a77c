"""Who connects again, or connects late, misses nothing, and each change is written once, however many see it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.routes import Segments, existing_case
from ivr.web.boards import Boards
from ivr.web.event_models import AgentChangedTold
from tests.integration.web.desk import TOLD_LIMIT_S, Desk, Json, Place, told, until

MAINTENANCE = existing_case(Segments(), None, "Maintenance 1", "Maintenance")


async def test_a_call_that_rang_while_the_page_was_away_is_on_the_screen_again(
    place: Place, desk: Desk, leader: Desk
) -> None:
    """R-POP-2: the page's connection broke, the phone rang, the page came back with the last seq it had seen."""
    other = await leader.listen()
    await told(other)
    socket = await desk.listen()
    await desk.state("available")
    seq = (await until(socket, "agent_changed"))[-1]["seq"]
    await socket.close()
    call_id = await place.call(MAINTENANCE, client_id=1, pop="record")
    await until(other, "agent_changed")
    again = await desk.listen(after=seq)
    missed = await until(again, "my_call")
    while missed[-1]["call"] is None:
        missed += await until(again, "my_call")
    assert missed[-1]["call"]["pop"]["call_id"] == call_id
    assert "snapshot" not in {one["type"] for one in missed}
    assert [one["agent"]["state"] for one in missed if one["type"] == "agent_changed"] == ["reserved"]
    await again.close()
    await other.close()


async def test_a_call_that_began_with_the_snapshot_leaves_the_screen(place: Place, desk: Desk, leader: Desk) -> None:
    """R-WAIT-5: told earlier that there was none, then by a snapshot that there is one, a page hears of its end."""
    other = await leader.listen()
    await told(other)
    socket = await desk.listen()
    await told(socket)
    await desk.state("available")
    assert (await until(socket, "my_call"))[-1]["call"] is None
    await socket.close()
    call_id = await place.call(MAINTENANCE)
    late = await desk.listen()
    assert (await told(late))["call"]["pop"]["call_id"] == call_id
    await place.store.run(ledger.end_call, call_id, CallEnd.ABANDONED_MENU, place.clock.now(), Limits())
    heard = await until(late, "my_call")
    while heard[-1]["call"] is not None:
        heard += await until(late, "my_call")
    await late.close()
    await other.close()


async def test_what_was_told_is_the_same_for_who_stayed_and_who_came_back(place: Place, leader: Desk) -> None:
    """Message by message: `after` brings exactly what the one who stayed has heard since, in the same order."""
    stayed = await leader.listen()
    seq = (await told(stayed))["seq"]
    for staff in ("7001", "7002", "7003"):
        await (await place.log_in(staff)).state("available")
    heard = [await told(stayed)]
    while sum(one["type"] == "agent_changed" for one in heard) < 6:
        heard.append(await told(stayed))
    came_back = await leader.listen(after=seq)
    assert [await told(came_back) for _ in heard] == heard
    await came_back.close()
    await stayed.close()


async def test_each_change_is_written_once_for_all_who_see_it(leader: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty leaders watch: one text, thirty times the same."""
    made: list[str] = []
    write = AgentChangedTold.model_dump_json

    def counted(self: AgentChangedTold, **options: Any) -> str:
        made.append(write(self, **options))
        return made[-1]

    sockets = [await leader.listen() for _ in range(30)]
    for socket in sockets:
        await told(socket)
    monkeypatch.setattr(AgentChangedTold, "model_dump_json", counted)
    await leader.state("not_ready", "Training")
    texts = [(await until(socket, "agent_changed"))[-1] for socket in sockets]
    assert len(made) == 1
    assert all(text == texts[0] for text in texts)
    for socket in sockets:
        await socket.close()


async def test_a_change_back_to_what_was_told_before_a_snapshot_is_told(
    desk: Desk, leader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-MON-1: a snapshot shows a change that no board was read for yet; the change back is told all the same."""
    socket = await leader.listen()
    await told(socket)
    await desk.state("not_ready", "Lunch")
    await until(socket, "queue_changed")
    unread: list[object] = []

    async def nothing(_boards: Boards, changed: object, _counted: object) -> None:
        unread.append(changed)

    with monkeypatch.context() as away:
        away.setattr(Boards, "_read_and_tell", nothing)
        await desk.state("available")
        async with asyncio.timeout(TOLD_LIMIT_S):
            while not unread:  # noqa: ASYNC110 - the test's own list
                await asyncio.sleep(0.01)
        newcomer = await leader.listen()
        first = await told(newcomer)
    assert _available(first["queues"]) == 1
    await desk.state("not_ready", "Lunch")
    while _available([(await until(newcomer, "queue_changed"))[-1]["queue"]]) != 0:
        pass
    await newcomer.close()
    await socket.close()


def _available(queues: list[Json]) -> int | None:
    return next((queue["available"] for queue in queues if queue["key"] == "team:Maintenance 1"), None)
