"""Agents at their desks: over REST they ask for any state at any moment, and do anything with their calls.

`Desk.run` is one task for each agent. A deed is a small function in a table with a weight; what each was answered is
counted. A deed that the service does not have yet (404 without a problem of its own) is counted, and is no mistake.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp

from ivr.domain.agents import AUX_CODES
from soak.in_call import IN_CALL, ON_HOLD
from soak.lab import LEADERS
from soak.leading import LEADING
from soak.phones import Handset
from soak.plan import Tally, choose
from tests.e2e.helpline import PASSWORD

EXPECTED: Final = frozenset({200, 201, 202, 204, 404, 405, 409, 422, 429, 503})
"""What the API may answer to a deed at the wrong moment; anything else is a defect. 404, 405: there is no such thing
(yet); 503: it took too long."""
LOG_IN: Final = "log_in"
AT_THE_DOOR: Final = asyncio.Semaphore(4)
"""So many log in at once: checking a password takes long on purpose, and the machine is the service's, too."""
STATE: Final = "/api/agents/me/state"
REQUEST_LIMIT_S: Final = 30.0


class Desk:
    """One agent's desk."""

    def __init__(
        self, staff: str, phone: Handset, http: aiohttp.ClientSession, tally: Tally, dice: random.Random
    ) -> None:
        self.staff = staff
        self.phone = phone
        self.dice = dice
        self.is_kind = False
        """From here on the agent does nothing but become Available again."""
        self._http = http
        self._tally = tally
        self._token = ""

    async def run(self) -> None:
        """Work until cancelled."""
        await self.phone.registered()
        await self.rest(0, 3)
        while True:
            await self.rest(0.2, 2)
            await self.act()

    async def act(self) -> None:
        """Look at one's own state, and do something that a person might do in it, sensible or not."""
        state = await self.state()
        if state == "unknown":
            return
        if self.is_kind:
            if state in RESTING:
                await become_available(self)
            return
        await choose(self.dice, DEEDS.get(state, IDLE))(self)
        if self.staff in LEADERS and self.dice.random() < LEADING_SHARE:
            await choose(self.dice, LEADING)(self)

    async def state(self) -> str:
        """The agent's state, as their desk shows it."""
        if not self._token:
            await self.log_in()
        status, me = await self.ask("look", "GET", "/api/agents/me")
        if status != 200 or me is None:
            return "unknown"
        return str(me["state"])

    async def rest(self, from_s: float, to_s: float) -> None:
        """Do nothing for a while."""
        await asyncio.sleep(self.dice.uniform(from_s, to_s))

    async def log_in(self) -> None:
        """A session; Not Ready if logged out before. None yet where the service was too slow: asked for again later."""
        self._token = ""
        body = {"staff_number": self.staff, "password": PASSWORD}
        async with AT_THE_DOOR:
            _, session = await self.ask(LOG_IN, "POST", "/api/sessions", body)
        if session is not None and "token" in session:
            self._token = session["token"]

    async def log_out(self) -> None:
        """End the session; the next look at one's state begins another."""
        await self.ask("end_session", "DELETE", "/api/sessions/current")
        self._token = ""

    async def ask(
        self, deed: str, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> tuple[int, dict[str, Any] | None]:
        """Ask the API: status and granted answer, counted under ``deed``; what it must never answer is noted as wrong.

        Without a session nothing is asked: status 0.
        """
        if not self._token and deed != LOG_IN:
            return 0, None
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with asyncio.timeout(REQUEST_LIMIT_S):
                async with self._http.request(method, path, json=body, headers=headers) as reply:
                    status, text = reply.status, await reply.text()
                    answer = await reply.json() if text and reply.content_type == "application/json" else None
        except TimeoutError:
            self._wrong(deed, f"not answered within {REQUEST_LIMIT_S:g} s")
            return 0, None
        self._tally.note(f"desk: {deed}", str(status))
        if status not in EXPECTED:
            self._wrong(deed, f"{method} {path} answered {status}: {text[:300]}")
        return status, answer if status < 300 else None

    def _wrong(self, deed: str, words: str) -> None:
        self._tally.wrong.append(f"desk {self.staff}, {deed}: {words}")


# --- states ---------------------------------------------------------------------------------------------------------


async def nothing(_desk: Desk) -> None:
    """Wait for what comes."""


async def become_available(desk: Desk) -> None:
    """Available; from Logged out Not Ready comes first."""
    status, _ = await desk.ask("become_available", "PUT", STATE, {"state": "available"})
    if status == 409:
        await desk.ask("log_in_again", "PUT", STATE, {"state": "not_ready", "code": "Break"})
        await desk.ask("become_available", "PUT", STATE, {"state": "available"})


async def take_a_break(desk: Desk) -> None:
    """Not Ready, with one of the codes."""
    await desk.ask("take_a_break", "PUT", STATE, {"state": "not_ready", "code": desk.dice.choice(AUX_CODES)})


async def go_home(desk: Desk) -> None:
    """Logged out; the session stays."""
    await desk.ask("go_home", "PUT", STATE, {"state": "logged_out"})


async def end_the_session(desk: Desk) -> None:
    """Logged out with the session, and in again."""
    await desk.log_out()


async def look_at_the_call(desk: Desk) -> None:
    """The screen pop."""
    await desk.ask("look_at_the_call", "GET", "/api/agents/me/call")


async def answer(desk: Desk) -> None:
    """Without touching the phone, which understands that."""
    await desk.ask("answer", "POST", "/api/agents/me/call/answer")


async def pull_the_plug(desk: Desk) -> None:
    """The phone dies while nothing rings, or in the middle of something."""
    desk.phone.vanish()
    await desk.phone.registered()


LEADING_SHARE: Final = 0.4
"""So often a leader who has looked at their own state does something about the others too."""
RESTING: Final = frozenset({"logged_out", "not_ready", "after_call_work"})
Deed = Callable[[Desk], Awaitable[None]]
IDLE: Final[Mapping[Deed, float]] = {become_available: 75, take_a_break: 8, go_home: 4, end_the_session: 3, nothing: 10}
ANY_STATE: Final[Mapping[Deed, float]] = {take_a_break: 5, go_home: 2, end_the_session: 1, become_available: 2}
DEEDS: Final[Mapping[str, Mapping[Deed, float]]] = {
    "available": {nothing: 90, **ANY_STATE, pull_the_plug: 0.5},
    "reserved": {nothing: 60, answer: 15, look_at_the_call: 15, **ANY_STATE},
    "on_call": {nothing: 30, look_at_the_call: 5, **ANY_STATE, **IN_CALL},
    "on_hold": {nothing: 10, look_at_the_call: 5, **ANY_STATE, **ON_HOLD},
}
"""By state; in any other the agent mostly becomes Available again."""
