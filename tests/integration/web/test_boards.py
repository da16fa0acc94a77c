"""The boards on real stores: today's figures, thresholds that break and are kept again, a leader who knows (R-MON)."""

from __future__ import annotations

from typing import Any, Final

import pytest
from aiohttp import ClientWebSocketResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection, update

from ivr.acd import ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain import thresholds
from ivr.domain.events import CallEnd, OfferState
from ivr.domain.ids import CallId, OfferId
from ivr.domain.routes import Segments, existing_case, general
from ivr.domain.thresholds import MonitorRules, Rules
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.web.server import make_app
from ivr.web.services import HealthNow, WebServices
from tests.integration.web.desk import BOTH_STORES, CHEAP, Clock, Desk, Json, Place, told, until

pytestmark = BOTH_STORES
GICH: Final = "segment:GICH"
GENERAL: Final = general(Segments())
LIMITS: Final = thresholds.Limits(waiting=1, longest_wait_s=60, service_level_percent=80, service_level_calls=2)
RUTH: Final = {"staff_number": "7101", "name": "Ruth Hargreaves"}


@pytest.fixture
async def place(store: SqlStore, clock: Clock) -> Any:
    """The application with strict thresholds."""
    place = Place(store, clock, HealthNow(pbx_linked=True, database_answers=True))
    async with TestClient(TestServer(make_app(_services(place)))) as client:
        place.client = client
        yield place


def _services(place: Place) -> WebServices:
    rules = MonitorRules(Rules(limits=LIMITS))
    return WebServices(
        place.store, health=place.health_now, now=place.clock.now, passwords=CHEAP, monitor=lambda: rules
    )


async def _queue(leader: Desk, key: str = GICH) -> Json:
    queues = (await leader.ask("GET", "/api/queues")).body["queues"]
    (found,) = [queue for queue in queues if queue["key"] == key]
    return dict(found)


async def _until_queue(socket: ClientWebSocketResponse, breaches: list[str], key: str = GICH) -> Json:
    """The queue as it is told once exactly these of its thresholds are broken."""
    while True:
        queue = (await until(socket, "queue_changed"))[-1]["queue"]
        if queue["key"] == key and [one["what"] for one in queue["breaches"]] == breaches:
            return dict(queue)


async def _gives_up(place: Place, call_id: CallId) -> None:
    await place.store.run(ledger.end_call, call_id, CallEnd.ABANDONED_QUEUE, place.clock.now(), Limits())


async def _offer(place: Place, call_id: CallId) -> OfferId:
    offers = [one for one in await place.table(t.offer) if one.call_id == call_id]
    return OfferId(max(offers, key=lambda one: one.made_at).offer_id)


async def _a_morning(place: Place, desk: Desk) -> CallId:
    """One answered after 10 s, one given up after a minute, one redirected, answered late, still there; one waits."""
    maintenance = existing_case(Segments(), None, "Maintenance 1", "Maintenance")
    first = await place.call(maintenance)
    place.clock.pass_(10)
    await desk.state("available")
    now = place.clock.now()
    await place.store.run(ledger.answer_offer, await _offer(place, first), now)
    await place.store.run(ledger.end_call, first, CallEnd.ANSWERED, now, Limits())
    await place.store.run(toolbar.work_over, desk.agent_id, now, now, 5400.0)
    given_up = await place.call(GENERAL)
    place.clock.pass_(60)
    await _gives_up(place, given_up)
    late = await place.call(maintenance)
    await place.store.run(
        ledger.end_offer, await _offer(place, late), OfferState.NO_ANSWER, place.clock.now(), Limits()
    )
    place.clock.pass_(900)
    await place.store.run(ledger.unblock, late, desk.agent_id, place.clock.now())
    await desk.state("available")
    await place.store.run(ledger.answer_offer, await _offer(place, late), place.clock.now())
    return await place.call(GENERAL)


