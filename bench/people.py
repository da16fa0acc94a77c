"""Who takes part: agents of one team with registered phones and desks, and one client whose case that team has.

Enters: the database before Asterisk is provisioned, and later the running service. Each phone's rings are told by the
caller's number; the tasks that follow them belong to `Desks`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from typing import Final, Self

import aiohttp
from argon2 import PasswordHasher
from sqlalchemy import Connection, insert

from ivr.domain.agents import AgentState
from ivr.domain.phones import sip_ha1
from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.incoming import IncomingCall
from ivr.softphone.media import MediaOptions
from ivr.store import tables as t
from tests.e2e.helpline import PASSWORD, Helpline

TEAM: Final = "Bench 1"
SEGMENT: Final = "Maintenance"
SCIN: Final = "120000000902"
STAFF: Final = tuple(str(number) for number in range(7201, 7217))
RUNG_LIMIT_S: Final = 10.0
FIRST_ID: Final = 9000


def employ(sql: Connection) -> None:
    """Insert the team, its agents, and the client and case whose calls they get."""
    employ_team(sql, TEAM, SEGMENT, STAFF, FIRST_ID)
    _open_case(sql)


def employ_team(sql: Connection, team: str, segment: str, staff: Sequence[str], first_id: int) -> None:
    """Insert a team and its agents, whose ids count from ``first_id``."""
    sql.execute(insert(t.team), [{"name": team, "segment": segment}])
    employ_into(sql, team, segment, staff, first_id)


def employ_into(sql: Connection, team: str, segment: str, staff: Sequence[str], first_id: int) -> None:
    """Insert agents of a team that is there."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    now = datetime.now(UTC)
    ids = list(enumerate(staff, start=first_id))
    person = {"role": "agent", "team": team, "password_hash": hashed}
    sql.execute(
        insert(t.agent),
        [
            {"agent_id": i, "staff_number": s, "name": f"Agent {s}", "sip_ha1": sip_ha1(s, PASSWORD), **person}
            for i, s in ids
        ],
    )
    live = {"team": team, "segment": segment, "state": AgentState.LOGGED_OUT.value, "since": now}
    sql.execute(insert(t.agent_live), [{"agent_id": i, "staff_number": s, **live} for i, s in ids])


def _open_case(sql: Connection) -> None:
    """A case that nobody owns: its calls go to the team."""
    sql.execute(insert(t.client), [{"client_id": FIRST_ID, "scin": SCIN, "name": "Bench Client", "brand": "cmg"}])
    case = {"case_id": FIRST_ID, "number": "900000009902", "opened_on": date(2020, 1, 1), "team": TEAM, "brand": "cmg"}
    sql.execute(insert(t.case_file), [case])
    sql.execute(insert(t.case_party), [{"case_id": FIRST_ID, "client_id": FIRST_ID, "role": "rp"}])


class Desk:
    """One agent: a phone that rings, and what they ask of the API."""

    def __init__(self, staff: str, phone: AgentPhone, http: aiohttp.ClientSession) -> None:
        self.staff = staff
        self.phone = phone
        self._http = http
        self._bearer: dict[str, str] = {}

    async def log_in(self) -> None:
        """Log in; the agent is Not Ready."""
        body = {"staff_number": self.staff, "password": PASSWORD}
        async with self._http.post("/api/sessions", json=body) as reply:
            reply.raise_for_status()
            self._bearer = {"Authorization": f"Bearer {(await reply.json())['token']}"}

    async def ask(self, state: str, code: str | None = None) -> None:
        """Ask for a state. Raises ``aiohttp.ClientResponseError`` when it is refused."""
        body = {"state": state} | ({} if code is None else {"code": code})
        async with self._http.put("/api/agents/me/state", json=body, headers=self._bearer) as reply:
            reply.raise_for_status()


class Desks:
    """Everybody at work. Use as ``async with``; leaving it switches the phones off."""

    def __init__(self, line: Helpline) -> None:
        self._line = line
        self._stack = AsyncExitStack()
        self._rung: dict[str, asyncio.Future[IncomingCall]] = {}
        self._following: list[asyncio.Task[None]] = []
        self.desks: list[Desk] = []

    async def __aenter__(self) -> Self:
        http = await self._stack.enter_async_context(aiohttp.ClientSession(self._line.settings.web_url.rstrip("/")))
        registrar = (self._line.settings.host, self._line.settings.sip_port)
        for staff in STAFF:
            made = AgentPhone(staff, PASSWORD, registrar, scripts=(Script.ring(),), media=MediaOptions(record=False))
            phone = await self._stack.enter_async_context(made)
            self.desks.append(Desk(staff, phone, http))
            self._following.append(asyncio.create_task(self._follow(phone), name=f"phone-{staff}"))
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._following:
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        await self._stack.aclose()

    def expect(self, cli: str) -> asyncio.Future[IncomingCall]:
        """The ring that shows ``cli``."""
        self._rung[cli] = asyncio.get_running_loop().create_future()
        return self._rung[cli]

    async def ask_all(self, state: str, code: str | None = None) -> None:
        """Everybody asks for a state."""
        for desk in self.desks:
            await desk.ask(state, code)

    async def _follow(self, phone: AgentPhone) -> None:
        seen = 0
        while True:
            ring = await phone.rung(3600)
            seen += 1
            expected = self._rung.pop(ring.cli, None)
            if expected is not None and not expected.done():
                expected.set_result(ring)
