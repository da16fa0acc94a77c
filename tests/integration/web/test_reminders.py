"""Reminders over the API and the live events (R-CB-5, R-CB-8): they pop up, are put off, and come again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientWebSocketResponse

from tests.integration.web.desk import BOTH_STORES, START, Desk, Json, Place, told

pytestmark = BOTH_STORES
JANES_CASE = "900000004471"
"""Megan's, 7001."""
BACK = {
    "whose": "self",
    "kind": "client",
    "record_id": 1,
    "case_number": JANES_CASE,
    "contact_number": "07700 900123",
    "description": "About the schedule.",
}
INFORMAL = f"/api/cases/{JANES_CASE}/informal-reminders"


async def _work(desk: Desk) -> Json:
    """All of one's work, as a desk is told it that has just come."""
    socket = await desk.listen()
    work: Json = (await told(socket))["work"]
    await socket.close()
    return work


async def _up(desk: Desk) -> list[str]:
    return [one["source_id"] for one in (await _work(desk))["reminders"]["up"]]


async def _raise(desk: Desk, wanted_at: datetime | None = None) -> Json:
    body = BACK | ({} if wanted_at is None else {"wanted_at": wanted_at.isoformat()})
    answered = await desk.ask("POST", "/api/call-backs", json=body)
    assert answered.status == 201, answered.body
    made: Json = answered.body["call_back"]
    return made


async def _told_up(socket: ClientWebSocketResponse) -> Json:
    """The work that is told as soon as a reminder is up."""
    while True:
        event = await told(socket)
        if event["type"] == "work_changed" and event["work"]["reminders"]["up"]:
            work: Json = event["work"]
            return work


async def test_it_pops_up_five_minutes_before_the_alarm(place: Place, desk: Desk) -> None:
    """R-CB-5: agreed for 14:00, so from 13:25 on; with what is to be known before the call (R-OUT-3)."""
    needs = {"interpreter": "Polish"}
    assert (await desk.ask("PUT", "/api/records/client/1/requirements", json=needs)).status == 200
    made = await _raise(desk, START + timedelta(hours=5))
    place.clock.pass_(4 * 3600 + 25 * 60 - 1)
    work = await _work(desk)
    assert (work["reminders"]["up"], work["reminders"]["next_at"]) == ([], made["reminds_at"])
    place.clock.pass_(1)
    (up,) = (await _work(desk))["reminders"]["up"]
    assert (up["source"], up["source_id"], up["name"]) == ("call_back", made["call_back_id"], "Jane Example")
    assert (up["contact_number"], up["case_ending"], up["overdue"]) == ("07700900123", "4471", False)
    assert up["requirements"]["interpreter"] == "Polish"


async def test_the_moment_comes_from_the_service(place: Place, desk: Desk) -> None:
    """R-CB-5: nobody asks anything; whoever is connected is told when it pops up."""
    socket = await desk.listen()
    await told(socket)
    made = await _raise(desk, START + timedelta(minutes=35, seconds=0.4))
    work = await _told_next(socket)
    assert (work["reminders"]["up"], work["reminders"]["next_at"]) == ([], made["reminds_at"])
    place.clock.pass_(0.5)
    (up,) = (await _told_up(socket))["reminders"]["up"]
    assert up["source_id"] == made["call_back_id"]
    await socket.close()


async def test_the_moment_comes_to_who_has_connected_since(place: Place, desk: Desk) -> None:
    """R-CB-5: whoever opens the desk a moment before is told all the same, and not half a minute later."""
    await _raise(desk, START + timedelta(minutes=35, seconds=0.4))
    socket = await desk.listen()
    assert (await told(socket))["work"]["reminders"]["up"] == []
    place.clock.pass_(0.5)
    assert await _told_up(socket)
    await socket.close()


async def _told_next(socket: ClientWebSocketResponse) -> Json:
    while (event := await told(socket))["type"] != "work_changed":
        pass
    work: Json = event["work"]
    return work


async def test_snoozed_it_comes_again(place: Place, desk: Desk) -> None:
    """R-CB-5: in steps of 15 minutes up to 120; kept whatever becomes of the browser."""
    made = await _raise(desk, START + timedelta(minutes=10))
    path = f"/api/reminders/{made['call_back_id']}/snooze"
    assert await _up(desk) == [made["call_back_id"]]
    for steps in (0, 9, 1.5):
        assert (await desk.ask("POST", path, json={"steps": steps})).status == 422
    for steps in (1, 8):
        until = place.clock.now() + timedelta(minutes=15 * steps)
        answered = await desk.ask("POST", path, json={"steps": steps})
        assert datetime.fromisoformat(answered.body["until"]) == until
        place.clock.pass_(15 * 60 * steps - 1)
        assert await _up(desk) == []
        place.clock.pass_(1)
        assert await _up(desk) == [made["call_back_id"]]


