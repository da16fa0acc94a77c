"""New-application call backs over the API (R-CB-9 to R-CB-11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from ivr.domain.applications import Rules
from ivr.domain.dialling import DiallingRules
from ivr.domain.events import CallState
from ivr.domain.ids import CallId
from ivr.domain.queueing import CallRow
from ivr.records.applications import attempting
from ivr.records.applications.raising import Given
from ivr.records.deeds import By
from ivr.store import tables as t
from ivr.web.registry import WEB
from tests.integration.web.desk import BOTH_STORES, Desk, Json, Place, until

pytestmark = BOTH_STORES
ALL = "/api/applications"
ROBIN = {
    "full_name": "Robin Newcomer",
    "address": "1 Sample Street\nExampleton",
    "born_on": "1990-02-03",
    "contact_number": "07700 900123",
}
FAILED = "called_contact_not_made"


async def _raise(desk: Desk, **said: Any) -> Json:
    answered = await desk.ask("POST", ALL, json=ROBIN | {"reason": "new_application"} | said)
    assert answered.status == 201, answered.body
    found: Json = answered.body["application"]
    return found


async def _does(desk: Desk, one: Json, verb: str, body: object = None, method: str = "POST") -> Any:
    options = {} if body is None else {"json": body}
    return await desk.ask(method, f"{ALL}/{one['application_id']}/{verb}", **options)


async def _done(desk: Desk, one: Json, verb: str, body: object = None, method: str = "POST") -> Json:
    answered = await _does(desk, one, verb, body, method)
    assert answered.status == 200, answered.body
    found: Json = answered.body["application"]
    return found


async def _refused(desk: Desk, one: Json, verb: str, body: object = None, method: str = "POST") -> str:
    answered = await _does(desk, one, verb, body, method)
    assert answered.status in {403, 409}, answered.body
    return str(answered.body["error_id"])


async def _tries(place: Place, desk: Desk, one: Json, result: str, **more: object) -> Json:
    body = {"began_at": place.clock.now().isoformat(), "result": result} | more
    return await _done(desk, one, "attempts", body)


async def _allocated(place: Place, leader: Desk, one: Json, staff: str = "7006") -> Desk:
    assert (await _done(leader, one, "allocate", {"staff_number": staff}))["state"] == "awaiting_calls"
    return await place.log_in(staff)


async def _downtime(leader: Desk, *, on: bool) -> None:
    answered = await leader.ask("PUT", "/api/switches/downtime", json={"on": on, "why": "The case system is down."})
    assert answered.status == 200, answered.body


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text):%d %H:%M}"


async def test_raised_for_a_caller_with_no_record(place: Place, desk: Desk) -> None:
    """R-CB-9: who, where, when, why; it awaits allocation, and the Applications leader has mail that names nobody."""
    made = await _raise(desk, wanted_at="2026-11-24T14:00:00Z")
    assert (made["state"], made["reason"], made["person"]["contact_number"]) == (
        "awaiting_allocation",
        "new_application",
        "07700900123",
    )
    (mail,) = await place.table(t.mail)
    assert (mail.mailbox, mail.subject) == ("applications_leader", "New-application call back to allocate")
    assert "When required: 24/11/2026 14:00" in mail.body
    kept = repr([await place.table(table) for table in (t.mail, t.audit, t.application, t.call_event)])
    assert not any(text in kept for text in ("Robin", "Sample Street", "900123", "1990"))


async def test_an_mps_call_is_mailed_to_the_hotline_too(place: Place, desk: Desk) -> None:
    """R-CB-9: with whom to ring, and first."""
    await _raise(desk, reason="existing_case", about="mp")
    leaders, hotlines = await place.table(t.mail)
    assert "Reason: Existing Case, MP\n" in leaders.body
    assert (hotlines.mailbox, hotlines.priority) == ("mp_hotline", True)
    assert "Name: Robin Newcomer\nContact number: 07700900123\nWhen required: any time\n" in hotlines.body


@pytest.mark.parametrize(
    ("said", "error_id"),
    [
        ({"reason": "existing_case"}, "application.about"),
        ({"about": "payment"}, "application.about"),
        ({"wanted_at": "2026-11-20T14:00:00Z"}, "call_back.time_past"),
        ({"template": "pp_applies_gb"}, "application.no_template"),
        ({"contact_number": "09098790001"}, "dialling.premium"),
        ({"contact_number": "nobody"}, "dialling.no_number"),
    ],
)
async def test_what_does_not_go_together(place: Place, desk: Desk, said: Json, error_id: str) -> None:
    """R-CB-9, R-CB-11, R-OUT-4: refused with the reason, and nothing is kept or mailed."""
    answered = await desk.ask("POST", ALL, json=ROBIN | {"reason": "new_application"} | said)
    assert (answered.status, answered.body["error_id"]) == (409, error_id)
    assert [await place.table(table) for table in (t.application, t.applicant, t.mail)] == [[], [], []]


async def test_allocated_attempted_three_times_and_ended(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: the leader allocates; the third failure ends it, each attempt at another time of day."""
    made = await _raise(desk)
    assert (await _does(desk, made, "allocate", {"staff_number": "7006"})).status == 403
    agent = await _allocated(place, leader, made)
    now = (await agent.ask("GET", ALL)).body["applications"][0]
    assert [_clock(now[name]) for name in ("prompts_at", "next_at")] == ["23 09:00", "23 09:15"]
    planned = []
    for _ in range(3):
        place.clock.at = datetime.fromisoformat(now["next_at"])
        now = await _tries(place, agent, made, FAILED)
        planned.append(None if now["next_at"] is None else _clock(now["next_at"]))
    assert planned == ["23 12:30", "23 15:30", None]
    assert (now["state"], now["ending"], now["outcome"]) == ("complete", "third_failure", None)
    assert [one["time_of_day"] for one in now["attempts"]] == ["09:15", "12:30", "15:30"]
    assert await _refused(agent, made, "attempts", {"began_at": "2026-11-23T15:30:00Z", "result": FAILED}) == (
        "application.is_complete"
    )
    assert (await agent.ask("GET", ALL)).body["applications"] == []
    audited = [one.what for one in await place.table(t.audit) if one.subject == made["application_id"]]
    attempt = ["application_attempted", "application_attempt_ended"]
    assert audited == [
        "application_raised",
        "application_allocated",
        *attempt,
        *attempt,
        *attempt,
        "application_completed",
    ]


