"""Formal call backs over the API (R-CB-1 to R-CB-7), and what a suppression does to them (R-OUT-2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from ivr.domain.ids import AttemptId, CallId, new_attempt_id
from ivr.domain.purposes import AttemptOutcome, OutboundAttempt, Purpose
from ivr.store import tables as t
from ivr.store.ports import Tx
from tests.integration.web.desk import BOTH_STORES, START, Desk, Json, Place

pytestmark = BOTH_STORES
BACKS = "/api/call-backs"
NUMBER = "07700 900123"
JANES_CASE = "900000004471"
JANE = {"kind": "client", "record_id": 1, "case_number": JANES_CASE}
"""Her case is Megan's, 7001."""
PETER = {"kind": "client", "record_id": 3, "case_number": "900000007003"}
"""His is Daniel's, 7002."""


async def _raise(desk: Desk, whose: str, **agreed: Any) -> Json:
    body = {"whose": whose, "contact_number": NUMBER, "description": "About the schedule."} | agreed
    answered = await desk.ask("POST", BACKS, json=body)
    assert answered.status == 201, answered.body
    found: Json = answered.body["call_back"]
    return found


async def _ids(desk: Desk, query: str = "") -> list[str]:
    answered = await desk.ask("GET", BACKS + query)
    assert answered.status == 200, answered.body
    return [one["call_back_id"] for one in answered.body["call_backs"]]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _move_case(sql: Connection, number: str, owner_id: int) -> None:
    sql.execute(update(t.case_file).where(t.case_file.c.number == number).values(owner_id=owner_id))


def _attempt(desk: Desk, at: datetime) -> OutboundAttempt:
    whom, purpose = ("client", 1), (Purpose.COMPLAINT, True)
    return OutboundAttempt(new_attempt_id(at), CallId("c1"), desk.agent_id, at, *whom, *purpose)


def _begin(tx: Tx, row: OutboundAttempt) -> None:
    tx.begin_attempt(row)


def _end(tx: Tx, attempt_id: AttemptId, outcome: AttemptOutcome, at: datetime) -> bool:
    return tx.end_attempt(attempt_id, outcome, at)


