"""Records imported while the service runs, with the command as operations runs it."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

from ivr.settings import PROJECT
from ivr.softphone.agent_phone import Script
from tests.e2e.helpline import PASSWORD, Helpline
from tests.e2e.story import Call, Story
from tests.unit.records import csv_folder

SCIN, JANE = "120000009010", "120000000019"
CLIENTS = 6_000
BETWEEN_CALLS_S = 0.5
PACKETS_A_SECOND = 50
MAINTENANCE = ("7001", "7002", "7003")
FILES = {
    "clients": f"scin,name,brand\n{SCIN},Rita Instance,cmg\n",
    "agents": f"staff_number,name,team,role,password\n7901,Ada Example,GICH 1,agent,{PASSWORD}\n",
    "cases": f"number,opened_on,brand,rp,owner\n900000090001,2020-02-03,cmg,{SCIN},7901\n",
}


async def _import(line: Helpline, folder: Path, files: dict[str, str]) -> tuple[int, str, str]:
    """Run ``ivr import``: exit code, what it printed, what it complained of."""
    csv_folder.write(folder, files)
    environment = {**os.environ, "IVR_STATE_DIR": str(line.settings.state_dir)}
    environment["IVR_DIALPLAN_DIR"] = str(line.folder / "dialplan")
    command = (sys.executable, "-m", "ivr", "import", str(folder))
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(*command, env=environment, cwd=PROJECT, stdout=pipe, stderr=pipe)
    out, complaint = await running.communicate()
    assert running.returncode is not None
    return running.returncode, out.decode(), complaint.decode()


async def test_an_imported_client_is_found_by_the_next_call_and_rings_an_imported_agent(
    story: Story, tmp_path: Path
) -> None:
    """R-CASE-2: neither the client, nor the case, nor its owner and their phone's account were there at the start."""
    code, told, complaint = await _import(story.line, tmp_path / "csv", FILES)
    assert (code, complaint) == (0, ""), told
    assert "The phones' accounts are renewed." in told
    owner = await story.agent("7901")
    call = await (await story.call()).answered()
    await call.key("1" + SCIN)
    await owner.rung()
    shown = await owner.call()
    assert "Rita Instance" in str(shown)
    assert "900000090001" in str(shown)
    owner.phone.answer()
    await owner.is_in("on_call")
    await call.hang_up()


async def test_files_with_a_mistake_change_nothing(story: Story, tmp_path: Path) -> None:
    """The mistake is told with file and line, the exit code is 1, and the sound rows are not imported either."""
    wrong = "scin,name,brand\n120000009028,Paul Instance,cmg\n12000000903,Short Number,cmg\n"
    code, told, complaint = await _import(story.line, tmp_path / "csv", {"clients": wrong})
    assert (code, told) == (1, "")
    assert complaint.startswith("clients.csv:3: scin: found '12000000903', expected 12 digits\n")
    assert story.line.rows("SELECT 1 FROM client WHERE scin = '120000009028'") == []


async def test_calls_go_on_while_many_clients_are_imported(story: Story, tmp_path: Path) -> None:
    """Two callers a second are all answered meanwhile, and who waits keeps music and place; then all clients are there.

    ``make bench BENCH=--import`` is the same with a hundred thousand.
    """
    rows = "".join(f"{130_000_000_000 + number},Somebody Else,cmg\n" for number in range(CLIENTS))
    for staff in MAINTENANCE:
        await story.agent(staff, Script.answer(0.2))
    patient = await (await story.call(cli="07700900999")).answered()
    await patient.key("2")
    await patient.is_in("waiting")
    place, packets, began_at = patient.row().first_waiting_at, patient.sip.heard.packets, time.monotonic()
    importing = asyncio.create_task(_import(story.line, tmp_path / "csv", {"clients": "scin,name,brand\n" + rows}))
    calls = await _call_until(story, importing)
    took_s = time.monotonic() - began_at
    assert (await importing)[0] == 0
    assert len(calls) > 5
    assert [call.row().end for call in calls] == ["answered"] * len(calls)
    assert patient.sip.heard.packets - packets > 0.9 * PACKETS_A_SECOND * took_s
    assert (patient.row().state, patient.row().first_waiting_at) == ("waiting", place)
    assert story.line.rows("SELECT count(*) AS n FROM client WHERE scin >= '130000000000'")[0].n == CLIENTS


async def _call_until(story: Story, over: asyncio.Task[object]) -> list[Call]:
    """Two calls a second until ``over`` is done; returns when all have ended."""
    calls: list[Call] = []
    async with asyncio.TaskGroup() as group:
        while not over.done():
            calls.append(await story.call(cli=f"07700900{len(calls):03}"))
            group.create_task(_talk(story, calls[-1]))
            await asyncio.sleep(BETWEEN_CALLS_S)
    return calls


async def _talk(story: Story, call: Call) -> None:
    """One caller, from the first key to the end of a short talk; whoever answered is Available again."""
    await call.answered()
    await call.key("1" + JANE)
    await call.is_in("talking")
    await call.hang_up()
    await call.is_in("ended")
    (agent,) = [agent for agent in story.agents if agent.staff == call.offers()[-1][0]]
    await agent.available()
