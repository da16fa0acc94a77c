"""At the desk: a contact who is not to be called cannot be called, and the desk says why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.people import Desk

Seats = Callable[..., Awaitable[Desk]]


async def test_a_suppressed_contact_is_refused_with_its_reason(desk_of: Seats) -> None:
    """R-OUT-2: suppressing closes the open call backs, once asked again; then no call is made, and why is said."""
    desk = await desk_of("7002")
    page = desk.page
    await page.get_by_label("Search contacts").fill("peter spec")
    await page.keyboard.press("Enter")
    await desk.button("Open Peter Specimen").click()
    await desk.button("New call back").click()
    await page.get_by_label("Contact number").fill("07700 900 123")
    await page.get_by_label("What about").fill("Wants to know the new amount.")
    await desk.button("Save call back").click()
    await expect(page.get_by_role("heading", name="Call backs: 1")).to_be_visible()

    await desk.button("Suppress contact").click()
    form = page.get_by_role("dialog", name="Suppress contact")
    await form.get_by_label("Why").select_option(label="opted out")
    await form.get_by_role("button", name="Suppress contact").click()
    await expect(page.get_by_role("alert").filter(has_text="call back")).to_be_visible()
    await form.get_by_role("button", name="Suppress, and close their open call backs").click()
    await expect(page.get_by_role("heading", name="Call backs: 0")).to_be_visible()
    await desk.is_clean()

    calls = page.get_by_role("region", name="Record").get_by_role("button", name="Call", exact=True)
    await expect(calls).to_have_attribute("aria-disabled", "true")
    await expect(calls).to_have_accessible_description("suppressed: opted out")
    await calls.press("Enter")
    await desk.sees("suppressed: opted out")
    assert desk.state == "not_ready"
