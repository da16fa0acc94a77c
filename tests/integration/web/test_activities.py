"""Activities and the agent's own work, over the API and the live events (R-ACT, R-EMP-5, R-CB-5, R-WAIT-4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from ivr.acd import ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.activities import DESCRIPTION_LENGTH, OUTCOMES
from ivr.domain.events import CallEnd, TalkChanged
from ivr.domain.ids import CallId
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Segments, employer, existing_case, general
from ivr.store import tables as t
from ivr.store.ports import Tx
from ivr.web.registry import WEB
from tests.integration.web.desk import BOTH_STORES, START, Desk, Json, Place, told, until

pytestmark = BOTH_STORES
NAMES, LIMITS = Segments(), Limits()
ACTIVITIES, CALL = "/api/activities", "/api/agents/me/call"
NUMBER = "07700 900123"
OUTCOME_COUNT = 19


async def _answered(place: Place, desk: Desk, **values: Any) -> CallId:
    """A caller of Megan's own case, who talks with her."""
    await desk.state("available")
    call_id = await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"), **values)
    await place.store.run(_answer, call_id, place)
    return call_id


def _answer(tx: Tx, call_id: CallId, place: Place) -> None:
    call: CallRow | None = tx.call(call_id)
    assert call is not None
    assert call.offer_id is not None
    assert ledger.answer_offer(tx, call.offer_id, place.clock.now())


async def _mine(desk: Desk, query: str = "") -> list[Json]:
    answered = await desk.ask("GET", ACTIVITIES + query)
    assert answered.status == 200, answered.body
    found: list[Json] = answered.body["activities"]
    return found


async def _of_call(desk: Desk) -> Json:
    answered = await desk.ask("GET", CALL)
    assert answered.status == 200, answered.body
    found: Json = answered.body["activity"]
    return found


async def test_it_is_written_while_the_call_rings_and_closed_with_an_outcome(place: Place, desk: Desk) -> None:
    """R-ACT-1, R-ACT-2: with the offer; notes are kept as typed; a wrong or missing outcome is told with the list."""
    await desk.state("available")
    await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"), client_id=1)
    rung = await _of_call(desk)
    assert (rung["kind"], rung["name"], rung["direction"]) == ("client", "Jane Example", "inbound")
    assert rung["taken_at"] is None
    assert await _mine(desk) == []
    path = f"{ACTIVITIES}/{rung['activity_id']}"
    assert (await desk.ask("PATCH", path, json={"notes": "Rings twice a week."})).status == 200
    early = await desk.ask("POST", f"{path}/close", json={"outcome": "call_resolved"})
    assert (early.status, early.body["error_id"]) == (409, "activity.not_taken")
    await place.store.run(_answer, CallId(rung["call_id"]), place)
    written = await desk.ask("PATCH", path, json={"description": "Arrears."})
    kept = written.body["activity"]
    assert (kept["description"], kept["notes"], kept["taken_at"] is None) == ("Arrears.", "Rings twice a week.", False)
    for body in ({}, {"outcome": None}, {"outcome": "resolved"}):
        refused = await desk.ask("POST", f"{path}/close", json=body)
        assert refused.status == 422
        said = refused.body["message"] + refused.body.get("expected", "")
        assert all(one.value in said for one in OUTCOMES)
    closed = await desk.ask("POST", f"{path}/close", json={"outcome": "call_resolved"})
    assert (closed.body["activity"]["outcome"], closed.body["activity"]["closed_by"]["staff_number"]) == (
        "call_resolved",
        "7001",
    )
    again = await desk.ask("PATCH", path, json={"notes": "x"})
    assert (again.status, again.body["error_id"]) == (409, "activity.is_closed")
    assert await _mine(desk) == []


async def test_what_is_too_long_is_refused_and_says_where_it_goes(place: Place, desk: Desk) -> None:
    """R-ACT-2: what does not fit goes to the contact's notes."""
    await _answered(place, desk)
    path = f"{ACTIVITIES}/{(await _of_call(desk))['activity_id']}"
    refused = await desk.ask("PATCH", path, json={"description": "x" * (DESCRIPTION_LENGTH + 1)})
    assert (refused.status, refused.body["field"]) == (422, "description")
    assert "contact's notes" in refused.body["message"]
    assert (await desk.ask("PATCH", path, json={"description": "x" * DESCRIPTION_LENGTH})).status == 200


