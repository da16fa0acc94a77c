"""At the desk without a mouse: from the ringing to the closed activity, by single keys and Tab."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from tests.browser.callers import calls_about_a_case
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
FOCUSED = "document.activeElement.name || document.activeElement.tagName"


async def test_a_call_by_keys_alone(desk_of: Seats, story: Story) -> None:
    """R-STATE, R-ACT-1, WCAG 2.1.1: Space, A, H, M, U, N and Tab are enough."""
    desk = await desk_of("7001")
    page = desk.page
    await desk.is_in("not_ready")
    await _away(page)
    await page.keyboard.press("Space")
    await desk.is_in("available")
    await calls_about_a_case(story)
    await desk.rung()
    await expect(desk.band).to_be_visible()
    await page.keyboard.press("a")
    await desk.is_in("on_call")

    await page.keyboard.press("h")
    await desk.is_in("on_hold")
    await page.keyboard.press("h")
    await desk.is_in("on_call")
    await page.keyboard.press("m")
    await desk.sees("You are muted")
    await page.keyboard.press("1")
    await desk.sees("Next: Break")
    await page.keyboard.press("e")
    await desk.is_in("after_call_work")

    await expect(page.get_by_label("Outcome")).to_be_visible()
    await page.keyboard.press("u")
    await expect(page.get_by_label("Outcome")).to_be_focused()
    await page.keyboard.type("Call Res")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Asked about the schedule")
    while await page.evaluate(FOCUSED) != "BUTTON":
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await desk.sees("Closed: Call Resolved")
    row = story.line.rows("SELECT outcome, description FROM activity ORDER BY began_at DESC LIMIT 1")[0]
    assert tuple(row) == ("call_resolved", "Asked about the schedule")


async def test_keys_can_be_changed_and_switched_off(desk_of: Seats) -> None:
    """WCAG 2.1.4: a key of one's own; none at all; both are kept over a reload."""
    desk = await desk_of("7001")
    page = desk.page
    await desk.is_in("not_ready")
    await _away(page)
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    await keys.get_by_role("button", name="Change the key of: Available").click()
    await expect(keys.get_by_role("status")).to_contain_text("Press a key")
    await page.keyboard.press("h")
    await desk.sees("That key is taken")
    await page.keyboard.press("g")
    await expect(keys.get_by_role("status")).to_have_text("")
    await page.keyboard.press("Escape")
    await page.reload()
    await desk.is_in("not_ready")
    await _away(page)
    await page.keyboard.press("g")
    await desk.is_in("available")

    await page.keyboard.press("?")
    await keys.get_by_role("checkbox", name="Single keys are on").uncheck()
    await page.keyboard.press("Escape")
    await _away(page)
    await page.keyboard.press("1")
    await page.keyboard.press("0")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert desk.state == "available"


async def _away(page: Page) -> None:
    await page.evaluate("document.activeElement.blur()")
