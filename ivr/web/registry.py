"""Operations: each route once, with what it takes and everything it may answer.

The routes are registered from them and the OpenAPI document is made from them, so the two cannot drift apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from ivr.domain.oversight import OVERSEERS, Role
from ivr.web.door import NO_SESSION, identity_of, is_secure
from ivr.web.events import LiveEvents
from ivr.web.identity import Identity, Person, Program
from ivr.web.models import NoBody, NoQuery
from ivr.web.open_checks import OpenChecks
from ivr.web.phone_door import PhoneDoor
from ivr.web.problems import Refusal, for_people, invalid, unauthenticated
from ivr.web.services import WebServices
from ivr.web.sessions import Sessions

B = TypeVar("B", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)


class Auth(Enum):
    """Who may ask, by role; without roles anyone may, with no session."""

    ANYONE = frozenset[Role]()
    AGENT = frozenset({Role.AGENT, Role.TEAM_LEADER})
    TEAM_LEADER = frozenset({Role.TEAM_LEADER})
    OVERSIGHT = OVERSEERS
    OPERATIONS = frozenset({Role.OPERATIONS})
    EVERYBODY = frozenset(Role)

    @property
    def words(self) -> str:
        """Who may, in words."""
        return _WHO[self]

    @property
    def error_id(self) -> str:
        """What somebody is refused with who may not."""
        leaders = Role.TEAM_LEADER in self.value and Role.AGENT not in self.value
        return "session.not_a_team_leader" if leaders else "session.wrong_role"


_WHO: Final = {
    Auth.ANYONE: "anyone",
    Auth.AGENT: "agents and team leaders",
    Auth.TEAM_LEADER: "team leaders",
    Auth.OVERSIGHT: "team leaders and operations",
    Auth.OPERATIONS: "operations",
    Auth.EVERYBODY: "everybody with a session",
}


@dataclass(frozen=True, slots=True)
class WebState:
    """What lives as long as the application."""

    services: WebServices
    sessions: Sessions
    live: LiveEvents
    phones: PhoneDoor
    checks: OpenChecks


ANSWER_LIMIT_S: Final = 10.0
"""What takes longer is answered with 503; a transaction that was begun still runs to its end."""
WEB: Final[web.AppKey[WebState]] = web.AppKey("web", WebState)


@dataclass(frozen=True, slots=True)
class Ask(Generic[B, Q]):
    """A checked request. ``path`` holds the parameters of the path, already of the right form; ``secure``: over TLS."""

    web: WebState
    identity: Identity | None
    body: B
    query: Q
    path: Mapping[str, str]
    address: str
    secure: bool

    @property
    def who(self) -> Person:
        """The person who asks; only where the operation needs a session, and no program may ask."""
        if not isinstance(self.asker, Person):
            raise for_people()
        return self.asker

    @property
    def asker(self) -> Identity:
        """The person or program that asks; only where the operation needs one."""
        if self.identity is None:
            raise unauthenticated(NO_SESSION)
        return self.identity


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a status and its model, or ``content`` that is no JSON, as declared by the operation."""

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    file: Path | None = None
    """A file, or the part of it that the request's Range asks for: then it is answered with 206, or 416."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status an operation may give: in words, and with which model, or content of which ``media`` type (neither: no
    body).
    """

    words: str
    model: type[BaseModel] | None = None
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Operation(Generic[B, Q]):
    """One route. ``path`` is aiohttp's, with the form of each parameter in it (``{call_id:c[0-9a-z]{16}}``).

    ``programs``: whether a program with one of the roles may ask, too; ``examples``: of the path's parameters.
    """

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
    programs: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)

    def problems(self) -> dict[int, str]:
        """Every status this operation may give as a `Problem`, in words; `refusals` are its own."""
        found = {
            500: "The service failed; its log says why.",
            503: "The database or the PBX does not answer; try again in a moment.",
        }
        if self.auth is not Auth.ANYONE:
            found[401] = "No session, or it is over."
            found[403] = f"For {self.auth.words} only, or the page that asks is not the service's own."
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


async def perform(operation: AnyOperation, request: web.Request) -> web.StreamResponse:
    """Check the request, run the operation, and turn its reply into a response."""
    state, path, address = request.app[WEB], dict(request.match_info), request.remote or ""
    async with asyncio.timeout(ANSWER_LIMIT_S):
        identity = await _authorised(operation, request)
    body, query = await _body(operation, request), _query(operation, request)
    async with asyncio.timeout(ANSWER_LIMIT_S):
        reply = await operation.run(Ask(state, identity, body, query, path, address, is_secure(request)))
    return _response(operation, reply)


async def _authorised(operation: AnyOperation, request: web.Request) -> Identity | None:
    if operation.auth is Auth.ANYONE:
        return None
    identity = await identity_of(request, request.app[WEB].sessions)
    if identity is None:
        raise unauthenticated(NO_SESSION)
    if isinstance(identity, Program) and not operation.programs:
        raise for_people()
    if identity.role not in operation.auth.value:
        raise Refusal(403, operation.auth.error_id, f"this is for {operation.auth.words}")
    return identity


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
        return model.model_validate_json(await request.read(), strict=True)
    except ValidationError as error:
        raise invalid(error) from None


def _query(operation: AnyOperation, request: web.Request) -> BaseModel:
    try:
        model: type[BaseModel] = operation.query
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise invalid(error) from None


def _response(operation: AnyOperation, reply: Reply) -> web.StreamResponse:
    declared = operation.answers[reply.status]
    if reply.file is not None:
        return web.FileResponse(reply.file, headers=reply.headers)
    if reply.content is not None:
        return web.Response(status=reply.status, body=reply.content, content_type=declared.media, headers=reply.headers)
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers)
    if declared.model is None or not isinstance(reply.body, declared.model):
        raise TypeError(f"{operation.name} answered {type(reply.body).__name__} with {reply.status}: not declared")
    text = reply.body.model_dump_json()
    return web.Response(status=reply.status, text=text, content_type="application/json", headers=reply.headers)
