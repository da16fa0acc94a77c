"""The sums of a period over REST, on a real store (R-MI-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.ids import AgentId, OfferId
from ivr.domain.routes import Segments, existing_case, general
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, START, Desk, Place

pytestmark = BOTH_STORES
NAMES = Segments()


async def _measures(leader: Desk, query: str = "") -> dict[str, Any]:
    answered = await leader.ask("GET", f"/api/measures{query}")
    assert answered.status == 200, answered.body
    body: dict[str, Any] = answered.body
    return body


async def test_a_leader_sees_what_became_of_the_calls(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MI-3: answered by the owner, abandoned while waiting, waiting still; an agent's own queue has their number."""
    await desk.state("available")
    await place.call(existing_case(NAMES, desk.agent_id, "Maintenance 1", "Maintenance"))
    (offer,) = await place.table(t.offer)
    await place.store.run(ledger.answer_offer, OfferId(offer.offer_id), place.clock.now())
    given_up = await place.call(general(NAMES))
    await place.call(general(NAMES))
    place.clock.pass_(30)
    await place.store.run(ledger.end_call, given_up, CallEnd.ABANDONED_MENU, place.clock.now(), Limits())
    sums = await _measures(leader)
    (line,) = sums["lines"]
    shown = {name: count for name, count in line.items() if count}
    assert shown == {"line": "general", "offered": 3, "answered": 1, "abandoned_queue": 1, "still_there": 1}
    queues = {q["key"]: {name: count for name, count in q.items() if count and name != "key"} for q in sums["queues"]}
    assert queues == {
        "segment:GICH": {"kind": "segment", "name": "GICH", "entered": 2, "abandoned": 1, "still_waiting": 1},
        f"agent:{desk.agent_id}": {"kind": "agent", "name": "7001", "entered": 1, "answered": 1},
    }


async def test_a_call_belongs_to_the_period_in_which_it_arrived(place: Place, leader: Desk) -> None:
    """R-MI-3: the beginning belongs to the period, the end to the next one."""
    await place.call(existing_case(NAMES, AgentId(1), "Maintenance 1", "Maintenance"))
    before, at, after = ((START + timedelta(seconds=s)).strftime("%Y-%m-%dT%H:%M:%SZ") for s in (-1, 0, 1))
    assert [line["offered"] for line in (await _measures(leader, f"?from={at}&to={after}"))["lines"]] == [1]
    empty = await _measures(leader, f"?from={before}&to={at}")
    assert (empty["from"], empty["lines"], empty["queues"]) == (before, [], [])


async def test_a_long_period_is_the_sum_of_its_parts(place: Place, leader: Desk) -> None:
    """R-MI-3: every call once, whichever slice it is counted in."""
    for _ in range(5):
        await place.call(general(NAMES))
        place.clock.pass_(14 * 60 + 59)
    (line,) = (await _measures(leader))["lines"]
    (queue,) = (await _measures(leader))["queues"]
    assert (line["offered"], line["still_there"], queue["entered"], queue["still_waiting"]) == (5, 5, 5, 5)


async def test_an_impossible_period_is_refused(leader: Desk, desk: Desk) -> None:
    """A period that ends before it begins, or is longer than a week, names the key; an agent may not ask."""
    for query in ("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "?from=2020-01-01T00:00:00Z", "?from=monday"):
        answered = await leader.ask("GET", f"/api/measures{query}")
        assert (answered.status, answered.body["field"]) == (422, "from"), query
    assert (await desk.ask("GET", "/api/measures")).status == 403
