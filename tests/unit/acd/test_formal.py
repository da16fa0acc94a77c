"""A formal call back that the system raises, when nobody answered a call back or the line closes (R-CB-14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ivr.acd import ledger
from ivr.acd.formal import raise_for_call
from ivr.domain.call_backs import CallBackRow, Whose
from ivr.domain.ids import CallId
from ivr.domain.routes import Route, Segments, existing_case, general
from ivr.domain.service_requests import ServiceRequestRow, Status
from ivr.errors import StoreError
from tests.unit.acd.world import NINE, OWNER, World

NUMBER = "07700900123"
NAMES = Segments()
CASE = existing_case(NAMES, OWNER, "M1", "Maintenance")


def _every_day(_day: date) -> bool:
    return True


def _raised(world: World, call: CallId) -> CallBackRow:
    call_back_id = world.run(raise_for_call, call, NUMBER, world.now, _every_day)
    return world.store.rows.call_backs[call_back_id]


def _waits(route: Route, client_id: int | None = None, case_id: int | None = None) -> tuple[World, CallId]:
    world = World()
    call = world.queues(route)
    world.run(ledger.identify, call, client_id=client_id, case_id=case_id)
    return world, call


def test_it_has_the_limit_of_a_day() -> None:
    """R-CB-3, R-CB-14: with no preferred time, the 24 hour limit and half an hour before it."""
    world, call = _waits(CASE, client_id=1, case_id=4)
    row = _raised(world, call)
    assert (row.whose, row.wanted_at, row.raised_by) == (Whose.OWNER, None, None)
    assert row.ends_at == world.now + timedelta(days=1)
    assert row.ends_at - row.starts_at == timedelta(minutes=30)


def test_with_a_case_it_is_its_owners_with_a_service_request() -> None:
    """R-CB-1: whose it is, is read from the case; the service request is flagged and Pending Assignment."""
    world, call = _waits(CASE, client_id=1, case_id=4)
    row = _raised(world, call)
    assert (row.kind, row.record_id, row.case_id, row.agent_id) == ("client", 1, 4, None)
    (request,) = world.store.rows.service_requests.values()
    assert request == ServiceRequestRow(
        request.service_request_id,
        "Manage inbound call",
        "General enquiry",
        "General enquiry",
        Status.PENDING_ASSIGNMENT,
        world.now,
        "client",
        1,
        4,
        call_back=True,
        call_id=call,
    )
    assert row.service_request_id == request.service_request_id


def test_without_a_record_it_is_the_queues() -> None:
    """R-CB-14: it belongs to the queue, and there is nothing for a service request to stand on."""
    world, call = _waits(general(NAMES))
    row = _raised(world, call)
    assert (row.kind, row.record_id, row.scope, row.service_request_id) == (None, None, "segment:GICH", None)
    assert world.store.rows.service_requests == {}


def test_with_an_owner_it_falls_back_to_their_team() -> None:
    """R-CB-14: an owner's own scope is no queue."""
    world, call = _waits(CASE, client_id=1)
    assert _raised(world, call).scope == "team:M1"


def test_the_journey_tells_of_it_without_the_number() -> None:
    """R-MI-2, R-DTMF-5: a step with the call back's id and nothing personal."""
    world, call = _waits(general(NAMES))
    row = _raised(world, call)
    assert world.journey(call)[-1] == ("call_back_raised", {"call_back": row.call_back_id})
    assert NUMBER not in repr(world.changes)
    assert row.contact_number == NUMBER


def test_of_no_call_there_is_none() -> None:
    """A mistake of ours, and nothing is kept."""
    world = World()
    with pytest.raises(StoreError):
        world.run(raise_for_call, CallId("c"), NUMBER, NINE, _every_day)
    assert world.store.rows.call_backs == {}