async def test_for_oneself_with_an_agreed_time(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-1 to R-CB-3: it has number, time, SCIN, the case's last four digits; it is due by the agreed time."""
    made = await _raise(desk, "self", **JANE, wanted_at="2026-11-25T18:00:00+00:00")
    assert (made["reference"], made["case_ending"], made["contact_number"]) == ("120000000019", "4471", "07700900123")
    assert (made["holder"]["staff_number"], made["service_request_id"], made["passed_on"]) == ("7001", None, False)
    times = [_at(made[name]) for name in ("reminds_at", "starts_at", "ends_at")]
    assert [at.strftime("%d %H:%M") for at in times] == ["25 17:25", "25 17:30", "25 18:00"]
    assert await _ids(desk) == [made["call_back_id"]]
    (entry,) = (await leader.ask("GET", "/api/audit?what=call_back_raised")).body["entries"]
    assert (entry["actor"], entry["record_id"], entry["subject"]) == ("agent 7001", 1, made["call_back_id"])
    kept = repr([tuple(row) for row in await place.table(t.audit)])
    assert "900123" not in kept


async def test_for_the_owner_it_is_a_service_request_too(place: Place, desk: Desk) -> None:
    """R-CB-1: Manage inbound call, General enquiry twice; flagged, Pending Assignment, in the owner's queue."""
    made = await _raise(desk, "owner", **PETER)
    assert made["holder"] == {"staff_number": "7002", "name": "Daniel Okafor"}
    assert _at(made["ends_at"]) == START + timedelta(days=1)
    assert await _ids(desk) == []
    owner = await place.log_in("7002")
    assert await _ids(owner) == [made["call_back_id"]]
    (request,) = (await owner.ask("GET", "/api/service-requests")).body["service_requests"]
    assert (request["process"], request["area"], request["sub_area"]) == (
        "Manage inbound call",
        "General enquiry",
        "General enquiry",
    )
    assert (request["call_back"], request["status"], request["owner"]["staff_number"]) == (
        True,
        "pending_assignment",
        "7002",
    )
    closed = await owner.ask("POST", f"{BACKS}/{made['call_back_id']}/close", json={"result": "not_required"})
    assert (closed.body["call_back"]["result"], closed.body["call_back"]["in_time"]) == ("not_required", None)
    assert (await owner.ask("GET", "/api/service-requests")).body["service_requests"] == []


async def test_it_moves_with_the_case_unless_it_was_passed_alone(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-1, R-CB-7: the case's new owner has it; passed alone, the other agent does, whoever has the case."""
    made = await _raise(desk, "self", **JANE)
    path = f"{BACKS}/{made['call_back_id']}"
    sian = await place.log_in("7003")
    await place.store.write(_move_case, JANES_CASE, sian.agent_id)
    assert (await _ids(desk), await _ids(sian)) == ([], [made["call_back_id"]])
    priya = await place.log_in("7004")
    case = f"/api/cases/{JANES_CASE}"
    assert not (await priya.ask("GET", case)).body["case"]["detail"]
    refused = await desk.ask("POST", f"{path}/pass", json={"staff_number": "7001", "why": "Mine."})
    assert refused.status == 403
    passed = await leader.ask("POST", f"{path}/pass", json={"staff_number": "7004", "why": "The owner is away."})
    assert (passed.status, passed.body["call_back"]["passed_on"]) == (200, True)
    assert (await _ids(sian), await _ids(priya)) == ([], [made["call_back_id"]])
    assert (await priya.ask("GET", case)).body["case"]["detail"], "R-CB-7: that agent can read the case"
    await place.store.write(_move_case, JANES_CASE, desk.agent_id)
    assert await _ids(priya) == [made["call_back_id"]]
    await leader.ask("POST", f"{path}/pass", json={"staff_number": None, "why": "The owner is back."})
    assert (await _ids(priya), await _ids(desk)) == ([], [made["call_back_id"]])
    assert not (await priya.ask("GET", case)).body["case"]["detail"]
    unknown = await leader.ask("POST", f"{path}/pass", json={"staff_number": "1234", "why": "Nobody."})
    assert (unknown.status, unknown.body["error_id"]) == (409, "agent.unknown")


async def test_a_leader_sees_what_is_overdue_and_who_is_absent(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-5: overdue ones, and those of who is logged out, of the teams they lead."""
    absent = await _raise(desk, "owner", **PETER)
    own = await _raise(desk, "self", **JANE, wanted_at="2026-11-23T10:00:00Z")
    assert await _ids(leader, "?whose=teams") == [own["call_back_id"], absent["call_back_id"]]
    assert await _ids(leader, "?whose=teams&only=absent") == [absent["call_back_id"]]
    assert await _ids(leader, "?whose=teams&only=overdue") == []
    place.clock.pass_(3601)
    assert await _ids(leader, "?whose=teams&only=overdue") == [own["call_back_id"]]
    assert (await desk.ask("GET", f"{BACKS}?whose=teams")).status == 403
    other = await place.log_in("7102")
    assert await _ids(other, "?whose=teams") == []


async def test_times_are_set_again(place: Place, desk: Desk) -> None:
    """R-CB-5: by who has it; a time that is past is refused; the limit stays that of the request."""
    made = await _raise(desk, "owner", **JANE)
    path = f"{BACKS}/{made['call_back_id']}/time"
    place.clock.pass_(3600)
    again = await desk.ask("PUT", path, json={"wanted_at": "2026-11-23T15:00:00Z"})
    assert _at(again.body["call_back"]["starts_at"]) == datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert _at(again.body["call_back"]["ends_at"]) == START + timedelta(days=1)
    past = await desk.ask("PUT", path, json={"wanted_at": "2026-11-23T08:00:00Z"})
    assert (past.status, past.body["error_id"]) == (409, "call_back.time_past")
    daniel = await place.log_in("7002")
    theirs = await daniel.ask("PUT", path, json={"wanted_at": None})
    assert (theirs.status, theirs.body["error_id"]) == (409, "call_back.not_yours")


async def test_in_time_is_called_by_its_end(place: Place, desk: Desk) -> None:
    """R-CB-6: what counts is the first attempt since it was raised, not when somebody closed it."""
    made = await _raise(desk, "self", **JANE, wanted_at="2026-11-23T10:00:00Z")
    late = await _raise(desk, "self", **PETER, wanted_at="2026-11-23T10:00:00Z")
    place.clock.pass_(3000)
    now = place.clock.now()
    await place.store.run(_begin, _attempt(desk, now))
    place.clock.pass_(3000)
    close = {"json": {"result": "done"}}
    found = (await desk.ask("POST", f"{BACKS}/{made['call_back_id']}/close", **close)).body["call_back"]
    assert (_at(found["called_at"]), found["in_time"]) == (now, True)
    found = (await desk.ask("POST", f"{BACKS}/{late['call_back_id']}/close", **close)).body["call_back"]
    assert (_at(found["called_at"]), found["in_time"]) == (place.clock.now(), False)
    twice = await desk.ask("POST", f"{BACKS}/{late['call_back_id']}/close", **close)
    assert (twice.status, twice.body["error_id"]) == (409, "call_back.is_closed")
    wrong = await desk.ask("POST", f"{BACKS}/{late['call_back_id']}/close", json={"result": "forgotten"})
    assert wrong.status == 422


async def test_without_a_time_the_saved_one_is_taken(desk: Desk) -> None:
    """R-CB-4: the preferred contact time of the record."""
    path = "/api/records/client/1/requirements"
    assert (await desk.ask("PUT", path, json={"preferred_time": "14:00"})).status == 200
    made = await _raise(desk, "self", **JANE)
    assert _at(made["ends_at"]) == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


async def test_who_may_not_be_rung_gets_none(desk: Desk, leader: Desk) -> None:
    """R-OUT-2, R-OUT-4: neither a suppressed contact nor a number that is not dialled; nor one without an owner."""
    body = {"whose": "self", "description": "x", "contact_number": NUMBER} | JANE

    async def refused(**changed: Any) -> tuple[int, str]:
        answered = await desk.ask("POST", BACKS, json=body | changed)
        return answered.status, answered.body["error_id"]

    assert await refused(contact_number="0044 906 1234567") == (409, "dialling.premium")
    assert await refused(record_id=99) == (404, "record.unknown")
    assert await refused(case_number="900000007003") == (409, "record.no_such_case")
    assert await refused(kind="employer") == (409, "record.no_such_case")
    assert await refused(whose="owner", case_number=None) == (409, "call_back.no_owner")
    assert await refused(wanted_at="2026-11-23T08:00:00Z") == (409, "call_back.time_past")
    assert (await leader.ask("POST", "/api/records/client/1/suppressions", json={"reason": "opted_out"})).status == 201
    assert await refused() == (409, "dialling.suppressed")


async def test_a_suppression_closes_them_once_confirmed(place: Place, desk: Desk, leader: Desk) -> None:
    """R-OUT-2: it says how many there are and does nothing; confirmed, they are closed as suppressed, audited."""
    first, second = await _raise(desk, "self", **JANE), await _raise(desk, "owner", **JANE)
    other = await _raise(desk, "self", **PETER)
    path = "/api/records/client/1/suppressions"
    told = await desk.ask("POST", path, json={"reason": "client_died"})
    assert (told.status, told.body["error_id"], told.body["found"]) == (409, "suppression.open_call_backs", "2")
    assert (await desk.ask("GET", path)).body["suppressions"] == []
    assert len(await _ids(desk)) == 3
    made = await desk.ask("POST", path, json={"reason": "client_died", "confirm": True})
    assert (made.status, made.body["call_backs_closed"]) == (201, 2)
    assert await _ids(desk) == [other["call_back_id"]]
    found = (await desk.ask("GET", "/api/records/client/1/call-backs")).body["call_backs"]
    assert {one["call_back_id"]: one["result"] for one in found} == {
        first["call_back_id"]: "suppressed",
        second["call_back_id"]: "suppressed",
    }
    entries = (await leader.ask("GET", "/api/audit?what=call_back_closed")).body["entries"]
    assert {one["subject"]: one["why"] for one in entries} == dict.fromkeys(
        (first["call_back_id"], second["call_back_id"]), "suppressed"
    )
    assert [row.status for row in await place.table(t.service_request)] == ["closed"]


async def test_an_employers_goes_to_the_account_manager(place: Place, desk: Desk) -> None:
    """R-CB-1: call backs are for employers too; one without an account manager is raised for oneself."""
    made = await _raise(desk, "owner", kind="employer", record_id=1)
    assert (made["holder"]["staff_number"], made["reference"]) == ("7010", "340000000011")
    body = {"whose": "owner", "kind": "employer", "record_id": 2, "contact_number": NUMBER, "description": "x"}
    answered = await desk.ask("POST", BACKS, json=body)
    assert (answered.status, answered.body["error_id"]) == (409, "call_back.no_owner")
    helen = await place.log_in("7010")
    assert await _ids(helen) == [made["call_back_id"]]


async def test_one_without_an_owner_is_the_queues(place: Place) -> None:
    """R-CB-7, R-CB-14: a case without an owner has a team, and who is in it may see to the call back."""
    sian, daniel = await place.log_in("7003"), await place.log_in("7002")
    made = await _raise(daniel, "self", kind="client", record_id=5, case_number="900000008777")
    assert made["holder"]["staff_number"] == "7002"
    made = await _raise_for_team(daniel)
    assert (made["holder"], made["queue"]) == (None, "team:Maintenance 2")
    path = f"{BACKS}/{made['call_back_id']}/close"
    assert (await daniel.ask("POST", path, json={"result": "done"})).status == 409
    assert await _ids(sian, "?whose=queue") == [made["call_back_id"]]
    assert (await sian.ask("POST", path, json={"result": "done"})).status == 200
    assert await _ids(sian, "?whose=queue") == []


async def _raise_for_team(desk: Desk) -> Json:
    return await _raise(desk, "owner", kind="client", record_id=5, case_number="900000008777")


async def test_earlier_attempts_are_shown_with_their_times_of_day(place: Place, desk: Desk) -> None:
    """R-OUT-5: the latest first, each with purpose and how it ended."""
    path = "/api/records/client/1/attempts"
    assert (await desk.ask("GET", path)).body["attempts"] == []
    first, second = (_attempt(desk, START + timedelta(minutes=minutes)) for minutes in (0, 90))
    for one in (first, second):
        await place.store.run(_begin, one)
    end = (first.attempt_id, AttemptOutcome.NO_ANSWER, START + timedelta(seconds=20))
    assert await place.store.run(_end, *end)
    assert not await place.store.run(_end, *end), "it had ended"
    found = (await desk.ask("GET", path)).body["attempts"]
    assert [(one["time_of_day"], one["outcome"], one["purpose"]) for one in found] == [
        ("10:30", None, "complaint"),
        ("09:00", "no_answer", "complaint"),
    ]
    assert found[0]["agent"] == {"staff_number": "7001", "name": "Megan Price"}
