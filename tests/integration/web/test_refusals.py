"""What the API refuses, and how: always the same shape, never a 5xx for bad input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ivr.errors import PbxUnavailable, RequestError, StoreError, StoreUnavailable
from ivr.web.api import OPERATIONS
from ivr.web.registry import Auth
from tests.integration.web.desk import PASSWORD, Desk, Place, ask, example_of

STATE = "/api/agents/me/state"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "error_id"),
    [
        (b"", 400, "request.not_json"),
        (b"{", 400, "request.not_json"),
        (b"\xff\xfe", 400, "request.not_json"),
        (b'{"state": "\\ud800"}', 400, "request.not_json"),
        (b"[" * 10_000, 400, "request.not_json"),
        (b"[]", 422, "request.invalid"),
        (b"null", 422, "request.invalid"),
        (b"{}", 422, "request.invalid"),
        (b'{"state": "reserved"}', 422, "request.invalid"),
        (b'{"state": "available", "code": "Break"}', 422, "request.invalid"),
        (b'{"state": "not_ready", "code": "Node lost"}', 422, "request.invalid"),
        (b'{"state": "not_ready", "code": 7}', 422, "request.invalid"),
        (b'{"state": "not_ready", "code": "\\u0000"}', 422, "request.invalid"),
        (b'{"x": "' + b"y" * 70_000 + b'"}', 413, "request.too_large"),
    ],
)
async def test_bad_bodies_are_refused_in_words(desk: Desk, body: bytes, status: int, error_id: str) -> None:
    """R-STATE-2, R-STATE-12: only the toolbar's states and codes; anything else is the asker's mistake."""
    headers = JSON | {"Authorization": f"Bearer {desk.token}"}
    answered = await ask(desk.client, "PUT", STATE, data=body, headers=headers)
    assert (answered.status, answered.body["error_id"]) == (status, error_id)
    assert answered.body["message"]


@pytest.mark.parametrize("staff", ["", "7001'--", "7001\u0000", "7" * 21, "7001\u0661"])
async def test_a_staff_number_is_letters_and_digits(place: Place, staff: str) -> None:
    """Nothing else reaches the database; the password is never echoed."""
    body = {"staff_number": staff, "password": "secret words"}
    answered = await ask(place.client, "POST", "/api/sessions", json=body)
    assert (answered.status, answered.body["field"]) == (422, "staff_number")
    long = await ask(place.client, "POST", "/api/sessions", json={"staff_number": "7001", "password": "x" * 201})
    assert long.status == 422
    assert "found" not in long.body
    assert "xxx" not in str(long.body)


async def test_a_body_must_be_declared_as_json(desk: Desk) -> None:
    """What a form sends is named as the mistake it is."""
    headers = {"Authorization": f"Bearer {desk.token}"}
    answered = await ask(desk.client, "PUT", STATE, data={"state": "available"}, headers=headers)
    assert (answered.status, answered.body["expected"]) == (415, "application/json")


@pytest.mark.parametrize("query", ["up=maybe", "limit=0", "limit=x", "limit=1001", "upp"])
async def test_parameters_are_checked(leader: Desk, query: str) -> None:
    """A parameter that is misspelt or out of range is named, not ignored."""
    answered = await leader.ask("GET", f"/api/calls?{query}")
    assert answered.status == 422
    assert answered.body["field"] == query.partition("=")[0]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic NzAwMTp4", "Bearer wrong", "Bearer ü"])
async def test_every_operation_but_two_needs_a_session(place: Place, header: str) -> None:
    """Without a valid token nothing is shown."""
    for operation in OPERATIONS:
        if operation.auth is not Auth.ANYONE:
            path = example_of(operation)
            answered = await ask(place.client, operation.method, path, headers={"Authorization": header})
            assert (answered.status, answered.body["error_id"]) == (401, "session.required"), operation.name


async def test_unknown_addresses_and_methods(desk: Desk) -> None:
    """404 and 405 look like every other problem."""
    for path in ("/nothing", "/api", "/api/agents/7001", "/api/calls/../x", "/api/calls/x'/journey", "/api/%00"):
        answered = await desk.ask("GET", path)
        assert (answered.status, answered.body["error_id"]) == (404, "request.not_found"), path
    answered = await desk.ask("DELETE", "/api/agents")
    assert (answered.status, answered.body["error_id"]) == (405, "request.method_not_allowed")
    assert answered.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("error", "status", "error_id"),
    [
        (StoreUnavailable("no answer"), 503, "store.unavailable"),
        (PbxUnavailable("no answer"), 503, "pbx.unavailable"),
        (TimeoutError(), 503, "store.unavailable"),
        (StoreError("refused: secret"), 500, "store.failed"),
        (RuntimeError("secret"), 500, "service.failed"),
        (RequestError("not now", error_id="agent.busy"), 409, "agent.busy"),
    ],
)
async def test_errors_of_the_service_have_the_same_shape(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, error_id: str
) -> None:
    """Only what the asker can do is said; what went wrong inside is for the log."""

    def failing(*_args: Any) -> Callable[[], None]:
        raise error

    monkeypatch.setattr(place.store, "read", failing)
    body = {"staff_number": "7001", "password": "x"}
    answered = await ask(place.client, "POST", "/api/sessions", json=body)
    assert (answered.status, answered.body["error_id"]) == (status, error_id)
    assert "secret" not in str(answered.body)
    assert ("Retry-After" in answered.headers) is (status == 503)


async def test_a_database_that_was_away_does_not_lock_anybody_out(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt that could not be judged is no failed log-in."""

    def failing(*_args: Any) -> None:
        raise StoreUnavailable("no answer")

    body = {"staff_number": "7001", "password": PASSWORD}
    with monkeypatch.context() as away:
        away.setattr(place.store, "read", failing)
        statuses = [(await ask(place.client, "POST", "/api/sessions", json=body)).status for _ in range(7)]
    assert statuses == [503] * 7
    await place.log_in("7001")
