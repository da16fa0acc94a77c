"""What a story says: callers call, agents log in and answer, and what each heard and saw is asserted.

Every wait polls a state and has a limit. At a story's end everybody hangs up and logs out, Asterisk holds nothing, and
no agent is stuck.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self

import aiohttp

from ivr.domain.ids import Language
from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.caller import Caller
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.outgoing import OutgoingCall
from ivr.softphone.session_timer import OPTION
from tests.e2e.heard import LookingOut, heard, said
from tests.e2e.helpline import PASSWORD, POLL_S, Helpline
from tests.patience import patiently

GENERAL = "03069990100"
CLIS = itertools.cycle(random.sample([number for number in range(1000) if not 600 <= number < 700], 900))
"""The ends of callers' numbers, none twice: a call is known by it. Stories that choose their own use 600 to 699."""
LIMIT_S = 20.0


class Agent:
    """An agent with a phone of their own and a desk that speaks to the API."""

    def __init__(self, story: Story, staff: str, phone: AgentPhone, http: aiohttp.ClientSession) -> None:
        self.staff = staff
        self.phone = phone
        self._story = story
        self._http = http
        self._token = ""

    async def log_in(self) -> None:
        """Log in at the desk."""
        body = {"staff_number": self.staff, "password": PASSWORD}
        async with self._http.post("/api/sessions", json=body) as reply:
            assert reply.status in {200, 201}, await reply.text()
            self._token = (await reply.json())["token"]

    async def ask(self, state: str, code: str | None = None) -> tuple[int, Any]:
        """Ask for a state: HTTP status and answer."""
        body = {"state": state} | ({} if code is None else {"code": code})
        async with self._http.put("/api/agents/me/state", json=body, headers=self._bearer) as reply:
            return reply.status, await reply.json()

    async def does(self, verb: str, body: object = None, method: str = "POST") -> tuple[int, Any]:
        """Ask something of the call, as ``hold`` or ``consultation``: HTTP status and answer."""
        url = f"/api/agents/me/call/{verb}"
        async with self._http.request(method, url, json=body, headers=self._bearer) as reply:
            return reply.status, await reply.json() if reply.content_length else None

    async def request(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Ask anything of the API: HTTP status and answer."""
        async with self._http.request(method, path, json=body, headers=self._bearer) as reply:
            return reply.status, await reply.json() if reply.content_length else None

    async def bytes_of(self, path: str, part: str) -> tuple[int, bytes]:
        """What is at an address that is no JSON, ``part`` of it: HTTP status and content."""
        async with self._http.get(path, headers={**self._bearer, "Range": part}) as reply:
            return reply.status, await reply.read()

    async def available(self) -> None:
        """Become Available."""
        status, answer = await self.ask("available")
        assert status == 200, answer

    async def me(self) -> dict[str, Any]:
        """What the desk knows of the agent."""
        async with self._http.get("/api/agents/me", headers=self._bearer) as reply:
            assert reply.status == 200, await reply.text()
            answer: dict[str, Any] = await reply.json()
            return answer

    async def call(self) -> dict[str, Any] | None:
        """What opened on the agent's screen for the call they have, if they have one."""
        async with self._http.get("/api/agents/me/call", headers=self._bearer) as reply:
            assert reply.status in {200, 204}, await reply.text()
            answer: dict[str, Any] | None = (await reply.json())["pop"] if reply.status == 200 else None
            return answer

    @property
    def state(self) -> str:
        """The agent's state, as the rows have it."""
        query = "SELECT state FROM agent_live WHERE staff_number = :staff"
        return str(self._story.line.rows(query, staff=self.staff)[0].state)

    @property
    def code(self) -> str | None:
        """The reason that goes with Not Ready."""
        query = "SELECT code FROM agent_live WHERE staff_number = :staff"
        found: str | None = self._story.line.rows(query, staff=self.staff)[0].code
        return found

    async def is_in(self, state: str, limit_s: float = LIMIT_S) -> None:
        """Wait until the agent is in ``state``."""
        await self._story.until(lambda: self.state == state, f"agent {self.staff} is {state}", limit_s)

    async def rung(self, limit_s: float = LIMIT_S) -> IncomingCall:
        """The next call that rings the agent's phone."""
        return await self.phone.rung(limit_s)

    @property
    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


class Story:
    """One story on one helpline."""

    def __init__(self, line: Helpline) -> None:
        self.line = line
        self.agents: list[Agent] = []
        self.calls: list[Call] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.line.bring_back()
        base = self.line.settings.web_url.rstrip("/")
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession(base))
        return self

    async def __aexit__(self, *error: object) -> None:
        try:
            await asyncio.gather(*(call.hang_up() for call in self.calls))
            await self.over()
            for agent in self.agents:
                await agent.ask("logged_out")
        finally:
            await self._stack.aclose()
        await self.line.empty()
        assert self.line.service_runs(), "the service has ended"

    async def over(self) -> None:
        """Nobody is stuck: no agent is reserved or on a call, no call has not ended, and none has ended twice."""
        await self.until(lambda: not self._stuck(), "nobody is stuck")
        twice = "SELECT call_id FROM call_event WHERE step = 'ended' GROUP BY call_id HAVING count(*) > 1"
        assert not self.line.rows(twice)

    def _stuck(self) -> list[Any]:
        agents = "SELECT staff_number, state FROM agent_live WHERE state IN ('reserved', 'on_call', 'on_hold')"
        return [*self.line.rows(agents), *self.line.rows("SELECT call_id FROM call WHERE state <> 'ended'")]

    async def until(
        self, met: Callable[[], object], what: str, limit_s: float = LIMIT_S, poll_s: float = POLL_S
    ) -> None:
        """Poll until ``met()``, patiently; a story that waits in vain says for what."""
        deadline = time.monotonic() + patiently(limit_s)
        while not met():
            assert time.monotonic() < deadline, f"{what}: not within {limit_s} s"
            await asyncio.sleep(poll_s)

    # --- people -------------------------------------------------------------------------------------------------

    async def call(self, number: str = GENERAL, cli: str | None = None, *, session_timer: bool = True) -> Call:
        """Somebody calls ``number``; ``session_timer``: from a phone that knows RFC 4028."""
        caller = await self._stack.enter_async_context(Caller())
        caller.supported = OPTION if session_timer else ""
        cli = cli or f"07700900{next(CLIS):03}"
        call = Call(self, await caller.call(self.line.uri(number), cli=cli), cli)
        self.calls.append(call)
        return call

    async def agent(self, staff: str, *scripts: Script, available: bool = True, phone: bool = True) -> Agent:
        """An agent logs in with a phone that follows ``scripts`` (rings, unless told); ``phone``: whether it is on."""
        registrar = (self.line.settings.host, self.line.settings.sip_port) if phone else None
        made = AgentPhone(staff, PASSWORD, registrar, scripts=scripts or (Script.ring(),))
        agent = Agent(self, staff, await self._stack.enter_async_context(made), self._http)
        self.agents.append(agent)
        await agent.log_in()
        if available:
            await agent.available()
        return agent


