"""The whole way of a call between two browsers that are the phones, with the team leader's monitor beside them."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.at_browser import at_the_browser, becomes, both_hear, in_talk
from tests.browser.people import Monitor
from tests.browser.room import Room
from tests.e2e.story import Story


async def test_a_caller_is_handed_from_one_browser_to_another(room: Room, story: Story) -> None:
    """R-XFER-2, R-ACT-1, R-MON-1: hold, consult, conference, complete, end, outcome, Available; sound at every step."""
    leader = await room.monitor_of("7101")
    colleague = await at_the_browser(room, "7002")
    await colleague.available()
    asker, call = await in_talk(room, story)
    await both_hear(asker, call, story)
    await shows(leader, "7001", "On call")

    await asker.button("Hold").click()
    await asker.is_in("on_hold")
    await shows(leader, "7001", "On hold")
    await asker.button("Back to caller").first.click()
    await asker.is_in("on_call")

    await asker.asks("7002", "Wants to talk about arrears")
    await colleague.answers()
    await asker.sees("You speak with them. The caller hears music.")
    await asker.button("Conference").click()
    await asker.sees("You all hear each other.")
    await both_hear(asker, call, story)
    await both_hear(colleague, call, story)
    await asker.button("Complete").click()
    await asker.is_in("after_call_work")
    await both_hear(colleague, call, story)
    await shows(leader, "7002", "On call")

    await colleague.button("End").click()
    await becomes(colleague, "after_call_work")
    for desk, outcome in ((asker, "Call Transferred"), (colleague, "Call Resolved")):
        await desk.closes_activity(outcome)
        await desk.available()
    await shows(leader, "7001", "Available")


async def shows(leader: Monitor, staff: str, state: str) -> None:
    """Wait until the monitor has the caseworker in this state."""
    cell = leader.page.locator(f'[role=gridcell][data-staff="{staff}"]')
    await expect(cell).to_contain_text(state)
