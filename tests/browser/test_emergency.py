"""While the emergency setting is on: a call handed on at once, without asking; and tones keyed into a talk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import talks
from tests.browser.people import Desk, Monitor
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
Watches = Callable[..., Awaitable[Monitor]]


async def test_a_cold_transfer_while_the_leader_allows_it(desk_of: Seats, monitor_of: Watches, story: Story) -> None:
    """R-XFER-3, R-MON-4: refused with its reason; switched on at the monitor, the call is the colleague's to answer."""
    leader = await monitor_of("7101")
    asker, colleague = await desk_of("7001"), await desk_of("7002")
    await asker.available()
    call = await talks(story, asker)
    await keys_tones(asker)
    await story.until(lambda: call.sip.digits_heard.endswith("47"), "the caller hears the keys")
    await colleague.available()
    await asker.button("Transfer").click()
    await asker.page.get_by_label("Name, staff number, team or segment").fill("7002")
    await asker.button(re.compile("7002$")).click()
    await asker.page.get_by_label("Reason", exact=True).fill("Arrears")
    at_once = asker.button("Transfer at once")
    await expect(at_once).to_have_attribute("aria-disabled", "true")
    await expect(at_once).to_have_accessible_description(
        re.compile("Only while a team leader has the emergency setting")
    )

    await turns(leader, "Emergency: off", "Too many calls wait.")
    try:
        await expect(at_once).not_to_have_attribute("aria-disabled", "true")
        await at_once.click()
        await asker.is_in("after_call_work")
        await colleague.answers()
        await colleague.sees("Arrears")
        await colleague.is_clean()
    finally:
        await turns(leader, "Turn off: Emergency", "They are fewer.")
    await call.hang_up()
    await colleague.is_in("after_call_work")


async def keys_tones(desk: Desk) -> None:
    """Key 4 and 7 on the pad, by its buttons, and close it."""
    await desk.button("Keys").click()
    for key in "47":
        await desk.button(re.compile(f"^{key}$")).click()
    await expect(desk.page.get_by_label("Digits")).to_have_value("47")
    await desk.is_clean()
    await desk.page.keyboard.press("Escape")


async def turns(leader: Monitor, button: str, why: str) -> None:
    """Turn a switch at the monitor."""
    await leader.button(button).click()
    await leader.page.get_by_label("Why").fill(why)
    await leader.page.keyboard.press("Enter")
