"""The phonebook: whom one can ring now (R-XFER-1)."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Connection

from ivr.records import phonebook
from ivr.records.phonebook import Wanted
from tests.integration.web.desk import BOTH_STORES, Desk, Place
from tests.integration.web.people import many

MANY = 10_000
QUICK_S = 0.1
"""A search among `MANY` agents, on a machine that does other work besides."""


async def _found(desk: Desk, query: str) -> list[dict[str, Any]]:
    answered = await desk.ask("GET", f"/api/phonebook?{query}")
    assert answered.status == 200, answered.body
    entries: list[dict[str, Any]] = answered.body["entries"]
    return entries


@BOTH_STORES
async def test_beside_an_available_agent_stands_a_call_button(place: Place, desk: Desk) -> None:
    """R-XFER-1: the agent's own button; otherwise team and segment, each with whether somebody is there."""
    (priya,) = await _found(desk, "name=pri nai")
    team, segment = {"kind": "team", "name": "Enforcement 1"}, {"kind": "segment", "name": "Enforcement"}
    assert (priya["staff_number"], priya["call"]) == ("7004", None)
    assert priya["otherwise"] == [team | {"available": False}, segment | {"available": False}]
    await (await place.log_in("7005")).state("available")
    (priya,) = await _found(desk, "name=priya")
    assert priya["otherwise"] == [team | {"available": True}, segment | {"available": True}]
    tom = await place.log_in("7004")
    await tom.state("available")
    (priya,) = await _found(desk, "staff_number=7004")
    assert priya["call"] == {"kind": "agent", "name": "7004", "available": True}
    assert priya["otherwise"] == []


@BOTH_STORES
async def test_a_group_is_found_by_its_name(place: Place, desk: Desk) -> None:
    """R-XFER-1: a group search does the same for a team or segment; nobody can ring themselves."""
    (one, two) = await _found(desk, "team=maint")
    assert (one["name"], one["call"], one["otherwise"][0]["name"]) == ("Maintenance 1", None, "Maintenance")
    assert two["name"] == "Maintenance 2"
    await desk.state("available")
    assert [entry["call"] for entry in await _found(desk, "team=maint")] == [None, None]
    other = await place.log_in("7003")
    (one, two) = await _found(other, "team=maint")
    assert one["call"] == {"kind": "team", "name": "Maintenance 1", "available": True}
    assert two["otherwise"] == [{"kind": "segment", "name": "Maintenance", "available": True}]
    (segment,) = await _found(other, "segment=Mainten")
    assert segment["call"] == {"kind": "segment", "name": "Maintenance", "available": True}


async def test_people_are_narrowed_to_a_team_or_segment(desk: Desk) -> None:
    """R-XFER-1: by staff number's beginning too; names in any case, with or without accents."""
    assert len(await _found(desk, "staff_number=70&limit=100")) == 12
    assert [one["name"] for one in await _found(desk, "staff_number=70&team=Enforcement 1")] == [
        "Priya Nair",
        "Tom Ashworth",
    ]
    assert [one["name"] for one in await _found(desk, "name=SI%C3%82N")] == ["Sian Bowen"]
    assert len(await _found(desk, "staff_number=70&segment=GICH")) == 2
    answered = await desk.ask("GET", "/api/phonebook?staff_number=70&limit=3")
    assert (len(answered.body["entries"]), answered.body["more"]) == (3, True)


@pytest.mark.parametrize("query", ["", "name=", "name=%20", "name=!!", "staff_number=7'", "limit=5", "nmae=x"])
async def test_a_search_for_nothing_is_refused(desk: Desk, query: str) -> None:
    """What is missing is named."""
    assert (await desk.ask("GET", f"/api/phonebook?{query}")).status == 422


@BOTH_STORES
async def test_a_search_among_ten_thousand_is_quick(place: Place) -> None:
    """R-XFER-1: a caller waits for it; by the index of words, and that of the Available."""
    await place.store.write(many, MANY)
    for wanted in (
        Wanted(name="kry"),
        Wanted(name="kowan bant"),
        Wanted(staff_number="2012"),
        Wanted(team="crowd 41"),
        Wanted(segment="enforc"),
    ):
        took = [await _took(place, wanted) for _ in range(5)]
        assert median(took) < QUICK_S, wanted


async def _took(place: Place, wanted: Wanted) -> float:
    def timed(sql: Connection) -> float:
        begun = perf_counter()
        assert phonebook.look_up(sql, wanted, 1).entries
        return perf_counter() - begun

    return await place.store.read(timed)
