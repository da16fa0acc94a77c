"""The measurements, one after another, on one `Lab`. Everything runs in the one event loop of the callers."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bench.figures import Load, Measured, percentile
from bench.journey import MENU_KEY, FirstFrame, Script, travel
from bench.lab import GENERAL, PLAIN, Lab
from bench.people import RUNG_LIMIT_S, SCIN, Desks
from ivr.errors import IvrError
from ivr.softphone.caller import Caller
from ivr.softphone.media import MediaOptions
from ivr.softphone.outgoing import OutgoingCall
from ivr.store.engine import open_store
from ivr.store.migrate import upgrade
from tests.bench.bench_store import Bench

SETTLE_S: Final = 1.0
"""After the last call of a load, before its CPU is read."""
DEAF: Final = MediaOptions(record=False, send_audio=False)
UNSTAFFED_KEY: Final = "2"
"""The menu's option whose segment nobody of the bench is in: the caller waits."""
WAIT_LIMIT_S: Final = 30.0
CLI: Final = "07700900{:03}"
BETWEEN_S: Final = 0.1
"""Between two calls that are to wait, and between two agents who become Available."""
NOT_READY_CODE: Final = "Break"
AGENTS: Final = (10, 10_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. ``loads``: calls per second, and how many of them in one round."""

    loads: tuple[tuple[float, int], ...] = ((2.0, 24), (5.0, 75))
    rounds: int = 2
    available_rounds: int = 4
    waiting_calls: int = 100
    reservations: int = 400


QUICK: Final = Plan(((5.0, 6),), rounds=1, available_rounds=1, waiting_calls=10, reservations=100)


async def measure(lab: Lab, plan: Plan) -> Measured:
    """Everything; what failed is among the loads' errors."""
    measured = Measured()
    script = Script(FirstFrame(lab.line.prompt("greeting")), FirstFrame(lab.line.prompt("ask-scin")))
    async with Desks(lab.line) as desks, Caller() as caller:
        for desk in desks.desks:
            await desk.log_in()
        await desks.ask_all("available")
        await _warm_up(lab, desks, caller, script)
        for rate, calls in plan.loads:
            for _ in range(plan.rounds):
                for way in ("dialplan", "service"):
                    load = await _load(lab, desks, caller, script, Load(way, rate), calls)
                    measured.load(load.way, rate).add(load)
        for _ in range(plan.available_rounds):
            measured.available_ms += await _available(lab, desks, caller)
        await desks.ask_all("logged_out")
    measured.reserve_ms = await _reserve(plan.reservations)
    measured.waiting_kib = await _memory(lab, plan.waiting_calls)
    return measured


async def _warm_up(lab: Lab, desks: Desks, caller: Caller, script: Script) -> None:
    """The first calls load code and fill caches; they do not count."""
    for way in ("dialplan", "service"):
        load = await _load(lab, desks, caller, script, Load(way, 2.0), 3)
        if load.errors:
            raise RuntimeError(f"the first calls failed, {way}: {load.errors}")


# --- calls at a steady rate -----------------------------------------------------------------------------------------


async def _load(lab: Lab, desks: Desks, caller: Caller, script: Script, load: Load, calls: int) -> Load:
    """Place ``calls`` calls at the load's rate, and wait until all have ended."""
    uri = lab.line.uri(PLAIN if load.way == "dialplan" else GENERAL)
    service_ms, pbx_ms = lab.service_cpu_ms(), lab.pbx_cpu_ms()
    async with asyncio.TaskGroup() as group:
        began_at = time.monotonic()
        for number in range(calls):
            await asyncio.sleep(max(0.0, began_at + number / load.rate - time.monotonic()))
            group.create_task(_one(caller, desks, uri, CLI.format(number), script, load))
    await asyncio.sleep(SETTLE_S)
    load.service_cpu_ms = lab.service_cpu_ms() - service_ms
    load.pbx_cpu_ms = lab.pbx_cpu_ms() - pbx_ms
    return load


async def _one(caller: Caller, desks: Desks, uri: str, cli: str, script: Script, load: Load) -> None:
    try:
        load.journeys.append(await travel(caller, desks, uri, cli, script))
    except (TimeoutError, IvrError) as error:
        load.errors.append(f"{type(error).__name__}: {error}")


# --- an agent becomes Available -------------------------------------------------------------------------------------


async def _available(lab: Lab, desks: Desks, caller: Caller) -> list[float]:
    """As many calls as agents wait; one agent after another becomes Available, and a call's INVITE reaches them."""
    await desks.ask_all("not_ready", NOT_READY_CODE)
    clis = [CLI.format(500 + number) for number in range(len(desks.desks))]
    rings = {desks.expect(cli) for cli in clis}
    took = []
    async with _waiting(lab, caller, clis, MENU_KEY + SCIN):
        for desk in desks.desks:
            asked_at = time.monotonic()
            await desk.ask("available")
            rung, rings = await asyncio.wait(rings, timeout=RUNG_LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
            took += [(ring.result().marks[0].at - asked_at) * 1000 for ring in rung]
            await asyncio.sleep(BETWEEN_S)
    await asyncio.sleep(SETTLE_S)
    return took


@asynccontextmanager
async def _waiting(lab: Lab, caller: Caller, clis: list[str], keys: str) -> AsyncIterator[None]:
    """Calls that wait, one for each of ``clis``; ended when the block ends."""
    calls: list[OutgoingCall] = []
    try:
        async with asyncio.TaskGroup() as group:
            for cli in clis:
                calls.append(await caller.call(lab.line.uri(GENERAL), cli=cli, media=DEAF))
                group.create_task(_key_when_answered(calls[-1], keys))
                await asyncio.sleep(BETWEEN_S)
        await _until_waiting(lab, len(clis))
        yield
    finally:
        await asyncio.gather(*(call.hang_up() for call in calls))


async def _key_when_answered(call: OutgoingCall, keys: str) -> None:
    await call.answered(WAIT_LIMIT_S)
    await call.key(keys)


async def _until_waiting(lab: Lab, calls: int) -> None:
    async with asyncio.timeout(WAIT_LIMIT_S):
        while lab.line.rows("SELECT count(*) AS n FROM call WHERE state = 'waiting'")[0].n < calls:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.1)


# --- the store ------------------------------------------------------------------------------------------------------


async def _reserve(rounds: int) -> dict[int, float]:
    """Median milliseconds of queueing and reserving, with few agents Available and with many."""
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        url = f"sqlite:///{folder}/bench.db"
        await asyncio.to_thread(upgrade, url)
        store, found = open_store(url), {}
        try:
            bench = Bench(store)
            for agents in AGENTS:
                await bench.staff(agents)
                found[agents] = percentile(await bench.reservations(rounds), 0.5) * 1000
        finally:
            await store.close()
        return found


# --- memory ---------------------------------------------------------------------------------------------------------


async def _memory(lab: Lab, calls: int) -> float:
    """KiB for each waiting call, in a service that has just begun: one that has had many calls reuses what it holds."""
    await asyncio.to_thread(lab.restart_service)
    async with Caller() as caller:
        async with _waiting(lab, caller, [CLI.format(n) for n in range(10)], UNSTAFFED_KEY):
            pass
        await asyncio.sleep(SETTLE_S)
        before = lab.service_memory_kib()
        async with _waiting(lab, caller, [CLI.format(n) for n in range(calls)], UNSTAFFED_KEY):
            return (lab.service_memory_kib() - before) / calls
