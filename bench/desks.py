"""Two hundred desks connected while calls flow: how long a change takes to each of them, and what they cost.

Enters: a running `Lab` with people of `employ`. Leaves: `AtDesks`. The same calls once without the desks and once with
them. Sixteen of the desks have a phone and take the calls; the others watch. The tasks that read are `_connected`'s.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from sqlalchemy import Connection, update

from bench import people
from bench.figures import percentile
from bench.lab import GENERAL, Lab
from bench.people import RUNG_LIMIT_S, SCIN, STAFF, TEAM, Desk, Desks
from bench.receipts import Facts, Seat, delays_ms, differing
from ivr.domain.oversight import Role
from ivr.errors import IvrError
from ivr.softphone.caller import Caller
from ivr.store import tables as t
from tests.e2e.helpline import PASSWORD

DESKS: Final = 200
LEADERS: Final = 10
CALLS: Final = 150
QUICK_DESKS: Final = 40
QUICK_CALLS: Final = 10
RATE: Final = 5.0
TALK_S: Final = 0.3
SETTLE_S: Final = 1.5
AIM_MS: Final = 300.0
CLI: Final = "07700900{:03}"
QUEUE: Final = f"team:{TEAM}"
_FIRST_STAFF: Final = 7301
_FIRST_ID: Final = 9100
_LIMIT_S: Final = 10.0
_AT_ONCE: Final = 8


@dataclass(slots=True)
class Calls:
    """The calls of one window. ``agent_ms``: last digit to the agent's INVITE."""

    agent_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    service_cpu_ms: float = 0.0
    took_s: float = 0.0

    @property
    def ms_per_call(self) -> float:
        """The service's CPU."""
        return self.service_cpu_ms / max(1, len(self.agent_ms))

    @property
    def of_a_core(self) -> float:
        """The share of one core that the service used all the time."""
        return self.service_cpu_ms / max(1.0, self.took_s * 1000)


@dataclass(slots=True)
class AtDesks:
    """What was measured: ``delays_ms`` by kind of message, ``wrong`` what desks were not told alike."""

    desks: int
    without: Calls = field(default_factory=Calls)
    beside: Calls = field(default_factory=Calls)
    delays_ms: dict[str, list[float]] = field(default_factory=dict)
    messages: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def p99_ms(self) -> float:
        """Of all receipts."""
        return percentile([one for kind in self.delays_ms.values() for one in kind], 0.99)


def employ(sql: Connection) -> None:
    """Insert the people of the bench, and in their team those who watch, the first of them team leaders."""
    people.employ(sql)
    watchers = [str(_FIRST_STAFF + number) for number in range(DESKS - len(STAFF))]
    people.employ_into(sql, TEAM, people.SEGMENT, watchers, _FIRST_ID)
    leads = t.agent.c.staff_number.in_(watchers[:LEADERS])
    sql.execute(update(t.agent).where(leads).values(role=Role.TEAM_LEADER.value))


async def at_the_desks(lab: Lab, desks: int = DESKS, calls: int = CALLS) -> AtDesks:
    """The calls without and with so many desks connected."""
    found = AtDesks(desks)
    async with Desks(lab.line) as at_work, Caller() as caller:
        for desk in at_work.desks:
            await desk.log_in()
        await at_work.ask_all("available")
        await _calls(lab, at_work, caller, Calls(), 5)
        await _calls(lab, at_work, caller, found.without, calls)
        async with _connected(lab, at_work, desks) as seats:
            await _calls(lab, at_work, caller, found.beside, calls)
        await at_work.ask_all("logged_out")
    found.delays_ms = delays_ms(seats, _facts(lab), QUEUE)
    found.messages = sum(len(seat.told) - 1 for seat in seats)
    found.wrong = differing(seats) + found.without.errors + found.beside.errors
    return found


def table(found: AtDesks) -> str:
    """What was measured, in words."""
    lines = [f"{found.desks} desks, {LEADERS} of them leaders', {RATE:g} calls a second; {found.messages} messages."]
    for words, one in (("without desks", found.without), ("with desks", found.beside)):
        lines.append(
            f"{words}: {len(one.agent_ms)} calls, {len(one.errors)} failed; last digit -> agent's INVITE "
            f"p50 {percentile(one.agent_ms, 0.5):.1f} ms, p99 {percentile(one.agent_ms, 0.99):.1f} ms; "
            f"service {one.ms_per_call:.1f} ms CPU a call, {one.of_a_core:.0%} of a core"
        )
    lines += ["", "| message | receipts | p50 | p99 | most |", "| --- | --- | --- | --- | --- |"]
    everything = [one for kind in found.delays_ms.values() for one in kind]
    for kind, delays in [*sorted(found.delays_ms.items()), ("all", everything)]:
        p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
        lines.append(f"| `{kind}` | {len(delays)} | {p50:.0f} ms | {p99:.0f} ms | {max(delays, default=0):.0f} ms |")
    verdict = "pass" if found.p99_ms < AIM_MS else "miss"
    return "\n".join([*lines, "", f"p99 {found.p99_ms:.0f} ms, aim < {AIM_MS:.0f} ms: {verdict}", *found.wrong])


