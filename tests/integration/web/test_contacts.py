"""What outbound calls need of a contact (R-OUT-3), and service requests."""

from __future__ import annotations

from ivr.records.requirements import requirements_of
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Json, Place

pytestmark = BOTH_STORES
CLIENT = "/api/records/client/1/requirements"
NONE = {"interpreter": None, "face_to_face": False, "preferred_time": None, "alternative_format": None}


async def test_requirements_are_shown_and_set(place: Place, desk: Desk, leader: Desk) -> None:
    """R-OUT-3: interpreter, face to face, preferred time, alternative format; set anew as a whole, audited."""
    assert (await desk.ask("GET", "/api/records/client/5/requirements")).body["requirements"] == NONE
    wanted = {"interpreter": "Polish", "face_to_face": True, "preferred_time": "14:00", "alternative_format": "Braille"}
    assert (await desk.ask("PUT", CLIENT, json=wanted)).body["requirements"] == wanted
    assert (await desk.ask("PUT", CLIENT, json=wanted)).status == 200, "the same again changes nothing"
    assert (await desk.ask("GET", CLIENT)).body["requirements"] == wanted
    assert (await place.store.read(requirements_of, "client", 1)).interpreter == "Polish"
    assert (await desk.ask("PUT", CLIENT, json={"interpreter": "Welsh"})).body["requirements"] == NONE | {
        "interpreter": "Welsh"
    }
    entries = (await leader.ask("GET", "/api/audit?what=requirements_set")).body["entries"]
    assert [(one["kind"], one["record_id"], one["why"]) for one in entries] == [("client", 1, None)] * 2
    for wrong in ({"preferred_time": "24:00"}, {"preferred_time": "2 pm"}, {"interpreter": " "}, {"sign": True}):
        assert (await desk.ask("PUT", CLIENT, json=wrong)).status == 422, wrong
    assert (await desk.ask("GET", "/api/records/employer/99/requirements")).status == 404
    assert (await desk.ask("PUT", "/api/records/employer/99/requirements", json={})).status == 404


async def test_purposes_say_whether_a_call_is_expected(desk: Desk) -> None:
    """R-OUT-3: the fixed lists, in words; several changes within 3 days are one call."""
    found = (await desk.ask("GET", "/api/purposes")).body
    expected = [one["purpose"] for one in found["purposes"] if one["expected"]]
    assert expected == [
        "change_of_liability",
        "gathering_information",
        "complaint",
        "change_of_service_type",
        "annual_review_decision",
        "direct_payments",
        "call_back",
    ]
    not_expected = [one["purpose"] for one in found["purposes"] if not one["expected"]]
    assert not_expected == ["change_of_details", "change_rejected", "deo_imposed", "annual_review_automated"]
    assert found["several_changes_days"] == 3


async def _make(desk: Desk, **more: object) -> Json:
    body = {"service": "failed_security_check", **more}
    answered = await desk.ask("POST", "/api/service-requests", json=body)
    assert answered.status == 201, answered.body
    made: Json = answered.body["service_request"]
    return made


async def test_a_service_request_is_taken_given_and_closed(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-1, R-XFER-1: it has an owner with a staff number; taken from one's team, given by a leader, closed by it."""
    daniel = await place.log_in("7002")
    made = await _make(desk, kind="client", record_id=3, case_number="900000007003")
    assert (made["owner"]["staff_number"], made["status"], made["team"]) == (
        "7002",
        "pending_assignment",
        "Maintenance 1",
    )
    path = f"/api/service-requests/{made['service_request_id']}"
    assert (await desk.ask("POST", f"{path}/close")).body["error_id"] == "service_request.not_yours"
    priya = await place.log_in("7004")
    refused = await priya.ask("POST", f"{path}/assign", json={"staff_number": "7004"})
    assert refused.body["error_id"] == "service_request.not_yours"
    refused = await daniel.ask("POST", f"{path}/assign", json={"staff_number": "7001"})
    assert refused.body["error_id"] == "service_request.for_leaders"
    taken = (await desk.ask("POST", f"{path}/assign", json={"staff_number": "7001"})).body["service_request"]
    assert (taken["owner"]["staff_number"], taken["status"]) == ("7001", "in_progress")
    given = await leader.ask("POST", f"{path}/assign", json={"staff_number": "7004"})
    assert given.body["service_request"]["owner"]["staff_number"] == "7004"
    mine = await priya.ask("GET", "/api/service-requests")
    assert [one["service_request_id"] for one in mine.body["service_requests"]] == [made["service_request_id"]]
    closed = await priya.ask("POST", f"{path}/close")
    assert closed.body["service_request"]["status"] == "closed"
    assert (await priya.ask("POST", f"{path}/close")).body["error_id"] == "service_request.is_closed"
    (one,) = (await desk.ask("GET", "/api/records/client/3/service-requests")).body["service_requests"]
    assert one == closed.body["service_request"]
    entries = (await leader.ask("GET", "/api/audit?kind=client&record_id=3")).body["entries"]
    assert [(entry["actor"], entry["what"], entry["why"]) for entry in entries] == [
        ("agent 7004", "service_request_closed", None),
        ("agent 7101", "service_request_assigned", "to 7004"),
        ("agent 7001", "service_request_assigned", "to 7001"),
        ("agent 7001", "service_request_made", "Failed Security Check"),
    ]
    assert len(await place.table(t.service_request)) == 1


async def test_a_team_sees_its_open_service_requests(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-1: the owner's team, and who leads it; of an employer's the account manager's team."""
    made = await _make(desk, kind="employer", record_id=1)
    assert made["owner"]["staff_number"] == "7010"
    own = await _make(desk, kind="client", record_id=3, case_number="900000007003")
    found = (await leader.ask("GET", "/api/service-requests?whose=teams")).body["service_requests"]
    assert [one["service_request_id"] for one in found] == [own["service_request_id"]]
    other = await place.log_in("7102")
    found = (await other.ask("GET", "/api/service-requests?whose=teams")).body["service_requests"]
    assert [one["service_request_id"] for one in found] == [made["service_request_id"]]
    assert (await desk.ask("GET", "/api/records/client/99/service-requests")).status == 404
    assert (await desk.ask("GET", "/api/service-requests/s0000000000000000")).status == 404