async def test_dismissed_it_comes_again_at_its_start_and_after_each_step(place: Place, desk: Desk) -> None:
    """R-CB-5: nothing but closing silences it."""
    made = await _raise(desk, START + timedelta(minutes=35))
    path = f"/api/reminders/{made['call_back_id']}/dismiss"
    answered = await desk.ask("POST", path)
    assert answered.body["until"] == made["starts_at"]
    place.clock.pass_(5 * 60)
    assert await _up(desk) == [made["call_back_id"]]
    assert (await desk.ask("POST", path)).status == 200
    place.clock.pass_(15 * 60 - 1)
    assert await _up(desk) == []
    place.clock.pass_(1)
    assert await _up(desk) == [made["call_back_id"]]
    closed = await desk.ask("POST", f"/api/call-backs/{made['call_back_id']}/close", json={"result": "done"})
    assert closed.status == 200
    place.clock.pass_(8 * 3600)
    assert await _up(desk) == []
    assert (await desk.ask("POST", path)).status == 404


async def test_times_set_again_are_reminded_of_anew(place: Place, desk: Desk) -> None:
    """R-CB-5: whatever was put off before says nothing of the new time."""
    made = await _raise(desk, START + timedelta(minutes=10))
    call_back_id = made["call_back_id"]
    assert (await desk.ask("POST", f"/api/reminders/{call_back_id}/snooze", json={"steps": 8})).status == 200
    place.clock.pass_(60)
    again = {"wanted_at": (place.clock.now() + timedelta(minutes=36)).isoformat()}
    assert (await desk.ask("PUT", f"/api/call-backs/{call_back_id}/time", json=again)).status == 200
    assert await _up(desk) == []
    place.clock.pass_(60)
    assert await _up(desk) == [call_back_id]