async def test_an_outcome_completes_it(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: one of the configured list; contact made asks for it, and a time may be agreed instead."""
    made = await _raise(desk)
    agent = await _allocated(place, leader, made)
    now = await _tries(place, agent, made, "contact_made")
    assert (now["wants"], now["next_at"]) == ("outcome", None)
    now = await _done(agent, made, "next", {"at": "2026-11-25T14:00:00Z"}, "PUT")
    assert (now["wants"], _clock(now["next_at"])) == ("later", "25 14:00")
    assert await _refused(agent, made, "complete", {"outcome": "nonsense"}) == "application.no_such_outcome"
    now = await _done(agent, made, "complete", {"outcome": "application_taken"})
    assert (now["state"], now["ending"], now["outcome"]) == ("complete", "outcome", "application_taken")


async def test_no_fourth_attempt(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: up to three, whatever their results; then an outcome is asked for."""
    made = await _raise(desk)
    agent = await _allocated(place, leader, made)
    for result in (FAILED, "contact_made", FAILED):
        now = await _tries(place, agent, made, result)
    assert (now["state"], now["wants"]) == ("awaiting_calls", "outcome")
    body = {"began_at": place.clock.now().isoformat(), "result": FAILED}
    assert await _refused(agent, made, "attempts", body) == "application.no_attempt"
    assert await _refused(agent, made, "next", {"at": "2026-11-25T14:00:00Z"}, "PUT") == "application.no_attempt"


async def test_it_is_nobody_elses(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: read by who raised it, who has it and leaders; worked by the last two."""
    made = await _raise(desk)
    await _allocated(place, leader, made)
    other, path = await place.log_in("7007"), f"{ALL}/{made['application_id']}"
    assert (await other.ask("GET", path)).body["error_id"] == "application.not_yours"
    assert (await desk.ask("GET", path)).status == 200
    assert await _refused(desk, made, "complete", {"outcome": "application_taken"}) == "application.not_yours"
    assert (await other.ask("GET", f"{ALL}?whose=all")).status == 403
    found = (await leader.ask("GET", f"{ALL}?whose=all")).body["applications"]
    assert [one["application_id"] for one in found] == [made["application_id"]]
    assert (await leader.ask("GET", f"{ALL}?whose=unallocated")).body["applications"] == []


async def test_a_call_that_cannot_be_made_is_no_attempt(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10, R-OUT-4: there is no carrier here."""
    made = await _raise(desk)
    agent = await _allocated(place, leader, made)
    before = (await agent.ask("GET", ALL)).body["applications"]
    assert await _refused(agent, made, "call") == "outbound.no_trunk"
    assert (await agent.ask("GET", ALL)).body["applications"] == before


async def test_the_result_is_asked_for_after_the_call(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: begun with its call; while that is up nothing else may be tried; nobody rung: withdrawn."""
    made = await _raise(desk)
    agent = await _allocated(place, leader, made)
    await _call(place, agent, made, CallState.TALKING)
    now = (await agent.ask("GET", ALL)).body["applications"][0]
    assert (now["wants"], now["next_at"]) == ("calling", None)
    assert await _refused(agent, made, "attempts/1", {"result": FAILED}, "PUT") == "application.call_up"
    assert await _refused(agent, made, "attempts/1", method="DELETE") == "application.was_attempted"
    await place.store.write(_end_calls)
    now = (await agent.ask("GET", ALL)).body["applications"][0]
    assert now["wants"] == "result"
    assert await _refused(agent, made, "complete", {"outcome": "application_taken"}) == "application.result_first"
    now = await _done(agent, made, "attempts/1", method="DELETE")
    assert (now["attempts"], now["wants"], _clock(now["next_at"])) == ([], "due", "23 09:15")


async def _call(place: Place, agent: Desk, one: Json, state: CallState) -> None:
    """An attempt whose call is in ``state``."""
    now, by = place.clock.now(), By(agent.agent_id, "agent 7006")
    row = CallRow(CallId("c1"), state, "general", "cmg", "en", "ch", now, kind="outbound", agent_id=agent.agent_id)
    await place.store.run(lambda tx: tx.add_call(row))
    given = Given(Rules(), DiallingRules(), lambda _brand, _day: True)
    begun = await place.store.write(attempting.begin, one["application_id"], given, by, now)
    assert begun is not None
    await place.store.write(attempting.linked, one["application_id"], begun.number, "c1", by, now)


def _end_calls(sql: Connection) -> None:
    sql.execute(t.call.update().values(state="ended"))


async def test_raised_during_downtime(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-11: with an offline application; more than three attempts; entered once the system is back."""
    await _downtime(leader, on=True)
    offered = (await desk.ask("GET", f"{ALL}/choices")).body
    assert [one["value"] for one in offered["templates"]][:2] == ["pp_applies_gb", "rp_applies_gb"]
    refused = await desk.ask("POST", ALL, json=ROBIN | {"reason": "new_application"})
    assert refused.body["error_id"] == "application.template_needed"
    made = await _raise(desk, template="rp_applies_ni", fields={"other_name": "Kim Otherparent"})
    assert (made["brand"], made["in_downtime"], made["person"]["fields"]) == (
        "nicms",
        True,
        {"other_name": "Kim Otherparent"},
    )
    agent = await _allocated(place, leader, made)
    await _downtime(leader, on=False)
    for _ in range(4):
        now = await _tries(place, agent, made, FAILED)
    assert now["state"] == "awaiting_calls"
    body = {"began_at": place.clock.now().isoformat(), "result": "contact_made"}
    assert await _refused(agent, made, "attempts", body) == "application.fee_needed"
    now = await _tries(place, agent, made, "contact_made", fee_collected=True)
    assert now["fee_collected_at"] is not None
    now = await _done(agent, made, "complete", {"outcome": "application_taken"})
    assert now["wants"] == "entering"
    template = {"template": "rp_applies_ni", "fields": {"children": "Sam, 01/02/2015"}}
    assert (await _done(agent, made, "template", template, "PUT"))["person"]["fields"] == template["fields"]
    now = await _done(agent, made, "entered")
    assert (now["wants"], now["entered_by"]["staff_number"]) == ("nothing", "7006")
    assert await _refused(agent, made, "template", template, "PUT") == "application.is_entered"


async def test_given_up_during_downtime_two_letters_go_out(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-11: CMSL0077 and CMSL0080, made and issued, to name and address."""
    await _downtime(leader, on=True)
    made = await _raise(desk, template="pp_applies_gb")
    agent = await _allocated(place, leader, made)
    assert await _refused(agent, made, "give-up") == "application.no_letters"
    await _tries(place, agent, made, FAILED)
    now = await _done(agent, made, "give-up")
    assert (now["state"], now["ending"], now["wants"]) == ("complete", "delay", "entering")
    letters = await place.table(t.document)
    assert [(one.form, one.status) for one in letters] == [("CMSL0077", "issued"), ("CMSL0080", "issued")]
    assert now["letters"] == [one.document_id for one in letters]


async def test_a_person_can_be_emptied(place: Place, desk: Desk, leader: Desk) -> None:
    """Nothing of them is left in any row of it; that there was a call back is."""
    made = await _raise(desk, details="Asked for Robin.")
    agent = await _allocated(place, leader, made)
    assert await _refused(leader, made, "person", method="DELETE") == "application.in_use"
    corrected = ROBIN | {"contact_number": "07700 900124", "details": ""}
    now = await _done(agent, made, "person", corrected, "PUT")
    assert now["person"]["contact_number"] == "07700900124"
    await _done(agent, made, "complete", {"outcome": "application_taken"})
    assert (await _does(agent, made, "person", method="DELETE")).status == 403
    assert (await _done(leader, made, "person", method="DELETE"))["person"] is None
    kept = repr([await place.table(table) for table in (t.applicant, t.application, t.application_attempt, t.audit)])
    assert not any(text in kept for text in ("Robin", "Sample Street", "90012", "1990"))


async def test_desks_are_told(place: Place, desk: Desk) -> None:
    """R-CB-9, R-CB-10: who leads the Applications teams sees what waits to be allocated; the agent what is theirs."""
    alun, agent = await place.log_in("7102"), await place.log_in("7006")
    leaders, agents = await alun.listen(), await agent.listen()
    assert (await until(leaders, "snapshot"))[-1]["work"]["to_allocate"] == []
    assert (await until(agents, "snapshot"))[-1]["work"]["to_allocate"] is None
    made = await _raise(desk)
    (waiting,) = (await until(leaders, "work_changed"))[-1]["work"]["to_allocate"]
    assert (waiting["application_id"], waiting["name"]) == (made["application_id"], "Robin Newcomer")
    offered = (await alun.ask("GET", f"{ALL}/agents")).body["agents"]
    assert [(one["staff_number"], one["logged_in"]) for one in offered] == [("7006", True), ("7007", False)]
    assert (await _does(alun, made, "allocate", {"staff_number": "7006"})).body["mailed"] is True
    mail = (await place.table(t.mail))[-1]
    assert (mail.address, mail.subject) == ("grace.adeyemi@helpline.example", "A new-application call back is yours")
    assert "First attempt: 23/11/2026 09:15\n" in mail.body
    assert "Robin" not in mail.body
    work = (await until(agents, "work_changed"))[-1]["work"]
    (held,) = work["applications"]
    assert (held["wants"], held["name"], held["contact_number"]) == ("due", "Robin Newcomer", "07700900123")
    (reminder,) = work["reminders"]["up"]
    assert (reminder["source"], reminder["source_id"]) == ("application", made["application_id"])
    assert (await until(leaders, "work_changed"))[-1]["work"]["to_allocate"] == []


async def test_it_is_told_when_it_becomes_due(place: Place, desk: Desk, leader: Desk) -> None:
    """R-CB-10: 15 minutes before the attempt."""
    at = place.clock.now() + timedelta(minutes=16)
    made = await _raise(desk, wanted_at=at.isoformat())
    agent = await _allocated(place, leader, made)
    events = await agent.listen()
    (held,) = (await until(events, "snapshot"))[-1]["work"]["applications"]
    assert held["wants"] == "later"
    for seconds, wants in ((60, "due"), (16 * 60, "overdue")):
        place.clock.pass_(seconds)
        agent.client.app[WEB].live._desks.ask_work([agent.agent_id])  # the clock stands still
        (held,) = (await until(events, "work_changed"))[-1]["work"]["applications"]
        assert held["wants"] == wants
