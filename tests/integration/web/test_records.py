"""Searching contacts and opening records without a call, on a real store."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update

from ivr.records.index import index
from ivr.store import tables as t
from ivr.store.oversight import audit
from tests.integration.web.desk import BOTH_STORES, Desk, Place

pytestmark = BOTH_STORES
SEARCH = "/api/contacts/search"


async def _found(desk: Desk, words: str, *kinds: str) -> list[tuple[str, str, str]]:
    body: dict[str, Any] = {"words": words} | ({"kinds": list(kinds)} if kinds else {})
    answered = await desk.ask("POST", SEARCH, json=body)
    assert answered.status == 200, answered.body
    return [(one["kind"], one["name"], one["by"]) for one in answered.body["contacts"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("drama", ("employer", "Drama Bakeries Ltd", "name")),
        ("BAK Drama", ("employer", "Drama Bakeries Ltd", "name")),
        ("120/DB340", ("employer", "Drama Bakeries Ltd", "paye_reference")),
        ("120 db340", ("employer", "Drama Bakeries Ltd", "paye_reference")),
        ("01632 960011", ("employer", "Drama Bakeries Ltd", "phone")),
        ("+44 (0)1632 960011", ("employer", "Drama Bakeries Ltd", "phone")),
        ("01632-960-011", ("employer", "Drama Bakeries Ltd", "phone")),
        ("340000000011", ("employer", "Drama Bakeries Ltd", "reference")),
        ("3400 0000 0037", ("employer_agent", "Imaginary Payroll Services", "reference")),
        ("payroll", ("employer_agent", "Imaginary Payroll Services", "name")),
        ("jane ex", ("client", "Jane Example", "name")),
        ("120000000027", ("client", "Amina Sample", "reference")),
        ("model adv", ("representative", "Model Advice Centre", "name")),
        ("560000000013", ("representative", "Model Advice Centre", "reference")),
    ],
)
async def test_a_contact_is_found_by_whatever_is_known(desk: Desk, words: str, expected: tuple[str, str, str]) -> None:
    """R-POP-3: an employer by name, PAYE reference, main phone number as people write it; the others likewise."""
    assert await _found(desk, words) == [expected]


async def test_accents_and_apostrophes_make_no_difference(place: Place, desk: Desk) -> None:
    """R-POP-3: a name is found however it is typed."""
    row = {"client_id": 77, "scin": "120000000779", "name": "Siân O'Model", "brand": "cmg"}

    def add(sql: Any) -> None:
        sql.execute(insert(t.client).values(row))
        index(sql, "client", [row])

    await place.store.write(add)
    for words in ("sian omodel", "SIÂN", "O'Model", "o\u2019mod"):
        assert await _found(desk, words) == [("client", "Siân O'Model", "name")], words


async def test_kinds_and_limit_narrow_a_search(desk: Desk) -> None:
    """R-POP-3: who looks for an employer sees employers; there being more is said."""
    assert await _found(desk, "3400000000", "employer_agent") == [
        ("employer_agent", "Imaginary Payroll Services", "reference")
    ]
    answered = await desk.ask("POST", SEARCH, json={"words": "12000000", "limit": 2})
    assert (len(answered.body["contacts"]), answered.body["more"]) == (2, True)
    answered = await desk.ask("POST", SEARCH, json={"words": "3400000000", "limit": 3})
    assert (len(answered.body["contacts"]), answered.body["more"]) == (3, False)


async def test_nobody_found_brings_general_advice(desk: Desk) -> None:
    """R-POP-3: general advice, and the address of CMG's website; none where somebody was found."""
    answered = await desk.ask("POST", SEARCH, json={"words": "nobody at all", "kinds": ["employer"]})
    assert answered.body == {
        "contacts": [],
        "more": False,
        "advice": {"text": "no_record", "brand": "cmg", "website": "https://www.gov.uk/child-maintenance-service"},
        "unanswered": None,
    }
    assert (await desk.ask("POST", SEARCH, json={"words": "drama"})).body["advice"] is None


@pytest.mark.parametrize("body", [{"words": "a"}, {"words": "x 1"}, {"words": " "}, {}, {"words": "jane", "kinds": []}])
async def test_too_little_to_look_for_is_refused(desk: Desk, body: dict[str, object]) -> None:
    """A page of half the country helps nobody; the problem says what is expected."""
    answered = await desk.ask("POST", SEARCH, json=body)
    assert (answered.status, answered.body["error_id"]) == (422, "request.invalid")
    assert answered.body["field"] in {"words", "kinds"}


