"""Recordings in a real browser: the desk says what the recording does, a leader opens, sees and hears one (R-REC)."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from typing import Final

from playwright.async_api import Page, expect

from ivr.settings import PROJECT
from ivr.softphone.agent_phone import Script
from tests.browser.conftest import Room
from tests.e2e.helpline import Helpline
from tests.patience import PATIENCE

NORTHERN_IRELAND: Final = "03069990102"
JANE: Final = "120000000019"
SOUND: Final = "document.querySelector('audio')"


def _record(line: Helpline) -> None:
    """Operations have one line recorded."""
    lines = line._dialplan / "lines.toml"
    number = 'numbers = ["03069 990102"]\n'
    text = re.sub(r"^record = .*\n", "", lines.read_text(), flags=re.MULTILINE)
    lines.write_text(text.replace(number, f"{number}record = true\n"))
    office = line._dialplan / "office.toml"
    office.write_text(re.sub(r"min_free_mb = \d+", "min_free_mb = 1", office.read_text()))
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "reload"], env=line._environment, cwd=PROJECT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


async def test_an_agent_silences_it_and_a_leader_plays_it(room: Room) -> None:
    """R-REC-1: buttons and keys, the state in words. R-REC-2: opened by a leader, its wave form painted with the silent
    part marked and said in words, moved by keyboard, played by ranges; who opened which is in the audit.
    """
    story = room.story
    await asyncio.to_thread(_record, story.line)
    desk = await room.desk_of("7001", "own", Script.answer(0.2, tone_hz=700))
    await desk.button("Available").first.click()
    call = await (await story.call(NORTHERN_IRELAND)).answered()
    await call.key("1" + JANE)
    await desk.sees("This call is being recorded.")
    await story.until(lambda: call.sip.heard.seconds > 3, "some of the talk")
    await desk.page.keyboard.press("v")
    await desk.sees("You have muted the recording")
    await desk.is_clean()
    await desk.button("Unmute recording").click()
    await desk.sees("This call is being recorded.")
    await desk.button("Pause recording").click()
    await desk.sees("You have paused the recording.")
    await desk.page.keyboard.press("p")
    await desk.sees("This call is being recorded.")
    call_id = call.row().call_id
    await call.hang_up()
    leader = await room.monitor_of("7101", log_in=False)
    await leader.open(f"/calls/{call_id}")
    await leader.log_in()
    async with leader.page.expect_response(re.compile(r"/api/recordings/r\w+/audio")) as sound:
        await leader.button("Open part 1 to listen").click()
    assert (await sound.value).status in {200, 206}
    await expect(leader.page.locator(".wave__silent")).to_have_count(1)
    await expect(leader.page.locator(".wave__cut")).to_have_count(1)
    await leader.sees("silent, muted by the caseworker")
    bars = await leader.page.locator(".wave__form").get_attribute("d")
    assert bars is not None
    assert bars.count("M") > 100
    place = leader.page.get_by_role("slider", name="Place in part 1")
    await place.focus()
    await place.press("ArrowRight")
    await leader.page.locator(".player .call__play").click()
    await _plays_beyond(leader.page, 1.1)
    assert "0:0" in (await place.get_attribute("aria-valuetext") or "")
    await leader.is_clean()
    await leader.page.get_by_role("button", name="Cymraeg").click()
    await leader.sees("distaw, distewyd gan y gweithiwr achos")
    query = "SELECT actor FROM audit WHERE what = 'recording_played' AND call_id = :call_id"
    assert [row.actor for row in story.line.rows(query, call_id=call_id)] == ["agent 7101"]


async def _plays_beyond(page: Page, second: float) -> None:
    """The sound has come so far; asked again and again, for the page's policy forbids waiting for an expression."""
    async with asyncio.timeout(20 * PATIENCE):
        while await page.evaluate(f"{SOUND}.currentTime") <= second:  # noqa: ASYNC110 - the sound tells nobody
            await asyncio.sleep(0.1)