async def test_work_that_runs_out_leaves_it_open_and_the_leader_sees_it(place: Place, desk: Desk, leader: Desk) -> None:
    """R-ACT-3: never closed by the system; a leader of the team closes it, which is audited."""
    call_id = await _answered(place, desk, client_id=1)
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), LIMITS)
    since = place.clock.now()
    place.clock.pass_(600)
    assert await place.store.run(toolbar.work_over, desk.agent_id, since, place.clock.now(), 5400.0)
    assert (await desk.ask("GET", CALL)).status == 204
    (left,) = await _mine(desk)
    assert [one["activity_id"] for one in await _mine(leader)] == [left["activity_id"]]
    assert [one["activity_id"] for one in await _mine(leader, "?agent=7001")] == [left["activity_id"]]
    assert await _mine(leader, "?agent=7002") == await _mine(leader, "?team=GICH%201") == []
    path = f"{ACTIVITIES}/{left['activity_id']}"
    assert (await leader.ask("POST", f"{path}/close", json={"outcome": "call_resolved"})).status == 200
    audit = (await leader.ask("GET", "/api/audit?what=activity_closed")).body["entries"]
    assert [(one["actor"], one["subject"], one["why"]) for one in audit] == [
        ("agent 7101", left["activity_id"], "call_resolved")
    ]


async def test_anothers_is_not_touched(place: Place, desk: Desk) -> None:
    """R-ACT-1: whoever took part has their own; teams are for leaders."""
    await _answered(place, desk)
    other = await place.log_in("7002")
    path = f"{ACTIVITIES}/{(await _of_call(desk))['activity_id']}"
    deeds: list[tuple[str, str, Json]] = [
        ("PATCH", "", {"notes": "x"}),
        ("POST", "/close", {"outcome": "no_answer"}),
        ("POST", "/attach", {"kind": "client", "record_id": 1}),
    ]
    for method, verb, body in deeds:
        refused = await other.ask(method, path + verb, json=body)
        assert (refused.status, refused.body["error_id"]) == (409, "activity.not_yours")
    assert (await other.ask("GET", f"{ACTIVITIES}?agent=7001")).status == 403
    assert (await other.ask("GET", f"{ACTIVITIES}?team=Maintenance%201")).status == 403
    assert (await desk.ask("PATCH", f"{ACTIVITIES}/v0000000000000000", json={"notes": "x"})).status == 404


async def test_it_is_attached_and_found_with_the_record(place: Place, desk: Desk) -> None:
    """R-ACT-2, R-EMP-1: a record, then its case; what is not there is refused; its brand's words follow (R-NI)."""
    await _answered(place, desk)
    activity = await _of_call(desk)
    path = f"{ACTIVITIES}/{activity['activity_id']}/attach"
    assert activity["kind"] is None
    attached = (await desk.ask("POST", path, json={"kind": "client", "record_id": 1})).body["activity"]
    assert (attached["name"], attached["reference"], attached["case_id"]) == ("Jane Example", "120000000019", None)
    case_id = (await place.rows(_case_ids, "900000004471"))[0][0]
    cased = (await desk.ask("POST", path, json={"kind": "case", "record_id": case_id})).body["activity"]
    assert (cased["kind"], cased["case_ending"], cased["brand"]) == ("client", "4471", "cmg")
    for kind, error_id in (("employer", "record.unknown"), ("case", "record.no_such_case")):
        refused = await desk.ask("POST", path, json={"kind": kind, "record_id": 999_999})
        assert (refused.status, refused.body["error_id"]) == (409, error_id)
    found = (await desk.ask("GET", "/api/records/client/1/activities")).body["activities"]
    assert [one["activity_id"] for one in found] == [activity["activity_id"]]
    assert (await desk.ask("GET", "/api/records/client/999999/activities")).status == 404


def _case_ids(sql: Connection, number: str) -> list[Any]:
    return list(sql.execute(select(t.case_file.c.case_id).where(t.case_file.c.number == number)))


