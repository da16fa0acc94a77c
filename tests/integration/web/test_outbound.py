"""What is shown before a contact is called, and a call that an agent makes, over the API (R-OUT)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ivr.acd import outbound
from ivr.acd.ledger import Limits
from ivr.domain.dialling import DiallingRules
from ivr.domain.events import CallEnd, CallState
from ivr.domain.ids import AgentId, CallId, new_call_id
from ivr.domain.outbound import Order, Whom
from ivr.domain.purposes import Purpose
from ivr.domain.queueing import AgentRow, CallRow
from ivr.domain.routes import Segments
from ivr.domain.talking import Impossible
from ivr.mi.reading import sums_between
from ivr.records.called import Called, Dialled, called
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Desk, Place

pytestmark = BOTH_STORES
CLIENT = "/api/records/client/1/preparation"
NUMBER = "07700900123"
LIMITS = Limits()


def _row(call_id: CallId, place: Place) -> CallRow:
    return CallRow(
        call_id,
        CallState.DIALLING,
        "general",
        "cmg",
        "en",
        outbound.far_leg(call_id),
        place.clock.now(),
        cli=NUMBER,
        client_id=1,
        pop="record",
        agent_channel_id=outbound.own_leg(call_id),
    )


async def _begins(place: Place) -> tuple[CallId, AgentRow | Impossible]:
    now = place.clock.now()
    call_id = new_call_id(now)
    order = Order(AgentId(1), NUMBER, whom=Whom("client", 1), purpose=Purpose.CALL_BACK)
    return call_id, await place.store.run(outbound.begin, _row(call_id, place), order, now)


async def test_a_call_back_its_call_and_its_activity_are_one(place: Place, desk: Desk) -> None:
    """R-CB-6: the attempt and the activity say which call back it was; both are closed together, in time."""
    body = {"whose": "self", "kind": "client", "record_id": 1, "contact_number": NUMBER, "description": "x"}
    made = (await desk.ask("POST", "/api/call-backs", json=body)).body["call_back"]
    call_id, now = new_call_id(place.clock.now()), place.clock.now()
    order = Order(
        AgentId(1), NUMBER, whom=Whom("client", 1), purpose=Purpose.CALL_BACK, call_back_id=made["call_back_id"]
    )
    await place.store.run(outbound.begin, _row(call_id, place), order, now)
    for step in (outbound.agent_answered, outbound.rings, outbound.reached):
        place.clock.pass_(1)
        await place.store.run(step, call_id, place.clock.now())
    (activity,) = (await desk.ask("GET", "/api/activities")).body["activities"]
    assert (activity["call_back"]["call_back_id"], activity["call_back"]["in_time"]) == (made["call_back_id"], True)
    path = f"/api/activities/{activity['activity_id']}/close"
    closed = await desk.ask("POST", path, json={"outcome": "call_resolved", "call_back": "done"})
    assert (closed.body["activity"]["outcome"], closed.body["activity"]["call_back"]["result"]) == (
        "call_resolved",
        "done",
    )
    found = (await desk.ask("GET", f"/api/call-backs/{made['call_back_id']}")).body["call_back"]
    assert (found["result"], found["in_time"], found["called_at"]) == (
        "done",
        True,
        now.isoformat().replace("+00:00", "Z"),
    )


async def test_an_outbound_call_that_led_to_a_call_back_is_closed_first(place: Place, desk: Desk) -> None:
    """R-CB-1: refused while nobody says with what; then its activity is closed with that, and the call back raised."""
    call_id, _agent = await _begins(place)
    await place.store.run(outbound.agent_answered, call_id, place.clock.now())
    body = {"whose": "self", "kind": "client", "record_id": 1, "contact_number": NUMBER, "description": "x"}
    refused = await desk.ask("POST", "/api/call-backs", json=body)
    assert (refused.status, refused.body["error_id"]) == (409, "call_back.call_open")
    made = await desk.ask("POST", "/api/call-backs", json=body | {"outcome": "call_back_request"})
    assert made.status == 201, made.body
    (activity,) = (await desk.ask("GET", f"/api/activities?call_id={call_id}")).body["activities"]
    assert (activity["outcome"], activity["closed_at"] is None) == ("call_back_request", False)
    assert made.body["call_back"]["call_id"] == call_id


async def test_who_may_not_be_called_back_and_why(place: Place, desk: Desk) -> None:
    """R-CB-7, R-OUT-2: another's; a contact suppressed meanwhile, with its reason; a call back that is closed."""
    body = {"whose": "self", "kind": "client", "record_id": 1, "contact_number": NUMBER, "description": "x"}
    made = (await desk.ask("POST", "/api/call-backs", json=body)).body["call_back"]
    path = f"/api/call-backs/{made['call_back_id']}/call"
    other = await place.log_in("7002")
    assert (await other.ask("POST", path)).body["error_id"] == "call_back.not_yours"
    assert (await desk.ask("POST", path)).body["error_id"] == "outbound.no_trunk"
    await place.add(
        t.suppression, kind="client", record_id=1, reason="opted_out", set_at=place.clock.now(), set_by=desk.agent_id
    )
    refused = await desk.ask("POST", path)
    assert (refused.status, "opted out" in refused.body["message"]) == (409, True)
    closed = {"result": "suppressed"}
    assert (await desk.ask("POST", f"/api/call-backs/{made['call_back_id']}/close", json=closed)).status == 200
    assert (await desk.ask("POST", path)).body["error_id"] == "call_back.is_closed"
    assert (await desk.ask("POST", "/api/call-backs/b0000000000000000/call")).status == 404


