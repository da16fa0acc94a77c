"""A call's time line over REST, on a real store: JSON, picture, and the prompts that were played."""

from __future__ import annotations

import io
import wave
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from aiohttp.test_utils import TestClient, TestServer

from ivr.acd import ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd, OfferState
from ivr.domain.ids import CallId, OfferId
from ivr.domain.routes import Segments, existing_case
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.store.ports import Tx
from ivr.voice.prompt_build import build_with
from ivr.voice.prompts import Prompts
from ivr.web.server import make_app
from ivr.web.services import WebServices
from tests.integration.web.desk import BOTH_STORES, CHEAP, Clock, Desk, Place
from tests.unit.voice.fake_programs import FakeNarrower, FakeSpeaker

NAMES: Final = Segments()
SHIPPED: Final = Path(__file__).parents[3] / "prompts"


async def _offer(place: Place) -> OfferId:
    return OfferId((await place.table(t.offer))[-1].offer_id)


async def _talked(place: Place, desk: Desk) -> CallId:
    """Not answered once, then answered, held for 10 s, over, and After Call Work ended after 30 s."""
    clock, run = place.clock, place.store.run
    await desk.state("available")
    call_id = await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"))
    clock.pass_(15)
    await run(ledger.end_offer, await _offer(place), OfferState.NO_ANSWER, clock.now(), Limits())
    clock.pass_(60)
    await desk.state("available")
    await run(ledger.unblock, call_id, desk.agent_id, clock.now())
    clock.pass_(3)
    await run(ledger.answer_offer, await _offer(place), clock.now())
    clock.pass_(20)
    await run(toolbar.hold, desk.agent_id, clock.now())
    clock.pass_(10)
    await run(toolbar.retrieve, desk.agent_id, clock.now())
    clock.pass_(5)
    await run(ledger.end_call, call_id, CallEnd.ABANDONED_MENU, clock.now(), Limits())
    clock.pass_(30)
    await desk.state("available")
    return call_id


def _spans(told: dict[str, Any], lane: str) -> list[str]:
    return [span["words"] for span in told["spans"] if span["lane"] == lane]


