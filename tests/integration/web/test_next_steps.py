"""R-CB-12 over the API: what an agent of GICH is offered for the call that reached them, and live while it lasts."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientWebSocketResponse

from ivr.domain import routes
from ivr.domain.ids import AgentId
from ivr.domain.routes import Segments
from tests.integration.web.desk import BOTH_STORES, Desk, Place, told, until

pytestmark = BOTH_STORES
NAMES = Segments()
Steps = list[tuple[str, bool, tuple[str, bool] | None]]


def _told(call: Any) -> Steps:
    return [
        (one["step"], one["best"], None if one["to"] is None else (one["to"]["name"], one["to"]["available"]))
        for one in call["next_steps"]
    ]


async def _steps(desk: Desk) -> Steps:
    return _told((await desk.ask("GET", "/api/agents/me/call")).body)


async def _until_best(socket: ClientWebSocketResponse, step: str) -> Any:
    """The call as it is told once this is the step to begin with; at most a few times before."""
    for _ in range(5):
        call = (await until(socket, "my_call"))[-1]["call"]
        if (step, True) in [(name, best) for name, best, _ in _told(call)]:
            return call
    raise AssertionError(step)


async def _gich(place: Place) -> Desk:
    desk = await place.log_in("7008")
    await desk.state("available")
    return desk


async def test_an_application_call_says_live_who_is_there_for_it(place: Place) -> None:
    """Nobody in Applications: the form. Somebody becomes Available there: a transfer first, without being asked."""
    desk = await _gich(place)
    await place.call(routes.new_application(NAMES), menu_choice="2")
    socket = await desk.listen()
    first = (await told(socket))["call"]
    assert _told(first) == [("transfer", False, ("Applications", False)), ("application", True, None)]
    assert first["next_steps"][1]["reason"] == "new_application"
    applications = await place.log_in("7006")
    await applications.state("available")
    now = await _until_best(socket, "transfer")
    assert _told(now) == [("transfer", True, ("Applications", True)), ("application", False, None)]
    await applications.state("not_ready", "Break")
    assert _told(await _until_best(socket, "application"))[0] == ("transfer", False, ("Applications", False))
    await socket.close()


async def test_an_application_call_of_somebody_on_record_becomes_a_formal_call_back(place: Place) -> None:
    """R-CB-12: not the small system's."""
    desk = await _gich(place)
    await place.call(routes.new_application(NAMES), menu_choice="2", client_id=1)
    assert await _steps(desk) == [("transfer", False, ("Applications", False)), ("call_back", True, None)]


async def test_the_right_segment_is_the_records(place: Place) -> None:
    """The selected case's owner, else team, else segment; nearest of those with somebody available."""
    desk = await _gich(place)
    await place.call(routes.general(NAMES), menu_choice="1", client_id=1, case_id=1)
    assert await _steps(desk) == [
        ("resolve", True, None),
        ("transfer", False, ("7001", False)),
        ("call_back", False, None),
        ("request", False, None),
    ]
    colleague = await place.log_in("7002")
    await colleague.state("available")
    assert (await _steps(desk))[1] == ("transfer", False, ("Maintenance 1", True))
    owner = await place.log_in("7001")
    await owner.state("available")
    assert (await _steps(desk))[1] == ("transfer", False, ("7001", True))


async def test_a_caller_of_whom_nothing_is_known_has_no_place(place: Place) -> None:
    """The phonebook opens, and whom to call back is taken down."""
    desk = await _gich(place)
    await place.call(routes.general(NAMES), menu_choice="1")
    assert [step for step, _, to in await _steps(desk) if to is None] == [
        "resolve",
        "transfer",
        "application",
        "request",
    ]


async def test_whoever_is_not_of_gich_is_not_guided(place: Place, desk: Desk) -> None:
    """R-CB-12 is GICH's."""
    await desk.state("available")
    await place.call(routes.existing_case(NAMES, AgentId(1), "Maintenance 1", "Maintenance"), client_id=1)
    assert await _steps(desk) == []