class Call:
    """A caller's call."""

    def __init__(self, story: Story, sip: OutgoingCall, cli: str) -> None:
        self.sip = sip
        self.cli = cli
        self._story = story

    async def answered(self) -> Call:
        """The helpline answers."""
        await self.sip.answered(LIMIT_S)
        return self

    async def key(self, digits: str) -> None:
        """Key digits."""
        await self.sip.key(digits)

    async def hang_up(self) -> None:
        """Hang up, if that has not happened yet."""
        if self.sip.ending is None:
            await self.sip.hang_up()

    def row(self) -> Any:
        """The call's row."""
        query = "SELECT * FROM call WHERE cli = :cli ORDER BY arrived_at DESC LIMIT 1"
        rows = self._story.line.rows(query, cli=self.cli)
        return rows[0] if rows else None

    def journey(self) -> list[str]:
        """The steps of the call, in order."""
        query = "SELECT step FROM call_event WHERE call_id = :call_id ORDER BY at, event_id"
        return [row.step for row in self._story.line.rows(query, call_id=self.row().call_id)]

    def offers(self) -> list[tuple[str, str, str]]:
        """The offers made of this call: staff number, scope, how it ended."""
        query = """SELECT a.staff_number, o.scope, o.state FROM offer o JOIN agent a ON a.agent_id = o.agent_id
            WHERE o.call_id = :call_id ORDER BY o.made_at"""
        return [tuple(row) for row in self._story.line.rows(query, call_id=self.row().call_id)]

    def attempts(self) -> list[tuple[int, str]]:
        """The attempts at the SCIN: number and outcome."""
        query = "SELECT number, outcome FROM call_attempt WHERE call_id = :call_id ORDER BY attempt_id"
        return [tuple(row) for row in self._story.line.rows(query, call_id=self.row().call_id)]

    async def is_in(self, state: str, limit_s: float = LIMIT_S) -> None:
        """Wait until the call's row is in ``state``."""
        await self._story.until(
            lambda: (row := self.row()) is not None and row.state == state, f"call {state}", limit_s
        )

    async def hears(self, prompt: str, language: Language = "en", limit_s: float = LIMIT_S) -> None:
        """Wait until the caller has begun to hear a prompt."""
        looking_out = LookingOut(self.sip.heard, self._story.line.prompt(prompt, language))
        await self._story.until(looking_out.has_begun, f"the caller hears {language}/{prompt}", limit_s, 0.3)

    def heard(self, path: Path) -> bool:
        """Whether a sound was heard so far, whole or cut."""
        return bool(heard(self.sip.heard, path))

    def script(self, *prompts: str, language: Language = "en") -> list[str]:
        """Which of ``prompts`` was heard, in order."""
        paths = {self._story.line.prompt(name, language): name for name in prompts}
        return [paths[one.prompt] for one in said(self.sip.heard, paths)]
