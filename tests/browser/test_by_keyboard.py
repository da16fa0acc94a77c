"""The whole journey by keyboard alone: no mouse is touched from the log-in to the closed activity."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case
from tests.browser.people import Desk
from tests.e2e.helpline import PASSWORD
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
FOCUS = """() => { const one = document.activeElement, style = getComputedStyle(one);
    return one === document.body || style.outlineStyle !== "none" || style.boxShadow !== "none"; }"""


async def test_a_whole_call_without_a_mouse(desk_of: Seats, story: Story) -> None:
    """Everything by keyboard: log in, Available, note while it rings, hold, end, outcome, closed, a code."""
    desk = await desk_of("7001", log_in=False)
    keys = desk.page.keyboard
    await expect(desk.button("Log in")).to_be_visible()
    await tab_to(desk, "Staff number")
    await keys.type("7001")
    await tab_to(desk, "Password")
    await keys.type(PASSWORD)
    await keys.press("Tab")  # into the choice of the phone, in which arrows move
    await keys.press("ArrowDown")
    await expect(desk.page.get_by_role("radio", name="Your own phone")).to_be_checked()
    await keys.press("Enter")
    await desk.is_in("not_ready")
    await keys.press("Space")
    await desk.is_in("available")
    await calls_about_a_case(story)
    await expect(desk.band).to_be_visible()
    await desk.rung()
    assert desk.phone is not None
    desk.phone.answer()  # the phone on the desk, as the hand does
    await desk.is_in("on_call")

    await keys.press("h")
    await desk.is_in("on_hold")
    await keys.press("h")
    await desk.is_in("on_call")
    await keys.press("n")
    await keys.type("Asks about the schedule. h e t")
    await expect(desk.page.get_by_label("Notes", exact=True)).to_have_value("Asks about the schedule. h e t")
    await desk.is_in("on_call")
    await keys.press("Tab")
    await keys.press("Shift+Tab")
    await keys.press("Shift+Tab")
    await keys.press("u")
    await desk.page.get_by_label("Outcome").focus()
    await keys.type("Call Resolved")
    await tab_to(desk, "Close activity")
    await keys.press("Enter")
    await desk.sees("Closed: Call Resolved")
    await desk.page.locator("body").focus()
    await keys.press("e")
    await desk.is_in("after_call_work")
    await keys.press("0")
    await expect(desk.page.get_by_role("dialog", name="Not Ready, because of")).to_be_visible()
    await keys.press("1")
    await desk.is_in("not_ready")
    await expect(desk.page.get_by_role("banner")).to_contain_text("Break")


async def tab_to(desk: Desk, name: str, most: int = 60) -> None:
    """Press Tab until what is called ``name`` has the focus; the focus is seen wherever it stands."""
    for _ in range(most):
        await desk.page.keyboard.press("Tab")
        assert await desk.page.evaluate(FOCUS), "the focus stands where it is not seen"
        wanted = desk.page.get_by_label(name).or_(desk.button(name)).first
        if await wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {name}")