# --- calls ----------------------------------------------------------------------------------------------------------


async def _calls(lab: Lab, desks: Desks, caller: Caller, load: Calls, calls: int) -> None:
    """Place the calls at the rate, and wait until all have ended and everything about them is told."""
    began_at, cpu_ms = time.monotonic(), lab.service_cpu_ms()
    async with asyncio.TaskGroup() as group:
        for number in range(calls):
            await asyncio.sleep(max(0.0, began_at + number / RATE - time.monotonic()))
            group.create_task(_one(lab, desks, caller, CLI.format(number), load))
    await asyncio.sleep(SETTLE_S)
    load.service_cpu_ms, load.took_s = lab.service_cpu_ms() - cpu_ms, time.monotonic() - began_at


async def _one(lab: Lab, desks: Desks, caller: Caller, cli: str, load: Calls) -> None:
    try:
        load.agent_ms.append(await _talk(lab, desks, caller, cli))
    except (TimeoutError, IvrError, aiohttp.ClientError) as error:
        load.errors.append(f"{type(error).__name__}: {error}")


async def _talk(lab: Lab, desks: Desks, caller: Caller, cli: str) -> float:
    """One call, answered, ended by the caller; its agent is Available again. Milliseconds to the agent's INVITE."""
    rung = desks.expect(cli)
    call = await caller.call(lab.line.uri(GENERAL), cli=cli)
    try:
        await call.answered(_LIMIT_S)
        await call.key("1" + SCIN)
        ring = await asyncio.wait_for(rung, RUNG_LIMIT_S)
        desk = next(one for one in desks.desks if ring in one.phone.rings)
        ring.answer()
        await asyncio.sleep(TALK_S)
    finally:
        rung.cancel()
        await call.hang_up()
    await ring.ended(_LIMIT_S)
    await _available_again(desk)
    return (ring.marks[0].at - call.marks.all("key")[-1].at) * 1000


async def _available_again(desk: Desk) -> None:
    """End the After Call Work; refused as long as the call is up in the service's eyes."""
    async with asyncio.timeout(_LIMIT_S):
        while True:
            try:
                await desk.ask("available")
            except aiohttp.ClientResponseError:
                await asyncio.sleep(0.02)
            else:
                return


# --- desks ----------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _connected(lab: Lab, at_work: Desks, desks: int) -> AsyncIterator[list[Seat]]:
    """So many desks listen, each on a connection of its own; what they are told is kept as it comes, and read later."""
    watchers = [str(_FIRST_STAFF + number) for number in range(desks - len(at_work.desks))]
    seats = [Seat(staff, leads=number < LEADERS) for number, staff in enumerate(watchers)]
    seats += [Seat(desk.staff, leads=False) for desk in at_work.desks]
    async with AsyncExitStack() as stack:
        base = lab.line.settings.web_url.rstrip("/")
        connector = aiohttp.TCPConnector(limit=0)
        http = await stack.enter_async_context(aiohttp.ClientSession(base, connector=connector))
        turns = asyncio.Semaphore(_AT_ONCE)
        reading = await asyncio.gather(*(_sit_down(http, seat, turns) for seat in seats))
        try:
            await _until_all_have_the_snapshot(seats)
            yield seats
        finally:
            for task in reading:
                task.cancel()
            await asyncio.gather(*reading, return_exceptions=True)


async def _sit_down(http: aiohttp.ClientSession, seat: Seat, turns: asyncio.Semaphore) -> asyncio.Task[None]:
    async with turns:
        body = {"staff_number": seat.staff, "password": PASSWORD}
        async with http.post("/api/sessions", json=body) as reply:
            reply.raise_for_status()
            bearer = {"Authorization": f"Bearer {(await reply.json())['token']}"}
        socket = await http.ws_connect("/api/events", headers=bearer, max_msg_size=0)
        return asyncio.create_task(_read(socket, seat), name=f"desk-{seat.staff}")


async def _read(socket: aiohttp.ClientWebSocketResponse, seat: Seat) -> None:
    async for message in socket:
        seat.told.append((time.time(), str(message.data)))


async def _until_all_have_the_snapshot(seats: list[Seat]) -> None:
    async with asyncio.timeout(_LIMIT_S):
        while not all(seat.told for seat in seats):  # noqa: ASYNC110 - two hundred sockets
            await asyncio.sleep(0.05)
    await asyncio.sleep(SETTLE_S)


def _facts(lab: Lab) -> Facts:
    query = "SELECT call_id, at FROM call_event WHERE step = '{}' ORDER BY at"
    answered = [row.at / 1e6 for row in lab.line.rows(query.format("answered"))]
    return Facts(answered, {row.call_id: row.at / 1e6 for row in lab.line.rows(query.format("offered"))})
