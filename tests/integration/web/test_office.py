"""The office around the calls, over the API: employers' services and details, links, notes, pro formas."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from ivr.domain.activities import DESCRIPTION_LENGTH
from ivr.domain.ids import CallId
from ivr.domain.routes import Segments, employer
from ivr.domain.service_requests import EMPLOYER_SERVICES
from ivr.records.contact_notes import SAYS_SO
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Json, Place

SERVICE = "deo_schedule"


async def _asked(desk: Desk, service: str = SERVICE, **more: object) -> Any:
    body = {"service": service, "kind": "employer", "record_id": 1, **more}
    answered = await desk.ask("POST", "/api/service-requests", json=body)
    assert answered.status == 201, answered.body
    return answered.body["service_request"]


async def _call_of(place: Place, desk: Desk) -> CallId:
    """An employer's call that they have."""
    call_id = await place.call(employer(Segments(), None))
    await place.store.write(
        lambda sql: sql.execute(
            update(t.agent_live).where(t.agent_live.c.agent_id == desk.agent_id).values(call_id=call_id)
        )
    )
    return call_id


@BOTH_STORES
async def test_what_an_employer_asks_for_goes_to_its_team(place: Place) -> None:
    """R-EMP-4: seven services; a request lies with the team configured for it, is taken there, and is on the record."""
    helen, marcus = await place.log_in("7010"), await place.log_in("7011")
    offered = (await helen.ask("GET", "/api/employer-services")).body["services"]
    assert offered == [one.value for one in EMPLOYER_SERVICES]
    assert len(offered) == 7
    made = await _asked(helen, description="From April, please.")
    assert (made["process"], made["area"], made["sub_area"]) == (
        "Employer",
        "Service Requested",
        "DEO schedule (CMSL8100)",
    )
    assert (made["team"], made["owner"], made["status"]) == ("Employer 1", None, "pending_assignment")
    assert (made["name"], made["description"]) == ("Drama Bakeries Ltd", "From April, please.")
    path = f"/api/service-requests/{made['service_request_id']}"
    assert (await marcus.ask("POST", f"{path}/close")).body["error_id"] == "service_request.not_yours"
    assert (await marcus.ask("POST", f"{path}/assign", json={"staff_number": "7011"})).status == 200
    (mine,) = (await marcus.ask("GET", "/api/service-requests")).body["service_requests"]
    assert mine["owner"]["staff_number"] == "7011"
    assert (await marcus.ask("POST", f"{path}/close")).body["service_request"]["status"] == "closed"


async def test_nobody_but_an_employer_asks_for_it(desk: Desk) -> None:
    """R-EMP-4: on another's record it is refused, with why; what is on no list is refused too."""
    body = {"service": SERVICE, "kind": "client", "record_id": 3}
    refused = await desk.ask("POST", "/api/service-requests", json=body)
    assert (refused.status, refused.body["error_id"]) == (409, "service_request.for_employers")
    assert (await desk.ask("POST", "/api/service-requests", json=body | {"service": "tea"})).status == 422


async def test_a_desk_is_told_of_its_requests_and_its_teams(place: Place) -> None:
    """R-EMP-4, R-CB-1: what lies with one's team, and what one has, is told as it comes; so is a record's change."""
    helen, marcus = await place.log_in("7010"), await place.log_in("7011")
    live = await marcus.listen()
    begun = (await live.receive_json(timeout=5))["work"]["service_requests"]
    assert begun == {"mine": [], "mine_count": 0, "team": [], "team_count": 0}
    made = await _asked(helen)
    seen: dict[str, Json] = {}
    while not {"record_changed", "work_changed"} <= seen.keys():
        told = await live.receive_json(timeout=5)
        seen[told["type"]] = told
    assert (seen["record_changed"]["kind"], seen["record_changed"]["record_id"]) == ("employer", 1)
    queue = seen["work_changed"]["work"]["service_requests"]
    assert [one["service_request_id"] for one in queue["team"]] == [made["service_request_id"]]
    assert (queue["team_count"], queue["mine_count"]) == (1, 0)


@BOTH_STORES
async def test_every_agent_of_the_segment_updates_every_employer(place: Place, desk: Desk) -> None:
    """R-EMP-4: not only the account manager; audited without the values; found by the new words; others are refused."""
    marcus, leader = await place.log_in("7011"), await place.log_in("7102")
    path = "/api/records/employer/1/details"
    changed = await marcus.ask("PATCH", path, json={"name": "Pretend Pastry Ltd", "phone": "03069 990077"})
    assert changed.status == 200
    assert (changed.body["employer"]["name"], changed.body["employer"]["paye_reference"]) == (
        "Pretend Pastry Ltd",
        "120/DB340",
    )
    for words, count in (("pretend pas", 1), ("03069990077", 1), ("drama bak", 0)):
        found = await desk.ask("POST", "/api/contacts/search", json={"words": words, "kinds": ["employer"]})
        assert len(found.body["contacts"]) == count, words
    assert (await leader.ask("PATCH", path, json={"phone": None})).body["employer"]["phone"] is None
    refused = await desk.ask("PATCH", path, json={"phone": None})
    assert (refused.status, refused.body["error_id"]) == (409, "employer.other_segment")
    assert (await marcus.ask("PATCH", path, json={"name": None})).status == 422
    assert (await marcus.ask("PATCH", "/api/records/employer/99/details", json={})).status == 404
    entries = (await leader.ask("GET", "/api/audit?what=employer_updated")).body["entries"]
    assert [(one["actor"], one["why"]) for one in entries] == [
        ("agent 7102", "phone"),
        ("agent 7011", "name, phone"),
    ]