async def test_an_employers_call_has_a_reason(place: Place, desk: Desk) -> None:
    """R-EMP-5: chosen from the list, and only for employers' calls."""
    await desk.state("available")
    call_id = await place.call(employer(NAMES, desk.agent_id), employer_id=1)
    await place.store.run(_answer, call_id, place)
    activity = await _of_call(desk)
    path = f"{ACTIVITIES}/{activity['activity_id']}"
    assert (activity["wants_reason"], activity["kind"]) == (True, "employer")
    written = await desk.ask("PATCH", path, json={"reason": "deo_payment_query"})
    assert written.body["activity"]["reason"] == "deo_payment_query"
    closed = await desk.ask("POST", f"{path}/close", json={"outcome": "call_resolved", "reason": "other"})
    assert closed.body["activity"]["reason"] == "other"


async def test_a_clients_call_has_none(place: Place, desk: Desk) -> None:
    """R-EMP-5."""
    await _answered(place, desk, client_id=1)
    path = f"{ACTIVITIES}/{(await _of_call(desk))['activity_id']}"
    refused = await desk.ask("PATCH", path, json={"reason": "other"})
    assert (refused.status, refused.body["error_id"]) == (409, "activity.no_employer")


async def test_a_call_on_another_phone_is_entered_by_hand(desk: Desk) -> None:
    """R-ACT-4: with its own date and time, which are past."""
    began_at = (START - timedelta(days=3)).isoformat()
    body = {
        "direction": "outbound",
        "began_at": began_at,
        "description": "From the court.",
        "kind": "client",
        "record_id": 3,
    }
    made = await desk.ask("POST", ACTIVITIES, json=body)
    assert made.status == 201
    entered = made.body["activity"]
    assert (entered["by_hand"], entered["call_id"], entered["direction"]) == (True, None, "outbound")
    assert [one["activity_id"] for one in await _mine(desk)] == [entered["activity_id"]]
    ahead = await desk.ask("POST", ACTIVITIES, json=body | {"began_at": (START + timedelta(days=1)).isoformat()})
    assert (ahead.status, ahead.body["error_id"]) == (409, "activity.time_ahead")


async def test_the_lists_in_the_brands_words(desk: Desk) -> None:
    """R-ACT-1, R-NI-1: nineteen outcomes and five reasons, in both languages."""
    cmg = (await desk.ask("GET", "/api/outcomes")).body
    nicms = (await desk.ask("GET", "/api/outcomes?brand=nicms")).body
    assert (len(cmg["outcomes"]), len(cmg["reasons"])) == (OUTCOME_COUNT, 5)
    labels = [{one["value"]: one["label"] for one in found["outcomes"]} for found in (cmg, nicms)]
    assert labels[0]["signposted_to_dwp_dept"] == "Signposted to DWP Dept"
    assert labels[1]["signposted_to_dwp_dept"] == "Signposted to DSD Dept"
    assert labels[0].keys() == labels[1].keys()
    assert all(one["label_cy"] for one in cmg["outcomes"] + cmg["reasons"])


# --- what desks are told --------------------------------------------------------------------------------------------


async def test_the_desk_is_told_of_its_whole_call(place: Place, desk: Desk) -> None:
    """R-POP-2: through which queue, the line's name, the activity; and again when somebody is held or muted."""
    socket = await desk.listen()
    work = (await told(socket))["work"]
    assert not any(work[what] for what in ("activities", "call_backs", "own_waiting"))
    call_id = await _answered(place, desk, client_id=1)
    events = await until(socket, "my_call")
    while events[-1]["call"] is None or events[-1]["call"]["pop"]["state"] != "talking":
        events += await until(socket, "my_call")
    call = events[-1]["call"]
    assert (call["through"], call["line_name"]["en"], call["muted"]) == (
        {"kind": "agent", "name": "7001"},
        "General",
        False,
    )
    assert (call["activity"]["taken_at"] is None, call["earlier"], call["agent"]) == (False, [], "7001")
    await place.add(t.security_result, call_id=call_id, result="passed", agent_id=desk.agent_id, at=START)
    assert desk.client.app is not None
    desk.client.app[WEB].live.hear(TalkChanged(call_id, (desk.agent_id,)))
    assert (await until(socket, "my_call"))[-1]["call"]["pop"]["security"]["result"] == "passed"
    await socket.close()


