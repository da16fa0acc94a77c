"""A desk without a page: logs staff in at the service's API, asks for states, and follows the live events.

Enters: staff numbers and the password of the sample staff. Leaves: `LiveEvent` after `LiveEvent`. Whoever was logged
in before is left as they were; `Desk.leave` logs out only whom we logged in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

import aiohttp
from pydantic import ValidationError

from ivr.errors import IvrError, PrerequisiteError, RequestError
from ivr.web.event_models import Beat, LiveEvent
from ivr.web.models import Problem, Session

REQUEST_LIMIT_S: Final = 10.0
AGAIN_S: Final = 0.3
"""After the events broke off, they are asked for again so soon."""
SESSION_OVER: Final = 4401


class EventsLost(IvrError):
    """The service ended our session while we followed its events."""

    error_id = "desk.events_lost"


@dataclass(frozen=True, slots=True)
class Desk:
    """One session. ``ours``: this log-in took the agent from logged out to Not Ready."""

    http: aiohttp.ClientSession
    staff: str
    token: str
    ours: bool

    async def ask(self, state: str) -> None:
        """Ask for ``available`` or ``logged_out``. ``RequestError`` says why not."""
        async with self.http.put("/api/agents/me/state", json={"state": state}, headers=self._who) as reply:
            if reply.status not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
                raise RequestError(f"{self.staff} cannot become {state}: {await _why(reply)}")

    async def leave(self) -> None:
        """End the session and log the agent out, if we logged them in."""
        if self.ours:
            async with self.http.delete("/api/sessions/current", headers=self._who):
                """Whatever the answer, there is no more to be done."""

    async def follow(self) -> AsyncGenerator[LiveEvent, None]:
        """The live events from now on, over a restart of the service too. ``EventsLost`` when the session is over."""
        after: int | None = None
        while True:
            try:
                async for event in self._follow_once(after):
                    if not isinstance(event.root, Beat):
                        after = event.root.seq
                        yield event
            except aiohttp.ClientError:
                """The service restarts."""
            await asyncio.sleep(AGAIN_S)

    async def _follow_once(self, after: int | None) -> AsyncGenerator[LiveEvent, None]:
        query = {} if after is None else {"after": str(after)}
        async with self.http.ws_connect("/api/events", params=query, headers=self._who) as socket:
            async for message in socket:
                yield LiveEvent.model_validate_json(message.data)
            if socket.close_code == SESSION_OVER:
                raise EventsLost(f"The session of {self.staff} is over.")

    @property
    def _who(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def connection_to(url: str) -> aiohttp.ClientSession:
    """Requests to the service at ``url``, each with a limit."""
    return aiohttp.ClientSession(url, timeout=aiohttp.ClientTimeout(total=REQUEST_LIMIT_S))


async def log_in(http: aiohttp.ClientSession, staff: str, password: str) -> Desk:
    """Log in. ``PrerequisiteError``: the service is not there; ``RequestError``: it refuses, and why."""
    asked_at = datetime.now(UTC)
    body = {"staff_number": staff, "password": password}
    try:
        async with http.post("/api/sessions", json=body) as reply:
            if reply.status != HTTPStatus.CREATED:
                raise RequestError(f"{staff} cannot log in with the sample password: {await _why(reply)}")
            session = Session.model_validate_json(await reply.read())
    except (aiohttp.ClientConnectionError, TimeoutError) as error:
        base = str(http._base_url)  # noqa: SLF001 - aiohttp names it nowhere else
        raise PrerequisiteError(f"The service does not answer at {base}. Start it: make run") from error
    return Desk(http, staff, session.token or "", ours=session.agent.since >= asked_at)


async def _why(reply: aiohttp.ClientResponse) -> str:
    """The service's own words."""
    try:
        return Problem.model_validate_json(await reply.read()).message
    except ValidationError:
        return f"HTTP {reply.status}"