async def test_another_agent_who_gets_it_is_reminded_at_once(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-5, R-CB-7: a snooze is one person's; a call back passed on is the other's to be reminded of."""
    made = await _raise(desk, START + timedelta(minutes=10))
    path = f"/api/reminders/{made['call_back_id']}/snooze"
    other = await place.log_in("7002")
    assert (await other.ask("POST", path, json={"steps": 1})).status == 404
    assert (await desk.ask("POST", path, json={"steps": 8})).status == 200
    passed: Json = {"staff_number": "7002", "why": "She is away."}
    assert (await leader.ask("POST", f"/api/call-backs/{made['call_back_id']}/pass", json=passed)).status == 200
    assert (await _up(other), await _up(desk)) == ([made["call_back_id"]], [])
    passed = {"staff_number": None, "why": "She is back."}
    assert (await leader.ask("POST", f"/api/call-backs/{made['call_back_id']}/pass", json=passed)).status == 200
    assert (await _up(other), await _up(desk)) == ([], [])


# --- informal ones --------------------------------------------------------------------------------------------------


async def _note(desk: Desk, due_at: datetime, case: str = INFORMAL) -> Any:
    body = {"role": "rp", "due_at": due_at.isoformat(), "description": "Ask whether it has come."}
    return await desk.ask("POST", case, json=body)


async def test_an_informal_reminder_holds_case_role_and_time(place: Place, desk: Desk) -> None:
    """R-CB-8: any date, no 24 hour limit; it pops up five minutes before, and no thirty."""
    due_at = START + timedelta(days=90)
    made = (await _note(desk, due_at)).body["reminder"]
    assert (made["case_number"], made["case_ending"], made["role"]) == (JANES_CASE, "4471", "rp")
    assert (made["name"], made["holder"]["staff_number"]) == ("Jane Example", "7001")
    assert (await desk.ask("GET", INFORMAL)).body["reminders"] == [made]
    place.clock.at = due_at - timedelta(minutes=5, seconds=1)
    desk = await place.log_in("7001")
    assert await _up(desk) == []
    place.clock.pass_(1)
    (up,) = (await _work(desk))["reminders"]["up"]
    assert (up["source"], up["role"], up["ends_at"], up["overdue"]) == ("informal", "rp", None, False)
    place.clock.pass_(7 * 3600)
    assert await _up(desk) == [made["reminder_id"]]
    assert (await desk.ask("POST", f"/api/informal-reminders/{made['reminder_id']}/close")).status == 200
    assert (await _up(desk), (await _work(desk))["informal"]) == ([], [])
    again = await desk.ask("POST", f"/api/informal-reminders/{made['reminder_id']}/close")
    assert again.body["error_id"] == "reminder.is_closed"


async def test_an_informal_reminder_moves_with_its_case(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-8: whoever has the case has them, and only they or a team leader set it again."""
    made = (await _note(desk, START + timedelta(days=2))).body["reminder"]
    path = f"/api/informal-reminders/{made['reminder_id']}"
    moved = {"staff_number": "7003", "why": "The owner is away."}
    assert (await leader.ask("PUT", f"/api/cases/{JANES_CASE}/owner", json=moved)).status == 200
    sian = await place.log_in("7003")
    assert [one["reminder_id"] for one in (await _work(sian))["informal"]] == [made["reminder_id"]]
    assert (await _work(desk))["informal"] == []
    later = {"due_at": (START + timedelta(days=3)).isoformat()}
    assert (await desk.ask("PUT", f"{path}/time", json=later)).body["error_id"] == "reminder.not_yours"
    assert (await sian.ask("PUT", f"{path}/time", json=later)).status == 200
    assert (await leader.ask("POST", f"{path}/close")).status == 200
    (entry,) = (await leader.ask("GET", "/api/audit?what=reminder_changed")).body["entries"]
    assert (entry["actor"], entry["subject"], entry["why"]) == ("agent 7101", made["reminder_id"], "closed")


async def test_what_no_informal_reminder_is_made_of(place: Place, desk: Desk) -> None:
    """R-CB-8, R-POP-4: a time that is past; a case that one does not see into; none."""
    assert place.clock.now() == START
    assert (await _note(desk, START - timedelta(minutes=1))).body["error_id"] == "reminder.time_past"
    other = await place.log_in("7003")
    due_at = START + timedelta(days=1)
    assert (await _note(other, due_at)).body["error_id"] == "case.not_yours"
    assert (await _note(desk, due_at, "/api/cases/900000000000/informal-reminders")).status == 404
    unknown = {"due_at": due_at.isoformat()}
    assert (await desk.ask("PUT", "/api/informal-reminders/r0000000000000000/time", json=unknown)).status == 404


# --- what a leader is told ------------------------------------------------------------------------------------------


async def test_a_leader_sees_overdue_absent_and_moved(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-5, R-CB-7: what is overdue and what is of somebody absent; and what is to go back afterwards."""
    made = await _raise(desk, START + timedelta(hours=2))
    assert (await _work(leader))["leading"] == {"call_backs": [], "moved_cases": []}
    assert (await _work(desk))["leading"] is None
    socket = await leader.listen()
    await told(socket)
    assert (await desk.state("logged_out")).status == 200
    (absent,) = (await _told_next(socket))["leading"]["call_backs"]
    assert (absent["holder"]["staff_number"], absent["holder_absent"], absent["case_number"]) == (
        "7001",
        True,
        JANES_CASE,
    )
    moved = {"staff_number": "7003", "why": "The owner is away."}
    assert (await leader.ask("PUT", f"/api/cases/{JANES_CASE}/owner", json=moved)).status == 200
    await place.log_in("7003")
    work = (await _work(leader))["leading"]
    assert [one["call_back_id"] for one in work["call_backs"]] == []
    (case,) = work["moved_cases"]
    assert (case["number"], case["goes_back_to"]["staff_number"], case["owner"]["staff_number"]) == (
        JANES_CASE,
        "7001",
        "7003",
    )
    moved = {"staff_number": "7002", "why": "So is she."}
    assert (await leader.ask("PUT", f"/api/cases/{JANES_CASE}/owner", json=moved)).status == 200
    (case,) = (await _work(leader))["leading"]["moved_cases"]
    assert (case["goes_back_to"]["staff_number"], case["owner"]["staff_number"]) == ("7001", "7002")
    moved = {"staff_number": "7001", "why": "The owner is back."}
    assert (await leader.ask("PUT", f"/api/cases/{JANES_CASE}/owner", json=moved)).status == 200
    assert (await _work(leader))["leading"]["moved_cases"] == []
    place.clock.pass_(3 * 3600)
    (late,) = (await _work(leader))["leading"]["call_backs"]
    assert (late["call_back_id"], late["state"]) == (made["call_back_id"], "overdue")
    await socket.close()