async def test_the_desk_is_told_of_its_work(place: Place, desk: Desk) -> None:
    """R-ACT-3, R-CB-5: what is open, the call backs as they become due, what another desk of one's own has written."""
    socket = await desk.listen()
    await told(socket)
    call_id = await _answered(place, desk)
    work = (await until(socket, "work_changed"))[-1]["work"]
    while not work["activities"]:
        work = (await until(socket, "work_changed"))[-1]["work"]
    (activity,) = work["activities"]
    path = f"{ACTIVITIES}/{activity['activity_id']}"
    await desk.ask("PATCH", path, json={"notes": "typed"})
    assert (await until(socket, "activity_changed"))[-1]["activity"]["notes"] == "typed"
    await desk.ask("POST", f"{path}/close", json={"outcome": "call_resolved"})
    assert (await until(socket, "work_changed"))[-1]["work"]["activities"] == []
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), LIMITS)
    wanted = (START + timedelta(hours=2)).isoformat()
    agreed = {"whose": "self", "kind": "client", "record_id": 1, "contact_number": NUMBER, "description": "Schedule."}
    assert (await desk.ask("POST", "/api/call-backs", json=agreed | {"wanted_at": wanted})).status == 201
    (back,) = (await until(socket, "work_changed"))[-1]["work"]["call_backs"]
    assert (back["state"], back["name"], back["contact_number"]) == ("later", "Jane Example", "07700900123")
    for seconds, state in ((85 * 60, "due"), (60 * 60, "overdue")):
        place.clock.pass_(seconds)
        desk.client.app[WEB].live._desks.ask_work([desk.agent_id])  # the clock stands still
        assert (await until(socket, "work_changed"))[-1]["work"]["call_backs"][0]["state"] == state
    await socket.close()


async def test_own_calls_that_wait_are_told_and_gone_again(place: Place, desk: Desk) -> None:
    """R-WAIT-4: of one's own case, while nobody can take it."""
    socket = await desk.listen()
    await told(socket)
    other = await place.call(general(NAMES))
    call_id = await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"))
    (waiting,) = (await until(socket, "work_changed"))[-1]["work"]["own_waiting"]
    assert (waiting["call_id"], waiting["language"], other != call_id) == (call_id, "en", True)
    await place.store.run(ledger.end_call, call_id, CallEnd.ABANDONED_QUEUE, place.clock.now(), LIMITS)
    assert (await until(socket, "work_changed"))[-1]["work"]["own_waiting"] == []
    await socket.close()


async def test_who_comes_back_is_told_what_was_changed_meanwhile(place: Place, desk: Desk) -> None:
    """Nothing is missed: work is not told to who is away, and is when they come back."""
    socket, stays = await desk.listen(), await place.log_in("7002")
    seq = (await told(socket))["seq"]
    kept = await stays.listen()
    await socket.close()
    body = {"direction": "inbound", "began_at": START.isoformat()}
    assert (await desk.ask("POST", ACTIVITIES, json=body)).status == 201
    again = await desk.listen(after=seq)
    work = (await until(again, "work_changed"))[-1]["work"]
    assert len(work["activities"]) == 1
    await again.close()
    await kept.close()


async def test_the_work_of_many_is_read_at_once(place: Place, desk: Desk, monkeypatch: Any) -> None:
    """One read, however many desks are concerned."""
    other = await place.log_in("7002")
    sockets = [await one.listen() for one in (desk, other)]
    for socket in sockets:
        await told(socket)
    reads: list[str] = []
    read = place.store.read

    async def counted(step: Any, *args: Any) -> Any:
        reads.append(step.__qualname__)
        return await read(step, *args)

    monkeypatch.setattr(place.store, "read", counted)
    await place.store.write(_give_to_each, (desk.agent_id, other.agent_id), place)
    assert desk.client.app is not None
    desk.client.app[WEB].live._desks.ask_work(None)
    for socket in sockets:
        assert len((await until(socket, "work_changed"))[-1]["work"]["call_backs"]) == 1
        await socket.close()
    assert reads.count("DeskFeed._read") == 1


def _give_to_each(sql: Connection, agent_ids: tuple[int, ...], place: Place) -> None:
    now = place.clock.now()
    back = {"whose": "self", "contact_number": "07700900123", "description": "x", "passed_on": False}
    back |= {"starts_at": now, "ends_at": now, "raised_at": now}
    rows = [back | {"call_back_id": f"b{one:016}", "agent_id": one} for one in agent_ids]
    sql.execute(t.call_back.insert(), rows)
