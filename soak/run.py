"""One soak: agents come to work, callers call at a steady rate, and at the end everybody is served who stayed."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from ivr.errors import IvrError
from ivr.softphone.caller import Caller
from soak import lab
from soak.callers import Party, plan_party, travel
from soak.desks import Desk
from soak.phones import Handset
from soak.plan import Plan, Tally
from tests.e2e.helpline import Helpline

READY_LIMIT_S = 60.0


@dataclass(slots=True)
class Soaked:
    """What a soak has seen from outside."""

    plan: Plan
    tally: Tally = field(default_factory=Tally)
    parties: list[Party] = field(default_factory=list)
    measures: dict[str, Any] | None = None
    """The sums as a team leader sees them, with the last calls still going on."""
    took_s: float = 0.0


class Soak:
    """Everybody who takes part."""

    def __init__(self, line: Helpline, plan: Plan) -> None:
        self._line = line
        self._plan = plan
        self._stack = AsyncExitStack()
        self._over = asyncio.Event()
        self._by_cli: dict[str, Party] = {}
        self._handsets: list[Handset] = []
        self._desks: list[Desk] = []
        self._working: list[asyncio.Task[None]] = []
        self.soaked = Soaked(plan)

    async def run(self) -> Soaked:
        """All of it; raises when nobody could begin to work."""
        began_at = time.monotonic()
        async with self._stack:
            await self._begin_work()
            try:
                await self._call()
                self.soaked.measures = await self._ask_for_the_sums()
            finally:
                await self._end_work()
        self.soaked.took_s = time.monotonic() - began_at
        return self.soaked

    async def _begin_work(self) -> None:
        settings, tally = self._line.settings, self.soaked.tally
        http = await self._stack.enter_async_context(aiohttp.ClientSession(settings.web_url.rstrip("/")))
        for staff in lab.STAFF:
            dice = self._plan.dice(f"phone {staff}")
            phone = Handset(staff, (settings.host, settings.sip_port), self._by_cli, tally, dice)
            desk = Desk(staff, phone, http, tally, self._plan.dice(f"desk {staff}"))
            self._handsets.append(phone)
            self._desks.append(desk)
            self._working += [asyncio.create_task(one.run(), name=f"at work {staff}") for one in (phone, desk)]
        async with asyncio.timeout(READY_LIMIT_S):
            for phone in self._handsets:
                await phone.registered()

    async def _call(self) -> None:
        plan, began_at = self._plan, time.monotonic()
        calling: list[asyncio.Task[None]] = []
        async with Caller() as caller:
            for order in range(plan.calls):
                await asyncio.sleep(max(0.0, began_at + order / plan.rate - time.monotonic()))
                calling.append(asyncio.create_task(self._one(caller, order), name=f"caller {order}"))
            self._be_kind()
            await asyncio.wait(calling, timeout=plan.patience_s)
            self._over.set()
            await asyncio.gather(*calling)
            for party in self.soaked.parties:
                if party.given_up:
                    self.soaked.tally.wrong.append(f"{party}: nobody answered within {plan.patience_s:g} s of kindness")

    async def _ask_for_the_sums(self) -> dict[str, Any] | None:
        leader = next(desk for desk in self._desks if desk.staff in lab.LEADERS)
        await leader.state()
        _, answer = await leader.ask("look_at_the_sums", "GET", "/api/measures")
        return answer

    def _be_kind(self) -> None:
        for phone in self._handsets:
            phone.is_kind = True
        for desk in self._desks:
            desk.is_kind = True

    async def _one(self, caller: Caller, order: int) -> None:
        party = plan_party(order, self._plan.dice(f"caller {order}"))
        self._by_cli[party.cli] = party
        self.soaked.parties.append(party)
        try:
            await travel(party, caller, self._line.uri(party.number), self._over)
        except (IvrError, TimeoutError, OSError) as error:
            self.soaked.tally.wrong.append(f"{party}: {type(error).__name__}: {error}")

    async def _end_work(self) -> None:
        """What went wrong in somebody's own doing is told, not swallowed."""
        for task in self._working:
            task.cancel()
        for done in await asyncio.gather(*self._working, return_exceptions=True):
            if isinstance(done, Exception):
                self.soaked.tally.wrong.append(f"somebody at work: {type(done).__name__}: {done}")
