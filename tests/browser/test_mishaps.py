"""What must not lose a call or a word: the service ends under a page, a reload in mid-call, a second tab."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import talks
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]


async def test_the_service_is_started_again_under_a_talk(desk_of: Seats, story: Story) -> None:
    """Connection lost: the page says so at once, offers nothing it can't do, and comes back with the truth."""
    desk = await desk_of("7001")
    desk.watch.may_be_away = True
    await desk.available()
    call = await talks(story, desk)
    await asyncio.to_thread(story.line.signal_service, signal.SIGTERM)
    await expect(desk.page.get_by_role("alert").filter(has_text="connection to the service is lost")).to_be_visible()
    await expect(desk.button("Hold")).to_have_attribute("aria-disabled", "true")
    await desk.is_clean()
    await call.hang_up()
    await asyncio.to_thread(story.line.start_service)
    await expect(desk.page.get_by_role("alert").filter(has_text="connection to the service is lost")).to_have_count(0)
    await desk.is_in("after_call_work")
    await expect(desk.record).to_contain_text("Jane Example")
    await desk.available()


async def test_a_reload_in_mid_call(desk_of: Seats, story: Story) -> None:
    """A reload comes back to the call, its record and what was written; the caller notices nothing."""
    desk = await desk_of("7001")
    await desk.available()
    await talks(story, desk)
    notes = desk.page.get_by_label("Notes", exact=True)
    await notes.fill("Half a sentence, not yet")
    await desk.page.reload()
    await desk.is_in("on_call")
    await expect(desk.record).to_contain_text("Jane Example")
    await expect(notes).to_have_value("Half a sentence, not yet")
    await desk.button("End").click()
    await desk.is_in("after_call_work")


async def test_two_tabs_show_one_truth(desk_of: Seats, story: Story) -> None:
    """Two tabs: what is done in one is seen in the other; the call stays one call."""
    desk = await desk_of("7001")
    first = desk.page
    await desk.available()
    await desk.open()
    await desk.is_in("available")
    await talks(story, desk)
    await expect(first.get_by_role("banner")).to_contain_text("On call")
    await desk.button("Hold").click()
    await expect(first.get_by_role("banner")).to_contain_text("On hold")
    desk.page = first
    await desk.button("Back to caller").first.click()
    await desk.is_in("on_call")
    await desk.button("End").click()
    await desk.is_in("after_call_work")