async def test_what_is_shown_first(place: Place, desk: Desk) -> None:
    """R-OUT-3, R-OUT-5, R-OUT-2: requirements, purposes, earlier attempts with their times of day, suppressions."""
    call_id, _agent = await _begins(place)
    place.clock.pass_(20)
    await place.store.run(outbound.over, call_id, CallEnd.NO_ANSWER, place.clock.now(), LIMITS)
    wanted = {"interpreter": "Polish", "preferred_time": "14:00"}
    assert (await desk.ask("PUT", "/api/records/client/1/requirements", json=wanted)).status == 200
    assert (await desk.ask("POST", "/api/records/client/1/suppressions", json={"reason": "opted_out"})).status == 201
    shown = (await desk.ask("GET", CLIENT)).body
    assert (shown["requirements"]["interpreter"], shown["requirements"]["preferred_time"]) == ("Polish", "14:00")
    assert next(one["purpose"] for one in shown["purposes"] if not one["expected"]) == "change_of_details"
    (attempt,) = shown["attempts"]
    assert (attempt["outcome"], attempt["purpose"], len(attempt["time_of_day"])) == ("no_answer", "call_back", 5)
    assert [one["reason"] for one in shown["suppressions"]] == ["opted_out"]
    assert (shown["number"], shown["why_not"]) == (None, None)
    assert (await desk.ask("GET", "/api/records/client/99999/preparation")).status == 404


async def test_the_desk_sees_how_far_a_call_has_come(place: Place, desk: Desk) -> None:
    """R-OUT-1, R-STATE-4, R-MI-3: from the agent's phone to After Call Work; not one of the queue's ends."""
    call_id, agent = await _begins(place)
    assert isinstance(agent, AgentRow)
    assert agent.state == "on_call"
    steps = (outbound.agent_answered, outbound.rings, outbound.reached)
    for step, progress in zip(steps, ("dialling", "ringing", "answered"), strict=True):
        place.clock.pass_(1)
        await place.store.run(step, call_id, place.clock.now())
        pop = (await desk.ask("GET", "/api/agents/me/call")).body["pop"]
        assert (pop["outbound"]["progress"], pop["outbound"]["purpose"]) == (progress, "call_back")
        assert (pop["caller_number"], pop["client"]["record_id"]) == (NUMBER, 1)
    end = await place.store.run(outbound.over, call_id, CallEnd.CANCELLED, place.clock.now(), LIMITS)
    assert end is CallEnd.REACHED
    assert (await desk.ask("GET", "/api/agents/me")).body["state"] == "after_call_work"
    sums = await place.store.read(sums_between, place.clock.now() - timedelta(days=1), place.clock.now())
    assert (sums.lines, sums.queues) == ({}, {})


