"""A team leader moves a case with its call backs to another agent, and back (R-CB-7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Place

pytestmark = BOTH_STORES
CASE = "/api/cases/900000004471"
BACK = {
    "whose": "owner",
    "kind": "client",
    "record_id": 1,
    "case_number": "900000004471",
    "contact_number": "07700 900123",
    "description": "About the schedule.",
}


async def _mine(desk: Desk, what: str) -> int:
    answered = await desk.ask("GET", f"/api/{what}")
    return len(answered.body[what.replace("-", "_")])


async def _move(leader: Desk, staff_number: str, case: str = CASE) -> Any:
    body = {"staff_number": staff_number, "why": "The owner is away."}
    return await leader.ask("PUT", f"{case}/owner", json=body)


async def test_its_call_backs_and_service_requests_go_with_it(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-1, R-CB-7: to another team's agent and back; both times audited."""
    assert (await desk.ask("POST", "/api/call-backs", json=BACK)).status == 201
    sian = await place.log_in("7003")
    moved = await _move(leader, "7003")
    assert moved.status == 200, moved.body
    assert (moved.body["case"]["owner"]["staff_number"], moved.body["case"]["team"]) == ("7003", "Maintenance 2")
    for what in ("call-backs", "service-requests"):
        assert (await _mine(desk, what), await _mine(sian, what)) == (0, 1)
    assert (await _move(leader, "7001")).status == 200
    for what in ("call-backs", "service-requests"):
        assert (await _mine(desk, what), await _mine(sian, what)) == (1, 0)
    entries = (await leader.ask("GET", "/api/audit?what=case_moved")).body["entries"]
    assert [(one["actor"], one["kind"], one["record_id"], one["why"]) for one in entries] == [
        ("agent 7101", "case", 1, "to 7001: The owner is away."),
        ("agent 7101", "case", 1, "to 7003: The owner is away."),
    ]


async def test_a_paying_parents_cases_move_together(place: Place, leader: Desk) -> None:
    """R-CASE-5: a case group has one owner; a case of somebody in both roles moves alone."""
    assert (await _move(leader, "7003", "/api/cases/900000007003")).status == 200
    assert (await _move(leader, "7001", "/api/cases/900000008512")).status == 200

    def owners(sql: Any) -> dict[int, int]:
        case = t.case_file
        wanted = (5, 6, 7, 8)
        return {row.case_id: row.owner_id for row in sql.execute(select(case).where(case.c.case_id.in_(wanted)))}

    assert await place.store.read(owners) == {5: 3, 6: 3, 7: 3, 8: 1}


async def test_who_may_not_and_what_cannot(desk: Desk, leader: Desk) -> None:
    """R-CB-7: leaders only; an open case that is there, to somebody who is there."""
    assert (await _move(desk, "7001")).status == 403
    assert (await _move(leader, "7001", "/api/cases/900000099999")).status == 404
    unknown = await _move(leader, "1234")
    assert (unknown.status, unknown.body["error_id"]) == (409, "agent.unknown")
    closed = await _move(leader, "7001", "/api/cases/900000010656")
    assert (closed.status, closed.body["error_id"]) == (409, "case.is_closed")
