"""Operations: each route once, with what it takes and everything it may answer.

The routes are registered from them and the OpenAPI document is made from them, so the two cannot drift apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ivr.web.events import LiveEvents
from ivr.web.models import NoBody, NoQuery
from ivr.web.problems import Refusal, invalid, unauthenticated
from ivr.web.services import WebServices
from ivr.web.sessions import Person, Sessions

B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


class Auth(Enum):
    """Who may ask."""

    ANYONE = "anyone"
    AGENT = "agent"
    TEAM_LEADER = "team leader"


@dataclass(frozen=True, slots=True)
class WebState:
    """What lives as long as the application."""

    services: WebServices
    sessions: Sessions
    live: LiveEvents


ANSWER_LIMIT_S: Final = 10.0
"""What takes longer is answered with 503; a transaction that was begun still runs to its end."""
WEB: Final[web.AppKey[WebState]] = web.AppKey("web", WebState)


@dataclass(frozen=True, slots=True)
class Ask(Generic[B, Q]):
    """A checked request. ``path`` holds the parameters of the path, already of the right form."""

    web: WebState
    person: Person | None
    body: B
    query: Q
    path: Mapping[str, str]
    address: str

    @property
    def who(self) -> Person:
        """Who asks; only where the operation needs a session."""
        if self.person is None:
            raise unauthenticated("this needs a session: send its token as Authorization: Bearer …")
        return self.person


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a status and its model, both declared by the operation."""

    status: int
    body: BaseModel | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A status an operation may give: in words, and with which model (none: no body)."""

    words: str
    model: type[BaseModel] | None = None


@dataclass(frozen=True, slots=True)
class Operation(Generic[B, Q]):
    """One route. ``path`` is aiohttp's, with the form of each parameter in it (``{call_id:c[0-9a-z]{16}}``)."""

    method: str
    path: str
    name: str
    summary: str
    auth: Auth
    run: Callable[[Ask[B, Q]], Awaitable[Reply]]
    answers: Mapping[int, Answer]
    body: type[B]
    query: type[Q]
    refusals: Mapping[int, str] = field(default_factory=dict)

    def problems(self) -> dict[int, str]:
        """Every status this operation may give as a `Problem`, in words; `refusals` are its own."""
        found = {
            500: "The service failed; its log says why.",
            503: "The database or the PBX does not answer; try again in a moment.",
        }
        if self.auth is not Auth.ANYONE:
            found[401] = "No session, or it is over."
        if self.auth is Auth.TEAM_LEADER:
            found[403] = "For team leaders only."
        if self.body is not NoBody:
            found |= {
                400: "The body is not JSON.",
                413: "The body is too large.",
                415: "The body is not declared as application/json.",
                422: "The body is JSON, but not what is expected; the problem names the key.",
            }
        if self.query is not NoQuery:
            found[422] = "A parameter is not what is expected; the problem names it."
        if "{" in self.path:
            found[404] = "There is no such thing."
        return found | dict(self.refusals)


AnyOperation = Operation[Any, Any]


async def perform(operation: AnyOperation, request: web.Request) -> web.Response:
    """Check the request, run the operation, and turn its reply into a response."""
    state, path, address = request.app[WEB], dict(request.match_info), request.remote or ""
    async with asyncio.timeout(ANSWER_LIMIT_S):
        person = await _authorised(operation, request)
    body, query = await _body(operation, request), _query(operation, request)
    async with asyncio.timeout(ANSWER_LIMIT_S):
        reply = await operation.run(Ask(state, person, body, query, path, address))
    return _response(operation, reply)


async def person_of(request: web.Request) -> Person | None:
    """Who the request's bearer token stands for; None without a token. Raises Refusal 401 for one that is not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthenticated("Authorization must be: Bearer, a space, and the token of POST /api/sessions")
    person = await request.app[WEB].sessions.who(token.strip())
    if person is None:
        raise unauthenticated("the session is unknown or over; log in again")
    return person


async def _authorised(operation: AnyOperation, request: web.Request) -> Person | None:
    if operation.auth is Auth.ANYONE:
        return None
    person = await person_of(request)
    if person is None:
        raise unauthenticated("this needs a session: send its token as Authorization: Bearer …")
    if operation.auth is Auth.TEAM_LEADER and not person.leads:
        raise Refusal(403, "session.not_a_team_leader", "this is for team leaders")
    return person


async def _body(operation: AnyOperation, request: web.Request) -> BaseModel:
    if operation.body is NoBody:
        return NoBody()
    if request.content_type != "application/json":
        raise Refusal(
            415,
            "request.not_declared_json",
            "send the body as application/json",
            field="Content-Type",
            found=request.content_type,
            expected="application/json",
        )
    try:
        model: type[BaseModel] = operation.body
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        raise invalid(error) from None


def _query(operation: AnyOperation, request: web.Request) -> BaseModel:
    try:
        model: type[BaseModel] = operation.query
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise invalid(error) from None


def _response(operation: AnyOperation, reply: Reply) -> web.Response:
    declared = operation.answers[reply.status]
    if reply.body is None:
        return web.Response(status=reply.status)
    if declared.model is None or not isinstance(reply.body, declared.model):
        raise TypeError(f"{operation.name} answered {type(reply.body).__name__} with {reply.status}: not declared")
    return web.Response(status=reply.status, text=reply.body.model_dump_json(), content_type="application/json")
