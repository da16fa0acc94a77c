"""Contacts that are not to be rung, and numbers that are not dialled (R-OUT-2, R-OUT-4)."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.domain.dialling import DiallingRules, MayNotRing, MayRing
from ivr.records.suppressions import may_ring
from ivr.store.oversight import suppression
from tests.integration.web.desk import BOTH_STORES, Desk, Place

pytestmark = BOTH_STORES
CLIENT = "/api/records/client/1/suppressions"
NUMBER = "07700 900123"


async def _verdict(desk: Desk, **body: Any) -> dict[str, Any]:
    answered = await desk.ask("POST", "/api/dialling/check", json={"number": NUMBER} | body)
    assert answered.status == 200, answered.body
    found: dict[str, Any] = answered.body
    return found


async def test_an_agent_suppresses_and_a_leader_lifts(place: Place, desk: Desk, leader: Desk) -> None:
    """R-OUT-2: set with a reason by an agent, lifted by a team leader, both audited; outbound is refused between."""
    assert (await _verdict(desk, kind="client", record_id=1))["may_ring"]
    made = await desk.ask("POST", CLIENT, json={"reason": "client_died"})
    assert (made.status, made.body["suppression"]["set_by"]["staff_number"]) == (201, "7001")
    refused = await _verdict(desk, kind="client", record_id=1)
    assert (refused["may_ring"], refused["error_id"]) == (False, "dialling.suppressed")
    assert refused["why"] == "this contact is not to be rung: the client has died"
    path = f"/api/suppressions/{made.body['suppression']['suppression_id']}/lift"
    assert (await desk.ask("POST", path, json={"why": "A mistake."})).status == 403
    place.clock.pass_(60)
    lifted = await leader.ask("POST", path, json={"why": "It was another of the name."})
    assert lifted.body["suppression"]["lifted_by"] == {"staff_number": "7101", "name": "Ruth Hargreaves"}
    again = await leader.ask("POST", path, json={"why": "Twice."})
    assert (again.status, again.body["error_id"]) == (409, "suppression.is_lifted")
    assert (await _verdict(desk, kind="client", record_id=1))["number"] == "07700900123"
    entries = (await leader.ask("GET", "/api/audit?kind=client&record_id=1")).body["entries"]
    assert [(one["actor"], one["what"], one["why"]) for one in entries] == [
        ("agent 7101", "suppression_lifted", "It was another of the name."),
        ("agent 7001", "suppression_set", "client_died"),
    ]
    (listed,) = (await desk.ask("GET", CLIENT)).body["suppressions"]
    assert (listed["reason"], listed["lifted_why"]) == ("client_died", "It was another of the name.")


async def test_a_reason_stands_once_beside_others(place: Place, desk: Desk) -> None:
    """R-OUT-2: a second reason is kept beside the first; the same one again is refused."""
    assert (await desk.ask("POST", CLIENT, json={"reason": "opted_out"})).status == 201
    assert (await desk.ask("POST", CLIENT, json={"reason": "qualifying_child_died"})).status == 201
    again = await desk.ask("POST", CLIENT, json={"reason": "opted_out"})
    assert (again.status, again.body["error_id"]) == (409, "suppression.is_set")
    assert len(await place.table(suppression)) == 2


async def test_an_exceptional_reason_needs_words(desk: Desk) -> None:
    """R-OUT-2: the list is fixed; other exceptional reason says which."""
    for body in (
        {"reason": "other_exceptional_reason"},
        {"reason": "moved"},
        {},
        {"reason": "opted_out", "words": " "},
    ):
        assert (await desk.ask("POST", CLIENT, json=body)).status == 422, body
    told = {"reason": "other_exceptional_reason", "words": "A court has ordered it."}
    assert (await desk.ask("POST", CLIENT, json=told)).status == 201
    refused = await _verdict(desk, kind="client", record_id=1)
    assert refused["why"].endswith("there is another exceptional reason: A court has ordered it.")


async def test_a_representative_may_still_be_rung(desk: Desk) -> None:
    """R-OUT-2: who acts for a suppressed client is a contact of their own."""
    assert (await desk.ask("POST", CLIENT, json={"reason": "opted_out"})).status == 201
    assert (await _verdict(desk, kind="representative", record_id=1))["may_ring"]
    own = "/api/records/representative/1/suppressions"
    assert (await desk.ask("POST", own, json={"reason": "opted_out"})).status == 201
    assert not (await _verdict(desk, kind="representative", record_id=1))["may_ring"]


async def test_who_is_not_on_record_is_not_found(desk: Desk) -> None:
    """404, and nothing is kept."""
    for kind in ("client", "employer", "representative"):
        path = f"/api/records/{kind}/999/suppressions"
        assert (await desk.ask("GET", path)).status == 404
        assert (await desk.ask("POST", path, json={"reason": "opted_out"})).status == 404
        answered = await desk.ask(
            "POST", "/api/dialling/check", json={"number": NUMBER, "kind": kind, "record_id": 999}
        )
        assert answered.status == 404
    assert (await desk.ask("POST", "/api/dialling/check", json={"number": NUMBER, "kind": "client"})).status == 422


@pytest.mark.parametrize(
    ("number", "error_id"),
    [
        ("+44 (0)7700 900123", None),
        ("0800 111 1111", None),
        ("09061 234567", "dialling.premium"),
        ("070 1234 5678", "dialling.premium"),
        ("0843 123 4567", "dialling.premium"),
        ("+353 1 234 5678", "dialling.abroad"),
        ("0033 1 23 45 67 89", "dialling.abroad"),
        ("0500 123456", "dialling.not_allowed"),
        ("118500", "dialling.not_allowed"),
        ("999", "dialling.no_number"),
        ("ring me", "dialling.no_number"),
    ],
)
async def test_only_allowed_numbers_are_dialled(desk: Desk, number: str, error_id: str | None) -> None:
    """R-OUT-4: premium and international numbers are refused unless configuration allows them, each in words."""
    verdict = await _verdict(desk, number=number)
    assert (verdict["may_ring"], verdict["error_id"]) == (error_id is None, error_id)
    assert bool(verdict["why"]) is (error_id is not None)


async def test_the_number_is_judged_before_the_contact(place: Place) -> None:
    """R-OUT-4: the verdict that outbound calls meet is one function, with rules of its own."""
    rules = DiallingRules(prefixes=("03",), countries=("IE",))

    async def verdict(number: str) -> object:
        return await place.store.read(may_ring, rules, number, "client", 1)

    assert await verdict("03069 990123") == MayRing("03069990123")
    assert await verdict("+353 1 234 5678") == MayRing("+35312345678")
    assert isinstance(await verdict(NUMBER), MayNotRing)