@BOTH_STORES
async def test_a_link_is_confirmed_once_in_each_call(place: Place, desk: Desk, leader: Desk) -> None:
    """R-EMP-3: by who has the call, for an employer that the record names; audited, with the call."""
    helen = await place.log_in("7010")
    call_id = await _call_of(place, helen)
    path = f"/api/calls/{call_id}/employer-links"
    assert (await helen.ask("GET", path)).body == {"links": []}
    (link,) = (await helen.ask("PUT", f"{path}/1/2")).body["links"]
    assert (link["employer_agent_id"], link["employer_id"], link["confirmed_by"]["staff_number"]) == (1, 2, "7010")
    place.clock.pass_(60)
    assert (await helen.ask("PUT", f"{path}/1/2")).body["links"] == [link]
    refused = await helen.ask("PUT", f"{path}/1/3")
    assert (refused.status, refused.body["error_id"]) == (409, "employer_link.not_on_record")
    assert (await desk.ask("PUT", f"{path}/1/1")).body["error_id"] == "call.not_yours"
    assert (await helen.ask("GET", "/api/calls/c0000000000000009/employer-links")).status == 404
    (entry,) = (await leader.ask("GET", "/api/audit?what=employer_link_confirmed")).body["entries"]
    assert (entry["kind"], entry["record_id"], entry["subject"], entry["why"]) == (
        "employer_agent",
        1,
        call_id,
        "employer 2",
    )


async def _activity(desk: Desk, description: str) -> str:
    body = {"direction": "outbound", "began_at": "2026-11-20T14:05:00Z", "description": description}
    made = await desk.ask("POST", "/api/activities", json=body)
    activity_id: str = made.body["activity"]["activity_id"]
    return activity_id


@BOTH_STORES
async def test_notes_of_a_contact_are_appended_with_author_and_time(place: Place, desk: Desk) -> None:
    """R-ACT-2: nobody's note is changed by another's; the latest first; any agent reads them."""
    owen = await place.log_in("7007")
    path = "/api/records/client/3/notes"
    assert (await desk.ask("POST", path, json={"text": "Rings from work.\nSpeaks quietly."})).status == 201
    place.clock.pass_(60)
    assert (await owen.ask("POST", path, json={"text": "Has moved."})).body["activity"] is None
    kept = (await desk.ask("GET", path)).body["notes"]
    assert [(one["text"], one["by"]["staff_number"]) for one in kept] == [
        ("Has moved.", "7007"),
        ("Rings from work.\nSpeaks quietly.", "7001"),
    ]
    assert kept[0]["at"] > kept[1]["at"]
    assert (await desk.ask("POST", path, json={"text": " "})).status == 422
    assert (await desk.ask("GET", "/api/records/client/99/notes")).status == 404
    assert (await desk.ask("POST", "/api/records/client/99/notes", json={"text": "x"})).status == 404


@pytest.mark.parametrize("length", [0, 30, DESCRIPTION_LENGTH])
async def test_the_description_says_of_the_notes(place: Place, desk: Desk, length: int) -> None:
    """R-ACT-2: however long it is, it says so, once, and no word of it is lost."""
    owen = await place.log_in("7007")
    words = ("asks about the schedule " * 20)[:length].strip()
    activity_id = await _activity(desk, words)
    path = "/api/records/client/3/notes"
    refused = await owen.ask("POST", path, json={"text": "Mine.", "activity_id": activity_id})
    assert refused.body["error_id"] == "activity.not_yours"
    for text in ("First of all.", "Then."):
        told = (await desk.ask("POST", path, json={"text": text, "activity_id": activity_id})).body
        description = told["activity"]["description"]
        assert description.count(SAYS_SO) == 1
        assert len(description) <= DESCRIPTION_LENGTH
    first = (await desk.ask("GET", path)).body["notes"][1]["text"]
    assert first.endswith("First of all.")
    whole = description.removesuffix(SAYS_SO).strip() + first.removesuffix("First of all.").removeprefix("…").rstrip()
    assert "".join(whole.split()) == "".join(words.split())


@pytest.mark.parametrize(
    ("team", "mailbox"), [("CPO", "cpo_io_ftf"), ("IO", "cpo_io_ftf"), ("FTF", "cpo_io_ftf"), ("SAR", "sar")]
)
async def test_a_pro_forma_is_mailed_to_the_teams_mailbox(place: Place, desk: Desk, team: str, mailbox: str) -> None:
    """R-CB-13: number and time preferences, and that all was tried; CPO, IO and FTF share a mailbox."""
    call_id = await _call_of(place, desk)
    body = {
        "team": team,
        "tried_to_resolve": True,
        "tried_to_transfer": True,
        "caller_told": True,
        "name": "Jane Example",
        "contact_number": "07700 900123",
        "preferences": "Any weekday after 16:00",
        "about": "Asks for a visit at home.",
    }
    for step in ("tried_to_resolve", "tried_to_transfer", "caller_told"):
        assert (await desk.ask("POST", "/api/pro-formas", json=body | {step: False})).status == 422
    assert await place.table(t.mail) == []
    sent = await desk.ask("POST", "/api/pro-formas", json=body | {"kind": "client", "record_id": 1})
    assert sent.status == 201
    (row,) = await place.table(t.mail)
    assert (row.mail_id, row.mailbox) == (sent.body["mail_id"], mailbox)
    for words in (
        team,
        "Jane Example",
        "07700 900123",
        "Any weekday after 16:00",
        "visit at home",
        "Megan Price, 7001",
    ):
        assert words in row.body
    entries = [one for one in await place.table(t.audit) if one.what == "pro_forma_sent"]
    assert [(one.record_id, one.why, one.call_id) for one in entries] == [(1, team, call_id)]
