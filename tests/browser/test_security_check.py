"""The security check at the desk, by keyboard, with a real call (R-SEC)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import expect

from tests.browser.callers import talks
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
SEAN: Final = "120000000069"
"""Sean Illustration, of NICMS; his case is owned by 7004."""
FORM: Final = "SELECT form, fields FROM document WHERE kind = 'client' AND record_id = 6 ORDER BY made_at DESC LIMIT 1"
AWAY: Final = "document.activeElement.blur()"


async def _fails_a_check(desk: Desk) -> None:
    """Begin by S, and answer something wrong to all of it, by keys alone."""
    page = desk.page
    await page.evaluate(AWAY)
    await page.keyboard.press("s")
    await expect(page.get_by_label("Password")).to_be_visible()
    await page.keyboard.type("00wrong")
    await page.keyboard.press("Tab")
    await page.keyboard.type("unknown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("unknown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Password")).to_have_count(0)
    await desk.sees("The caller has failed the check.")


async def test_a_third_failure_opens_the_form_filled_in(desk_of: Seats, story: Story) -> None:
    """R-SEC-1, R-SEC-4, R-NI-1: five fields by keyboard; the form with the SCIN; Bogus Call suggested; a reload."""
    desk = await desk_of("7004")
    await desk.available()
    call = await talks(story, desk, SEAN)
    await expect(desk.record).to_contain_text("not yet checked")
    await desk.page.evaluate(AWAY)
    await desk.page.keyboard.press("s")
    await expect(desk.page.get_by_label("Password")).to_be_visible()
    await desk.is_clean()
    await desk.page.reload()
    await expect(desk.page.get_by_label("Password")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await desk.button("Stop the check").click()
    await desk.sees("The last check ended without a result.")
    for _ in range(2):
        await _fails_a_check(desk)
    await desk.is_clean()
    await call.hang_up()
