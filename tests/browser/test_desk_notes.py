"""At the desk: what is half typed is never lost, whatever rings, breaks or is loaded anew."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
NOTES = "SELECT notes FROM activity WHERE notes <> '' ORDER BY began_at DESC LIMIT 1"


async def test_a_half_typed_note_outlives_ringing_and_a_reload(desk_of: Seats, story: Story) -> None:
    """R-ACT-2, R-POP-2: a ringing call takes no focus and no letter; Ctrl+Enter answers; a reload keeps every word."""
    desk = await desk_of("7001")
    page = desk.page
    await desk.available()
    first = await calls_about_a_case(story)
    await desk.answers()
    await first.hang_up()
    await desk.is_in("after_call_work")
    await desk.available()
    await desk.button("Write the activity of Jane Example").click()
    notes = page.get_by_label("Notes", exact=True)
    await notes.press_sequentially("Said that the ")
    second = await calls_about_a_case(story)
    await expect(desk.band).to_be_visible()
    await page.keyboard.type("amount is ")
    await expect(notes).to_be_focused()
    await expect(notes).to_have_value("Said that the amount is ")
    await page.keyboard.press("Control+Enter")
    await desk.is_in("on_call")
    await expect(notes).to_have_value("Said that the amount is ")
    await page.reload()
    await desk.is_in("on_call")
    await desk.button("Write the activity of Jane Example").click()
    await expect(notes).to_have_value("Said that the amount is ")
    await story.until(lambda: [row.notes for row in story.line.rows(NOTES)] == ["Said that the amount is "], "saved")
    await second.hang_up()


async def test_what_is_typed_while_the_service_is_away_is_saved_when_it_is_back(desk_of: Seats, story: Story) -> None:
    """R-ACT-2: the page says at once that the service is away, keeps what is typed, and saves it by itself."""
    desk = await desk_of("7001")
    page = desk.page
    await desk.available()
    call = await calls_about_a_case(story)
    await desk.answers()
    notes = page.get_by_label("Notes", exact=True)
    await notes.fill("Before. ")
    await desk.sees("Saved")
    desk.watch.may_be_away = True
    await asyncio.to_thread(story.line.signal_service, signal.SIGTERM)
    await desk.sees("The connection to the service is lost")
    await notes.press_sequentially("While it was away.")
    await desk.sees("It is kept in this browser")
    await expect(desk.button("Hold")).to_have_attribute("aria-disabled", "true")
    await asyncio.to_thread(story.line.start_service)
    await expect(page.get_by_text("The connection to the service is lost")).to_have_count(0)
    saved = "Before. While it was away."
    await story.until(lambda: [row.notes for row in story.line.rows(NOTES)] == [saved], "saved", limit_s=40)
    await call.hang_up()
