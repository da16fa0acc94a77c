"""The web application: routes from the operations, problems as JSON, sessions and live events for its lifetime."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import cache, partial
from time import perf_counter
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from ivr.web.api import OPERATIONS
from ivr.web.events import LiveEvents
from ivr.web.open_checks import OpenChecks
from ivr.web.openapi import EVENTS_PATH, OPENAPI_PATH, document
from ivr.web.pages import add_pages
from ivr.web.phone_door import PHONE_PATH, PhoneDoor
from ivr.web.problems import problems
from ivr.web.registry import WEB, WebState, perform
from ivr.web.services import WebServices
from ivr.web.sessions import Sessions
from ivr.web.socket import events

log = structlog.get_logger()
BODY_BYTES: Final = 64 * 1024
_UNLOGGED: Final = frozenset({"/api/health"})


def make_app(services: WebServices) -> web.Application:
    """The application; sessions and live events begin and end with it.

    Example: ``await web.AppRunner(make_app(WebServices(store)), access_log=None).setup()``.
    """
    app = web.Application(middlewares=[_answered, problems], client_max_size=BODY_BYTES)
    sessions = Sessions(services)
    app[WEB] = WebState(services, sessions, LiveEvents(services), PhoneDoor(services, sessions), OpenChecks(services))
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, partial(perform, operation))
    app.router.add_route("GET", OPENAPI_PATH, _openapi)
    app.router.add_route("GET", EVENTS_PATH, events)
    app.router.add_route("GET", PHONE_PATH, app[WEB].phones.serve)
    add_pages(app, services.pages)
    app.cleanup_ctx.append(_lifetime)
    app.on_shutdown.append(_say_goodbye)
    return app


async def _openapi(_request: web.Request) -> web.Response:
    return web.Response(text=await asyncio.to_thread(_described), content_type="application/json")


@cache
def _described() -> str:
    """Made when first asked for, in a thread: no start and no call waits for it."""
    return document(OPERATIONS)


async def _lifetime(app: web.Application) -> AsyncIterator[None]:
    app[WEB].live.start()
    app[WEB].checks.start()
    yield
    app[WEB].sessions.close()


async def _say_goodbye(app: web.Application) -> None:
    """Runs before the server waits for its connections to end."""
    await app[WEB].live.stop()
    await app[WEB].phones.stop()
    await app[WEB].checks.stop()


@web.middleware
async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log each answer, without what stands in the path, and forbid caching of the API's."""
    begun = perf_counter()
    response = await handler(request)
    resource = request.match_info.route.resource
    path = "(unknown)" if resource is None else resource.canonical
    if not response.prepared and request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if path not in _UNLOGGED:
        took_ms = round((perf_counter() - begun) * 1000, 1)
        log.info("request.answered", method=request.method, path=path, status=response.status, took_ms=took_ms)
    return response