async def test_the_monitor_has_the_day_so_far(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1, R-MI-1: by queue and in all, told as it changes, the same over REST, in the snapshot and after it."""
    page = await leader.listen()
    assert (await told(page))["today"]["totals"]["offered"] == 0
    await _a_morning(place, desk)
    while True:
        today = (await until(page, "today_changed"))[-1]["today"]
        if today["totals"]["offered"] == 4:
            break
    assert today["day"] == "2026-11-23"
    assert today["totals"] == {
        "offered": 4,
        "answered": 2,
        "abandoned": 1,
        "abandoned_short": 0,
        "otherwise": 0,
        "in_progress": 1,
        "redirected": 1,
        "service_level_percent": 33,
        "average_speed_of_answer_s": 455.0,
        "longest_wait_s": 900.0,
    }
    slices = [(one["begin"][11:16], one["offered"], one["answered"], one["abandoned"]) for one in today["slices"]]
    assert slices == [("09:00", 3, 2, 1), ("09:15", 1, 0, 0)]
    team = (await _queue(leader, "team:Maintenance 1"))["today"]
    expected = {"entered": 2, "answered": 2, "abandoned": 0, "redirected": 1}
    assert team == expected | {"abandoned_short": 0, "answered_percent": 100, "service_level_percent": 50}
    assert (await leader.ask("GET", "/api/today")).body == today
    assert (await desk.ask("GET", "/api/today")).status == 403
    again = await leader.listen()
    assert (await told(again))["today"] == today
    own = await told(await desk.listen())
    assert (own["today"], {q["key"] for q in own["queues"]}) == (None, {"team:Maintenance 1", "segment:Maintenance"})
    sums = (await leader.ask("GET", "/api/measures")).body["queues"]
    assert [q["entered"] for q in sums if q["key"] == "team:Maintenance 1"] == [team["entered"]]


async def test_a_process_that_begins_counts_the_day_from_its_rows(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1: nothing of today is lost with a process."""
    await _a_morning(place, desk)
    async with TestClient(TestServer(make_app(_services(place)))) as client:
        other = Desk(client, leader.token, leader.agent_id)
        found = (await other.ask("GET", "/api/today")).body
        assert (found["totals"]["offered"], len(found["slices"])) == (4, 2)
        page = await leader.listen()  # so that the first process counts soon
        seen = (await told(page))["today"]
        while seen != found:  # the first process counts by and by, or has counted already
            seen = (await until(page, "today_changed"))[-1]["today"]
        await page.close()


async def test_what_another_process_writes_is_counted_too(place: Place, leader: Desk) -> None:
    """R-MON-1: the one that runs beside this one in a take-over, or another node; within half a minute."""
    row = {"call_id": "c0000000000000009", "state": "ended", "line": "general", "brand": "cmg", "language": "en"}
    row |= {"channel_id": "ch", "dnis": "", "cli": "", "node": "", "pop": "blank"}
    now = place.clock.now()
    page = await leader.listen()
    await told(page)
    await place.add(t.call, **row, config_hash="", overflowed=False, arrived_at=now, ended_at=now, end="abandoned_menu")
    place.clock.pass_(31)
    await place.call(GENERAL)
    today = (await until(page, "today_changed"))[-1]["today"]
    assert (today["totals"]["offered"], today["totals"]["abandoned_short"]) == (2, 1)


async def test_a_day_ends_at_midnight_in_london(place: Place, leader: Desk) -> None:
    """R-MON-1: the figures begin anew; a call from before midnight belongs to its day."""
    await place.call(GENERAL)
    place.clock.pass_(15 * 3600)
    leader = await place.log_in("7101")
    today = (await leader.ask("GET", "/api/today")).body
    assert (today["day"], today["begin"], today["totals"]["offered"]) == ("2026-11-24", "2026-11-24T00:00:00Z", 0)
    page = await leader.listen()
    await told(page)
    await place.call(GENERAL)
    assert (await until(page, "today_changed"))[-1]["today"]["totals"]["offered"] == 1
    assert (await _queue(leader))["today"]["entered"] == 1


async def test_thresholds_break_and_are_kept_again(place: Place, leader: Desk) -> None:
    """R-MON-3: too many wait; one waits too long, by its instant; too few are answered. Over when it is over."""
    page = await leader.listen()
    await told(page)
    first = await place.call(GENERAL)
    place.clock.pass_(61)
    second = await place.call(GENERAL)
    queue = await _until_queue(page, ["longest_wait", "waiting"])
    late, many = queue["breaches"]
    assert (late["value"], late["limit"], late["since"]) == (None, 60, "2026-11-23T09:01:00Z")
    assert (many["value"], many["limit"], many["since"]) == (2, 1, "2026-11-23T09:01:01Z")
    assert queue["limits"] == {"waiting": 1, "longest_wait_s": 60, "service_level_percent": 80}
    await _gives_up(place, first)
    assert (await _until_queue(page, []))["waiting"] == 1
    place.clock.pass_(10)
    await _gives_up(place, second)
    (level,) = (await _until_queue(page, ["service_level"]))["breaches"]
    assert (level["value"], level["limit"]) == (0, 80)
    kept = {row.what: row.ended_at for row in await place.table(t.breach) if row.ended_at is None}
    assert set(kept) == {"service_level"}


async def test_the_first_leader_who_knows_is_named_to_all(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-3: audited; told to other leaders; kept over a restart; a breach that comes again is another."""
    other = await place.log_in("7102")
    page = await other.listen()
    await told(page)
    first = await place.call(GENERAL)
    await place.call(GENERAL)
    await _until_queue(page, ["waiting"])
    path = f"/api/queues/{GICH}/breaches/waiting/acknowledge"
    answered = await leader.ask("POST", path)
    assert (answered.status, answered.body["breaches"][0]["acknowledged_by"]) == (200, RUTH)
    (breach,) = (await _until_queue(page, ["waiting"]))["breaches"]
    assert breach["acknowledged_by"] == RUTH
    assert (await other.ask("POST", path)).body["breaches"][0]["acknowledged_by"] == RUTH
    (entry,) = (await leader.ask("GET", "/api/audit?kind=breach")).body["entries"]
    assert (entry["actor"], entry["what"], entry["subject"], entry["why"]) == (
        "agent 7101",
        "breach_acknowledged",
        GICH,
        "waiting",
    )
    async with TestClient(TestServer(make_app(_services(place)))) as client:
        again = Desk(client, leader.token, leader.agent_id)
        assert (await _queue(again))["breaches"] == [breach]
    await _gives_up(place, first)
    await _until_queue(page, [])
    assert (await leader.ask("POST", path)).status == 409
    await place.call(GENERAL)
    (anew,) = (await _until_queue(page, ["waiting"]))["breaches"]
    assert (anew["acknowledged_by"], anew["breach_id"] != breach["breach_id"]) == (None, True)
    assert (await leader.ask("POST", "/api/queues/segment:Gich/breaches/waiting/acknowledge")).status == 404
    assert (await desk.ask("POST", path)).status == 403


def _rename(sql: Connection) -> None:
    sql.execute(update(t.agent).where(t.agent.c.staff_number == "7002").values(name="Daniel Brand"))


async def test_who_is_new_is_told_with_name_and_role(place: Place, leader: Desk) -> None:
    """R-MON-1: whoever was put on record since, or was given another name, is known when they log in."""
    page = await leader.listen()
    await told(page)
    await place.log_in("7002")
    changed = (await until(page, "agent_changed"))[-1]["agent"]
    assert (changed["name"], changed["role"], changed["state"]) == ("Daniel Okafor", "agent", "not_ready")
    await leader.ask("PUT", "/api/agents/7002/state", json={"state": "logged_out"})
    assert (await until(page, "agent_changed"))[-1]["agent"]["name"] == "Daniel Okafor"
    await place.store.write(_rename)
    await place.log_in("7002")
    assert (await until(page, "agent_changed"))[-1]["agent"]["name"] == "Daniel Brand"


async def test_a_snapshot_has_the_calls_that_agents_are_finishing(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-1: whose After Call Work goes on; the call itself is over."""
    await desk.state("available")
    call_id = await place.call(existing_case(Segments(), None, "Maintenance 1", "Maintenance"))
    await place.store.run(ledger.answer_offer, await _offer(place, call_id), place.clock.now())
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), Limits())
    over = await place.call(GENERAL)
    await _gives_up(place, over)
    first = await told(await leader.listen())
    assert [(call["call_id"], call["state"], call["caller"]) for call in first["calls"]] == [(call_id, "ended", "…123")]
    assert [one["call_id"] for one in first["agents"] if one["staff_number"] == "7001"] == [call_id]