@BOTH_STORES
async def test_a_leader_sees_who_was_with_whom(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MI-2: each ringing and how it ended, talk, hold, After Call Work and its end; whom the queue is for by name."""
    call_id = await _talked(place, desk)
    told = (await leader.ask("GET", f"/api/calls/{call_id}/timeline")).body
    assert [lane["words"] for lane in told["lanes"]] == ["Caller", "Queue", "7001 Megan Price"]
    assert _spans(told, "caller") == ["Waits", "Talks", "On hold", "Talks"]
    assert _spans(told, "agent:7001") == [
        "Rings: not answered",
        "Rings: answered",
        "Talks",
        "Holds",
        "Talks",
        "After Call Work",
    ]
    assert told["ended"] == "answered by a caseworker"
    first = told["steps"][0]
    assert (first["number"], first["lane"], first["what"]) == (1, "queue", "queued")
    assert "7001 Megan Price, team Maintenance 1" in first["words"]
    assert told["end"] == (place.clock.now()).isoformat().replace("+00:00", "Z")
    assert told["steps"][-1]["words"] == "After Call Work ends: Available"


async def test_in_welsh(place: Place, desk: Desk, leader: Desk) -> None:
    """The service's own words, in the language asked for."""
    call_id = await _talked(place, desk)
    told = (await leader.ask("GET", f"/api/calls/{call_id}/timeline?language=cy")).body
    assert _spans(told, "caller") == ["Yn aros", "Yn siarad", "Yn cael ei ddal", "Yn siarad"]
    assert told["ended"] == "atebwyd gan weithiwr achos"


async def test_what_goes_on_has_no_end_yet(place: Place, desk: Desk, leader: Desk) -> None:
    """A call that waits is told as far as it has come."""
    call_id = await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"))
    place.clock.pass_(40)
    told = (await leader.ask("GET", f"/api/calls/{call_id}/timeline")).body
    assert (told["end"], told["ended"]) == (None, "goes on")
    assert [(span["lane"], span["end"]) for span in told["spans"]] == [("caller", None), ("queue", None)]


async def test_the_picture_is_drawn_with_and_without_its_list(place: Place, desk: Desk, leader: Desk) -> None:
    """The page has a list of its own."""
    call_id = await _talked(place, desk)
    whole = await leader.ask("GET", f"/api/calls/{call_id}/timeline.svg?language=cy")
    bare = await leader.ask("GET", f"/api/calls/{call_id}/timeline.svg?steps=0")
    assert whole.headers["Content-Type"].startswith("image/svg+xml")
    heights = [float(ET.fromstring(one.body).attrib["height"]) for one in (whole, bare)]  # noqa: S314 - our own
    assert heights[0] > heights[1] + 100
    assert "Gwaith ar ôl galwad".encode() in whole.body


async def test_who_may_not_sees_nothing(place: Place, desk: Desk) -> None:
    """As with journeys: leaders and operations."""
    call_id = await _talked(place, desk)
    for path in (f"/api/calls/{call_id}/timeline", f"/api/calls/{call_id}/timeline.svg", "/api/prompts/en/greeting"):
        assert (await desk.ask("GET", path)).status == 403


async def test_an_unknown_call(leader: Desk) -> None:
    """404, in words."""
    for path in ("timeline", "timeline.svg"):
        answered = await leader.ask("GET", f"/api/calls/c0000000000000000/{path}")
        assert (answered.status, answered.body["error_id"]) == (404, "call.unknown")


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Prompts:
    """The shipped texts, with sounds of no meaning."""
    out = tmp_path_factory.mktemp("prompts")
    build_with(SHIPPED, out, FakeSpeaker(), FakeNarrower())
    return Prompts.load(out)


async def test_a_prompt_is_played_as_the_call_heard_it(store: SqlStore, clock: Clock, prompts: Prompts) -> None:
    """R-MI-2: by its name, of the configuration that the call began with, with the value that was said."""
    asked: list[str | None] = []

    async def of(config_hash: str | None) -> Prompts:
        asked.append(config_hash)
        return prompts

    services = WebServices(store, now=clock.now, passwords=CHEAP, prompts=of)
    async with TestClient(TestServer(make_app(services))) as client:
        place = Place(store, clock, health=await services.health(), client=client)
        leader = await place.log_in("7101")
        route = existing_case(NAMES, leader.agent_id, "Maintenance 1", "Maintenance")
        call_id = await place.call(route, config_hash="abc")
        await _heard(place, call_id)
        told = (await leader.ask("GET", f"/api/calls/{call_id}/timeline")).body
        (greeting, position) = (step["prompts"][0] for step in told["steps"] if step["what"] == "played")
        assert greeting["text"] == prompts.text("en", "greeting")
        assert (position["name"], position["value"]) == ("waiting-position", "3")
        assert "3" in position["text"] or "three" in position["text"]
        path = f"/api/prompts/en/waiting-position?value=3&call_id={call_id}"
        sound = await leader.ask("GET", path)
        assert (sound.status, sound.headers["Content-Type"], asked[-1]) == (200, "audio/wav", "abc")
        with wave.open(io.BytesIO(sound.body)) as played:
            assert played.getnframes() / played.getframerate() == pytest.approx(
                prompts.seconds("en", "waiting-position", position=3), abs=0.1
            )
        for wrong in ("waiting-position", "nothing-of-the-kind", "waiting-position?value=x"):
            assert (await leader.ask("GET", f"/api/prompts/en/{wrong}")).status in {404, 422}


async def _heard(place: Place, call_id: CallId) -> None:
    now = place.clock.now()
    for n, data in enumerate(({"prompts": "greeting"}, {"prompts": "waiting-position", "position": "3"})):
        at, whole = now + timedelta(seconds=n), data | {"language": "en"}
        await place.store.run(_note, call_id, at, whole)


def _note(tx: Tx, call_id: CallId, at: datetime, data: dict[str, str]) -> None:
    tx.call_fact(call_id, at, "played", data)
