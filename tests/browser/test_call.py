"""A whole call at the desk, from Available to Available, with a phone of the caseworker's own."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]


async def test_a_call_from_available_to_available(desk_of: Seats, story: Story) -> None:
    """R-STATE-4, R-POP-1, R-ACT: ringing shows who calls before the answer; hold; end; outcome; Available again."""
    desk = await desk_of("7001")
    await desk.is_in("not_ready")
    await desk.is_clean()
    await desk.available()
    await desk.is_clean()
    await calls_about_a_case(story)

    await expect(desk.band).to_contain_text("Jane Example")
    await expect(desk.record).to_contain_text("900000004471")
    await expect(desk.page).to_have_title(re.compile("Jane"))
    await desk.is_clean()
    await desk.answers()
    await expect(desk.band).to_have_count(0)
    await desk.is_clean()

    await desk.button("Hold").click()
    await desk.is_in("on_hold")
    await desk.button("Back to caller").first.click()
    await desk.is_in("on_call")
    await desk.button("End").click()
    await desk.is_in("after_call_work")
    await expect(desk.page.get_by_role("banner")).to_contain_text("left, then Available")
    await desk.is_clean()
    await desk.closes_activity("Call Resolved")
    await desk.available()
    await desk.is_clean()