async def test_opening_a_record_shows_it_and_is_kept(place: Place, desk: Desk) -> None:
    """R-POP-4: every agent may open a record without a call; who, what and when is kept."""
    client = await desk.ask("GET", "/api/records/client/2")
    assert (client.body["client"]["name"], client.body["employer"]) == ("Amina Sample", None)
    place.clock.pass_(60)
    employer = await desk.ask("GET", "/api/records/employer/1")
    assert employer.body["employer"]["account_manager"]["staff_number"] == "7010"
    assert (await desk.ask("GET", "/api/records/employer_agent/1")).body["employer_agent"]["earn"] == "340000000037"
    helper = await desk.ask("GET", "/api/records/representative/1")
    assert [one["record_id"] for one in helper.body["representative"]["acts_for"]] == [2, 1]
    kept = await place.table(audit)
    assert {(row.actor, row.what) for row in kept} == {("agent 7001", "record_opened")}
    assert [(row.kind, row.record_id, row.call_id) for row in kept] == [
        ("client", 2, None),
        ("employer", 1, None),
        ("employer_agent", 1, None),
        ("representative", 1, None),
    ]
    assert (kept[1].at - kept[0].at).total_seconds() == 60


async def test_what_is_not_there_is_not_kept(place: Place, desk: Desk) -> None:
    """404 says which; a stranger gets nothing."""
    for path, error_id in (
        ("/api/records/client/999", "record.unknown"),
        ("/api/cases/900000000000", "case.unknown"),
        ("/api/records/agent/1", "request.not_found"),
    ):
        answered = await desk.ask("GET", path)
        assert (answered.status, answered.body["error_id"]) == (404, error_id)
    assert await place.table(audit) == []


async def test_a_case_opens_for_who_manages_it(place: Place, desk: Desk, leader: Desk) -> None:
    """R-POP-4: detail for the owner, their team, and who leads that team; for others who manages it, and where to go.

    7101 is in Maintenance 1 and leads Maintenance 2 and Enforcement 1 as well.
    """
    mine = (await desk.ask("GET", "/api/cases/900000005102")).body
    assert (mine["case"]["detail"], mine["case"]["transfer"]) == (True, [])
    assert mine["parties"] == [{"record_id": 2, "name": "Amina Sample", "scin": "120000000027", "role": "rp"}]
    colleagues = (await desk.ask("GET", "/api/cases/900000007003")).body
    assert colleagues["case"]["owner"]["staff_number"] == "7002"
    assert colleagues["case"]["detail"]
    others = (await desk.ask("GET", "/api/cases/900000009120")).body
    assert others["parties"] == []
    assert (others["case"]["number"], others["case"]["detail"], others["case"]["children"]) == ("…120", False, [])
    assert others["case"]["owner"] == {"staff_number": "7004", "name": "Priya Nair"}
    assert (await leader.ask("GET", "/api/cases/900000009120")).body["case"]["detail"]
    elsewhere = await place.log_in("7102")
    assert not (await elsewhere.ask("GET", "/api/cases/900000009120")).body["case"]["detail"]
    kept = [(row.actor, row.kind, row.record_id) for row in await place.table(audit)]
    assert kept[0] == ("agent 7001", "case", 2)
    assert len(kept) == 5


async def test_the_way_to_a_case_says_who_is_there_now(place: Place, desk: Desk) -> None:
    """R-XFER-1: the owner while Available, else somebody of the team or segment; never oneself."""

    async def ways() -> list[tuple[str, str, bool]]:
        case = (await desk.ask("GET", "/api/cases/900000006240")).body["case"]
        return [(way["kind"], way["name"], way["available"]) for way in case["transfer"]]

    await desk.state("available")
    nobody = [("agent", "7003", False), ("team", "Maintenance 2", False), ("segment", "Maintenance", False)]
    assert await ways() == nobody
    await (await place.log_in("7002")).state("available")
    assert await ways() == [*nobody[:2], ("segment", "Maintenance", True)]
    await (await place.log_in("7003")).state("available")
    assert await ways() == [("agent", "7003", True), ("team", "Maintenance 2", True), ("segment", "Maintenance", True)]


async def test_a_change_of_team_counts_at_once(place: Place, desk: Desk) -> None:
    """R-POP-4: after an import of staff a session that was there sees what the new team manages."""

    def move(sql: Any) -> None:
        sql.execute(update(t.agent_live).where(t.agent_live.c.agent_id == desk.agent_id).values(team="Enforcement 1"))

    assert not (await desk.ask("GET", "/api/cases/900000009120")).body["case"]["detail"]
    await place.store.write(move)
    assert (await desk.ask("GET", "/api/cases/900000009120")).body["case"]["detail"]