async def test_one_that_waited_at_gich_counts_there_alone(place: Place, desk: Desk) -> None:
    """R-MI-3, R-STATE-8: the agent's phone was lost in the talk; offered on no line, entered in GICH's queue."""
    assert (await desk.ask("GET", "/api/agents/me")).status == 200
    call_id, _agent = await _begins(place)
    for step in (outbound.agent_answered, outbound.reached):
        await place.store.run(step, call_id, place.clock.now())
    assert await place.store.run(outbound.lost, call_id, Segments(), place.clock.now(), LIMITS)
    place.clock.pass_(9)
    await place.store.run(outbound.over, call_id, CallEnd.REACHED, place.clock.now(), LIMITS)
    sums = await place.store.read(sums_between, place.clock.now() - timedelta(days=1), place.clock.now())
    assert sums.lines == {}
    assert {key: (one.entered, one.abandoned) for key, one in sums.queues.items()} == {"segment:GICH": (1, 1)}


async def test_an_own_phone_not_answered_leaves_all_as_it_was(place: Place, desk: Desk) -> None:
    """R-OUT-1: Available, with the idle time they had; another call may be made."""
    assert (await desk.ask("PUT", "/api/agents/me/state", json={"state": "available"})).status == 200
    before = await place.store.run(lambda tx: tx.agent(AgentId(1)))
    place.clock.pass_(60)
    call_id, _agent = await _begins(place)
    refused = (await _begins(place))[1]
    assert isinstance(refused, Impossible)
    place.clock.pass_(15)
    await place.store.run(outbound.over, call_id, CallEnd.CANCELLED, place.clock.now(), LIMITS)
    after = await place.store.run(lambda tx: tx.agent(AgentId(1)))
    assert before is not None
    assert after is not None
    assert (after.state, after.idle_since) == ("available", before.idle_since)
    assert after.deadline_at == place.clock.now() + timedelta(seconds=LIMITS.idle_logout_s)


@pytest.mark.parametrize(
    ("body", "status", "error_id"),
    [
        ({"number": "09060000000"}, 409, "dialling.premium"),
        ({"number": NUMBER}, 409, "outbound.no_trunk"),
        ({"kind": "client", "record_id": 1}, 409, "dialling.no_number"),
        ({"number": NUMBER, "kind": "client", "record_id": 99_999}, 404, "record.unknown"),
        ({"number": NUMBER, "case_id": 99_999}, 404, "record.unknown"),
        ({"number": NUMBER, "kind": "client"}, 422, "request.invalid"),
        ({}, 422, "request.invalid"),
    ],
)
async def test_an_order_that_cannot_be_met_says_why(
    desk: Desk, body: dict[str, object], status: int, error_id: str
) -> None:
    """R-OUT-1, R-OUT-4: in words, with a stable id."""
    answered = await desk.ask("POST", "/api/calls", json=body)
    assert (answered.status, answered.body["error_id"]) == (status, error_id)


async def test_an_employer_is_known_by_the_number(place: Place, desk: Desk) -> None:
    """R-OUT-2: however it is written; a suppressed one is not rung from a phone either."""
    shown = (await desk.ask("GET", "/api/records/employer/1/preparation")).body
    number = shown["number"]
    assert number is not None
    dialled = Dialled(DiallingRules(("01", "02", "03", "07")), "+44" + number[1:])
    found: Called = await place.store.read(called, dialled)
    assert (found.whom.kind, found.whom.record_id, found.verdict.number) == ("employer", 1, number)  # type: ignore[union-attr]
    await desk.ask("POST", "/api/records/employer/1/suppressions", json={"reason": "opted_out"})
    refused: Called = await place.store.read(called, dialled)
    assert refused.verdict.error_id == "dialling.suppressed"  # type: ignore[union-attr]
