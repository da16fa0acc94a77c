"""The pictures of the pages in ``docs/pictures``: a helpline of its own, its sample people, and real calls.

``make pictures``. Every picture has the size of the smallest screen the desk fits, and the typeface that comes with
the browser; the clock is the day's.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from ivr.softphone.agent_phone import Script
from tests.browser import chromium
from tests.browser.callers import calls_about_a_case
from tests.browser.people import Desk
from tests.browser.room import Room
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Call, Story

TO: Final = chromium.PROJECT / "docs" / "pictures"
LIMITS: Final = {
    **SHORT,
    "ring_timeout_s": 60,
    "after_call_work_s": 600,
    "overflow_s": 60,
    "longest_wait_limit_s": 180,
}
"""Nobody is hurried while their picture is taken."""


def main() -> None:
    """Take every picture again."""
    folder = Path(tempfile.mkdtemp(prefix="pictures-"))
    line = Helpline(folder, LIMITS)
    try:
        line.start()
        TO.mkdir(parents=True, exist_ok=True)
        asyncio.run(_take_all(line))
    finally:
        line.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _take_all(line: Helpline) -> None:
    async with chromium.running() as browser, Story(line) as story:
        room = Room(browser, story)
        try:
            await _take(room, story)
        finally:
            await room.leave(None)


async def _take(room: Room, story: Story) -> None:
    others = [("7002", True), ("7003", True), ("7004", False), ("7005", True), ("7006", False)]
    for staff, available in others:
        await story.agent(staff, Script.answer(), available=available)
    desk = await room.desk_of("7001")
    leader = await room.monitor_of("7101")
    call = await _call_at(desk, story)
    await _picture(leader.page, "monitor")
    await desk.button("End").click()
    await desk.is_in("after_call_work")
    await desk.page.get_by_label("Outcome").select_option(label="Call Resolved")
    await _picture(desk.page, "desk-after-call-work")
    await leader.page.goto(f"/calls/{call.row().call_id}")
    await expect(leader.page.get_by_role("heading").first).to_be_visible()
    await leader.page.wait_for_load_state("networkidle")
    await _picture(leader.page, "call-view")


async def _call_at(desk: Desk, story: Story) -> Call:
    """One call at the desk as far as the transfer, with a picture of each of its states."""
    await desk.available()
    await _picture(desk.page, "desk-idle")
    call = await calls_about_a_case(story)
    await expect(desk.band).to_be_visible()
    await _picture(desk.page, "desk-ringing")
    await desk.answers()
    await desk.page.get_by_label("Notes").first.fill("Asks how the new schedule was worked out.\nHas the payslips.")
    await desk.sees("Saved")
    await _picture(desk.page, "desk-talking")
    await desk.button("Transfer").first.click()
    await desk.page.get_by_label("Name, staff number, team or segment").fill("700")
    await expect(desk.button("Daniel Okafor 7002")).to_be_visible()
    await desk.page.get_by_label("Reason", exact=True).fill("Knows the earlier schedule")
    await _picture(desk.page, "desk-transfer")
    await desk.page.keyboard.press("Escape")
    return call


async def _picture(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(300)  # what has just been asked for is drawn
    await page.screenshot(path=TO / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    main()
