"""Calls at a steady rate while records are imported, beside the same calls just before: nobody is to notice.

Enters: a running `Lab`. Leaves: `Beside`. The import is the command as operations runs it, a process of its own.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.figures import Load, percentile
from bench.journey import FirstFrame, Script, travel
from bench.lab import GENERAL, Lab
from bench.people import Desks
from ivr.errors import IvrError
from ivr.settings import PROJECT
from ivr.softphone.caller import Caller
from ivr.softphone.outgoing import OutgoingCall
from tests.e2e.helpline import Helpline

CLIENTS: Final = 100_000
QUICK_CLIENTS: Final = 5_000
RATE: Final = 2.0
BEFORE_CALLS: Final = 20
CLI: Final = "07700900{:03}"
WAITING_CLI: Final = "07700900999"
UNSTAFFED_KEY: Final = "2"
"""The menu's option whose segment nobody of the bench is in: this caller waits throughout."""
ANSWER_LIMIT_S: Final = 10.0
PACKETS_A_SECOND: Final = 50
FIRST_SCIN: Final = 130_000_000_000
_RUNG: Final = "last digit -> agent's INVITE"


@dataclass(slots=True)
class Beside:
    """The calls before and during the import; ``music``: the share of its packets that a waiting caller got."""

    before: Load = field(default_factory=lambda: Load("service", RATE))
    during: Load = field(default_factory=lambda: Load("service", RATE))
    import_s: float = 0.0
    told: str = ""
    clients: int = 0
    music: float = 0.0
    kept_place: bool = False

    @property
    def wrong(self) -> list[str]:
        """What somebody would have noticed, in words; empty when nobody did."""
        found = [*self.before.errors, *self.during.errors]
        if not self.kept_place:
            found.append("the waiting caller lost their place")
        return found


async def run(command_line: Helpline, folder: Path) -> tuple[int, str]:
    """``ivr import`` on a helpline: the exit code, and everything it said."""
    environment = {**os.environ, "IVR_STATE_DIR": str(command_line.settings.state_dir)}
    environment["IVR_DIALPLAN_DIR"] = str(command_line.folder / "dialplan")
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivr", "import", str(folder)),
        env=environment,
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    return running.returncode or 0, said.decode()


def write_clients(folder: Path, clients: int) -> None:
    """A file with so many clients, all new."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{FIRST_SCIN + number},Client{number} Invented,cmg\n" for number in range(clients))
    (folder / "clients.csv").write_text("scin,name,brand\n" + rows, encoding="utf-8")


async def beside_an_import(lab: Lab, folder: Path, clients: int = CLIENTS) -> Beside:
    """Calls before, the import with calls beside it, and one caller who waits all the time."""
    beside = Beside(clients=clients)
    write_clients(folder, clients)
    script = Script(FirstFrame(lab.line.prompt("greeting")), FirstFrame(lab.line.prompt("ask-scin")))
    async with Desks(lab.line) as desks, Caller() as caller, Caller() as patient:
        for desk in desks.desks:
            await desk.log_in()
        await desks.ask_all("available")
        waiting = await _wait_in_queue(lab, patient)
        await _calls(lab, desks, caller, script, beside.before, asyncio.create_task(asyncio.sleep(BEFORE_CALLS / RATE)))
        began_at, packets = time.monotonic(), waiting.heard.packets
        importing = asyncio.create_task(run(lab.line, folder), name="import")
        await _calls(lab, desks, caller, script, beside.during, importing)
        beside.import_s = time.monotonic() - began_at
        beside.music = (waiting.heard.packets - packets) / (PACKETS_A_SECOND * beside.import_s)
        code, beside.told = importing.result()
        beside.during.errors += [] if code == 0 else [f"the import ended with {code}"]
        beside.kept_place = _still_waits(lab)
        await waiting.hang_up()
        await desks.ask_all("logged_out")
    return beside


def table(beside: Beside) -> str:
    """What was measured, in words."""
    lines = [f"{beside.clients} clients imported in {beside.import_s:.1f} s, {RATE:g} calls a second beside it."]
    for words, load in (("before", beside.before), ("during", beside.during)):
        answer, agent = ([getattr(one, name) for one in load.journeys] for name in ("answer_ms", "agent_ms"))
        lines.append(f"{words}: {load.calls} calls, {len(load.errors)} failed; {_spread('INVITE -> answer', answer)};")
        lines.append(f"        {_spread(_RUNG, agent)}")
    lines.append(f"A caller who waited throughout got {beside.music:.1%} of the packets of music due.")
    return "\n".join([*lines, *beside.wrong, "", beside.told])


def _spread(words: str, values: list[float]) -> str:
    if not values:
        return f"{words}: nothing measured"
    median, slow = percentile(values, 0.5), percentile(values, 0.95)
    return f"{words}: median {median:.0f} ms, 95 of 100 {slow:.0f}, most {max(values):.0f}"


async def _calls(
    lab: Lab, desks: Desks, caller: Caller, script: Script, load: Load, over: asyncio.Task[object]
) -> None:
    """Calls at the load's rate until ``over`` is done; returns when all have ended."""
    uri, began_at, number = lab.line.uri(GENERAL), time.monotonic(), 0
    async with asyncio.TaskGroup() as group:
        while not over.done():
            group.create_task(_one(lab, desks, caller, uri, CLI.format(number % 900), script, load))
            number += 1
            await asyncio.sleep(max(0.0, began_at + number / load.rate - time.monotonic()))


async def _one(lab: Lab, desks: Desks, caller: Caller, uri: str, cli: str, script: Script, load: Load) -> None:
    try:
        load.journeys.append(await travel(caller, desks, uri, cli, script))
    except (TimeoutError, IvrError) as error:
        load.errors.append(f"{type(error).__name__}: {error}; its steps: {_steps(lab, cli)}")


def _steps(lab: Lab, cli: str) -> str:
    """The steps of the caller's last call, for who looks into a failure."""
    query = """SELECT e.at, e.step, e.data FROM call_event e JOIN call c ON c.call_id = e.call_id WHERE c.cli = :cli
        ORDER BY e.event_id"""
    return "; ".join(f"{row.at} {row.step} {row.data}" for row in lab.line.rows(query, cli=cli)[-20:])


async def _wait_in_queue(lab: Lab, patient: Caller) -> OutgoingCall:
    call = await patient.call(lab.line.uri(GENERAL), cli=WAITING_CLI)
    await call.answered(ANSWER_LIMIT_S)
    await call.key(UNSTAFFED_KEY)
    async with asyncio.timeout(ANSWER_LIMIT_S):
        while not _still_waits(lab):  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)
    return call


def _still_waits(lab: Lab) -> bool:
    query = "SELECT first_waiting_at, enqueued_at FROM call WHERE cli = :cli AND state = 'waiting'"
    rows = lab.line.rows(query, cli=WAITING_CLI)
    return len(rows) == 1 and rows[0].first_waiting_at == rows[0].enqueued_at
