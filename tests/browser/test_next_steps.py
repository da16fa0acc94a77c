"""At the desk of an agent of GICH: what to do next with whatever reached them, in Northern Ireland's words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
NORTHERN_IRELAND = "03069990102"


async def test_an_application_call_that_overflowed_is_guided(desk_of: Seats, story: Story) -> None:
    """R-CB-12: nobody in Applications: the form; somebody comes: a transfer first, at once. R-NI-1 on the screen."""
    desk = await desk_of("7008")
    await desk.available()
    call = await (await story.call(NORTHERN_IRELAND)).answered()
    await call.key("2")
    await desk.answers()
    steps = desk.page.get_by_role("region", name="Next best step")
    await expect(steps.get_by_role("listitem")).to_have_count(2)
    best = steps.get_by_role("listitem").filter(has=desk.page.get_by_text("Now", exact=True))
    await expect(best).to_contain_text("they have no record")
    await expect(best.get_by_role("button", name="Open the form")).to_be_visible()
    await expect(steps).to_contain_text("Nobody is available now.")
    await expect(desk.call).to_contain_text("(NICMS)")
    await desk.page.get_by_label("Search contacts").fill("nobody at all")
    await desk.page.keyboard.press("Enter")
    await desk.sees("NICMS's website: https://www.nidirect.gov.uk/")
    await desk.is_clean()

    await best.get_by_role("button", name="Open the form").click()
    form = desk.page.get_by_role("dialog", name="New application call back")
    await expect(form.get_by_label("Contact number")).to_have_value(re.compile(r"^07700 ?900"))
    await expect(form.get_by_label("Reason")).to_have_value("new_application")
    await form.get_by_role("button", name="Close").click()

    await story.agent("7006")
    await expect(best).to_contain_text("Transfer warmly to Applications. Somebody is available.")
    await best.get_by_role("button", name="Transfer").click()
    dialog = desk.page.get_by_role("dialog", name="Transfer")
    await expect(dialog).to_contain_text("Applications")
    await desk.is_clean()
    await call.hang_up()
    await desk.is_in("after_call_work")
    await expect(steps).to_have_count(0)
