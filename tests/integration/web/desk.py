"""A desk's client for tests: each answer is checked against what the OpenAPI document declares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient
from argon2 import PasswordHasher
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection, Table, insert, select

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallState
from ivr.domain.ids import AgentId, CallId, new_call_id
from ivr.domain.queueing import CallRow
from ivr.domain.routes import Route
from ivr.store import tables as t
from ivr.store.engine import SqlStore
from ivr.web.api import OPERATIONS
from ivr.web.event_models import LiveEvent
from ivr.web.models import Problem
from ivr.web.openapi import EVENTS_PATH, OPENAPI_PATH
from ivr.web.registry import AnyOperation
from ivr.web.services import HealthNow
from tests.patience import patiently

PASSWORD: Final = "a long pass phrase"
TOLD_LIMIT_S: Final = patiently(5.0)
"""How long a live event is waited for."""
START: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BOTH_STORES: Final = pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
Json = dict[str, Any]
Client = TestClient[web.Request, web.Application]


@dataclass
class Clock:
    """A wall clock that tests move."""

    at: datetime

    def now(self) -> datetime:
        """The instant the application sees."""
        return self.at

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Answered:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


_PARAMETER: Final = re.compile(r"\{(\w+):(?:[^{}]|\{[\d,]+\})+\}")


def example_of(operation: AnyOperation) -> str:
    """The operation's path with its own examples in it."""
    return _PARAMETER.sub(lambda found: operation.examples[found[1]], operation.path)


def declared(method: str, path: str, status: int) -> type[BaseModel] | None:
    """The model that ``status`` carries by the operations; fails when the status is not declared at all."""
    for operation in OPERATIONS:
        pattern = re.sub(r"\{\w+:((?:[^{}]|\{[\d,]+\})+)\}", r"(?:\1)", operation.path)
        if operation.method == method and re.fullmatch(pattern, path):
            if status in operation.answers:
                return operation.answers[status].model
            assert status in operation.problems(), f"{method} {path} answered {status}, which is not declared"
            return Problem
    assert path in {EVENTS_PATH, OPENAPI_PATH} or status in {404, 405}, f"{method} {path} is no operation"
    return None


async def ask(client: Client, method: str, path: str, **options: Any) -> Answered:
    """Ask, and check that status and body are as declared."""
    async with client.request(method, path, **options) as response:
        if not response.content_type.endswith("json") and response.status == 200:
            return Answered(response.status, await response.read(), dict(response.headers))
        text = await response.text()
        model = declared(method, path.partition("?")[0], response.status)
        if model is not None:
            TypeAdapter(model).validate_json(text)
        elif response.status == 204:
            assert text == ""
        body = await response.json() if text else None
        return Answered(response.status, body, dict(response.headers))


@dataclass
class Desk:
    """One logged-in person."""

    client: Client
    token: str
    agent_id: AgentId

    async def ask(self, method: str, path: str, **options: Any) -> Answered:
        """Ask with this person's token."""
        return await ask(self.client, method, path, headers={"Authorization": f"Bearer {self.token}"}, **options)

    async def state(self, state: str, code: str | None = None) -> Answered:
        """Ask for a state."""
        body = {"state": state} if code is None else {"state": state, "code": code}
        return await self.ask("PUT", "/api/agents/me/state", json=body)

    async def listen(self, after: int | None = None, *, beat: bool = False) -> ClientWebSocketResponse:
        """Connect to the live events with the token in the header; ``beat``: with beats while nothing happens."""
        query = ([] if after is None else [f"after={after}"]) + (["beat=1"] if beat else [])
        path = f"{EVENTS_PATH}?{'&'.join(query)}"
        return await self.client.ws_connect(path, headers={"Authorization": f"Bearer {self.token}"})


async def told(socket: ClientWebSocketResponse) -> Json:
    """The next live event, checked against its model."""
    text = await socket.receive_str(timeout=TOLD_LIMIT_S)
    event: Json = LiveEvent.model_validate_json(text).model_dump(mode="json")
    return event


async def until(socket: ClientWebSocketResponse, kind: str) -> list[Json]:
    """Live events up to and with the first of a kind."""
    seen = [await told(socket)]
    while seen[-1]["type"] != kind:
        seen.append(await told(socket))
    return seen


@dataclass
class Place:
    """The application and its store."""

    store: SqlStore
    clock: Clock
    health: HealthNow
    client: Client = None  # type: ignore[assignment]

    async def health_now(self) -> HealthNow:
        """What the service would say."""
        return self.health

    async def log_in(self, staff_number: str) -> Desk:
        """Log in with the right password."""
        body = {"staff_number": staff_number, "password": PASSWORD}
        answered = await ask(self.client, "POST", "/api/sessions", json=body)
        assert answered.status == 201, answered.body
        agent_id = int((await self.rows(_agent_named, staff_number))[0][0])
        return Desk(self.client, answered.body["token"], AgentId(agent_id))

    async def rows(self, query: Any, *args: Any) -> list[Any]:
        """Rows as the database has them."""
        found: list[Any] = await self.store.read(query, *args)
        return found

    async def table(self, table: Table) -> list[Any]:
        """All rows of a table."""
        return await self.rows(lambda sql: list(sql.execute(select(table))))

    async def add(self, table: Table, **values: object) -> None:
        """Append a row."""
        await self.store.write(lambda sql: sql.execute(insert(table).values(values)) and None)

    async def call(self, route: Route, **values: Any) -> CallId:
        """A caller arrives and begins to wait along ``route``."""
        now = self.clock.now()
        call_id = new_call_id(now)
        row = CallRow(call_id, CallState.MENU, "general", "cmg", "en", "ch", now, cli="03069990123", **values)
        await self.store.run(lambda tx: tx.add_call(row))
        await self.store.run(ledger.enqueue, call_id, route, now, Limits())
        return call_id


def _agent_named(sql: Connection, staff_number: str) -> list[Any]:
    return list(sql.execute(select(t.agent.c.agent_id).where(t.agent.c.staff_number == staff_number)))
