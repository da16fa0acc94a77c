"""Another system of record: a real HTTP server that answers as a test wants it to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class OtherSystem:
    """``asked``: each question (path, body, token) so far; `answer` decides what comes back."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, str]] = []
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        """What is on record there, by path and reference."""
        self.answer: Answer = self.as_agreed
        self._news = asyncio.Event()

    async def has_been_asked(self, times: int) -> None:
        """So often in all."""
        while len(self.asked) < times:
            self._news.clear()
            await self._news.wait()

    async def as_agreed(self, request: web.Request) -> web.StreamResponse:
        """By the contract."""
        path = request.path.strip("/")
        (reference,) = (await request.json()).values()
        nothing: dict[str, Any] = {"employer": None, "employer_agent": None} if path == "employer" else {path: None}
        return web.json_response(nothing | self.records.get((path, reference), {}))

    async def slow(self, request: web.Request) -> web.StreamResponse:
        """Longer than anybody waits."""
        await asyncio.sleep(30)
        return await self.as_agreed(request)

    async def trickling(self, request: web.Request) -> web.StreamResponse:
        """Begins at once, and never comes to an end."""
        reply = web.StreamResponse()
        await reply.prepare(request)
        for _ in range(300):
            await reply.write(b" ")
            await asyncio.sleep(0.05)
        return reply

    async def closing(self, request: web.Request) -> web.StreamResponse:
        """Closes the connection without a word."""
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    def saying(self, body: bytes, status: int = 200) -> Answer:
        """These bytes."""

        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=body, content_type="application/json")

        return answer

    def with_json(self, found: object) -> Answer:
        """This, as JSON."""
        return self.saying(json.dumps(found).encode())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "")
        self.asked.append((request.path, await request.json(), token))
        self._news.set()
        return await self.answer(request)

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """Its address, while it is up."""
        app = web.Application()
        app.router.add_post("/{path:.*}", self._serve)
        server = TestServer(app, port=port or None)
        await server.start_server(shutdown_timeout=0)
        try:
            yield str(server.make_url("")).rstrip("/")
        finally:
            await server.close()
