"""The security check at the desk, by keyboard, with a real call (R-SEC)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import expect

from tests.browser.callers import talks
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
SEAN: Final = "120000000069"
"""Sean Illustration, of NICMS; his case is owned by 7004."""
AWAY: Final = "document.activeElement.blur()"


async def _answers_wrong(desk: Desk) -> None:
    """Something wrong to all five, by keys alone: a digit goes on by itself, Enter in the last has them judged."""
    keyboard = desk.page.keyboard
    await expect(desk.page.get_by_label("digit").first).to_be_focused()
    await keyboard.type("00wrong")
    for _ in range(2):
        await keyboard.press("Tab")
        await keyboard.type("unknown")
    await keyboard.press("Enter")
    await expect(desk.page.get_by_label("Password")).to_have_count(0)
    await desk.sees("The caller has failed the check.")


async def test_a_third_failure_opens_the_form_filled_in(desk_of: Seats, story: Story) -> None:
    """R-SEC-1, R-SEC-4, R-NI-1: five fields by keyboard, over a reload; at the third failure in a row the form opens
    with the SCIN, and Bogus Call is suggested.
    """
    desk = await desk_of("7004")
    page = desk.page
    await desk.available()
    call = await talks(story, desk, SEAN)
    await expect(desk.record).to_contain_text("not yet checked")
    await page.evaluate(AWAY)
    await page.keyboard.press("s")
    await expect(page.get_by_label("Password")).to_be_visible()
    await desk.is_clean()
    await page.reload()
    await expect(page.get_by_label("Password")).to_be_visible()
    await _answers_wrong(desk)
    await desk.is_clean()
    for _ in range(2):
        await page.evaluate(AWAY)
        await page.keyboard.press("s")
        await _answers_wrong(desk)
    form = page.get_by_role("dialog", name="CMSF5550(NI)")
    await expect(form).to_be_visible()
    await expect(form.get_by_label("Features of call/Further details")).to_have_value(re.compile(f"^SCIN {SEAN}"))
    await desk.sees("Suggested: Bogus Call")
    await desk.is_clean()
    await call.hang_up()
