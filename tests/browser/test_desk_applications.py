"""At the desk: the form for a caller without a record, its allocation, and what the caseworker has to do then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.people import Desk

Seats = Callable[..., Awaitable[Desk]]


async def test_the_form_its_allocation_and_its_end(desk_of: Seats) -> None:
    """R-CB-9, R-CB-10: taken down by one, given by the leader to another, who completes it; each page says so."""
    desk, leader, agent = await desk_of("7008"), await desk_of("7102"), await desk_of("7006")
    page = desk.page
    await desk.button("New application call back").click()
    form = page.get_by_role("dialog", name="New application call back")
    save = form.get_by_role("button", name="Save call back")
    await expect(save).to_have_accessible_description("Enter the full name first.")
    await form.get_by_label("Full name").fill("Tamsin Newcomer")
    await form.get_by_label("Address").fill("1 Sample Street\nExampleton")
    await form.get_by_label("Date of birth").fill("1990-02-03")
    await form.get_by_label("Contact number").fill("09098 790 001")
    await form.get_by_label("Reason").select_option(label="Existing Case")
    await form.get_by_label("Existing case").select_option(label="MP")
    await desk.is_clean()
    await save.click()
    await desk.sees("premium, shared cost and personal numbers are not dialled")
    await form.get_by_label("Contact number").fill("07700 900 123")
    await form.press("Escape")
    await desk.button("New application call back").click()
    await expect(form.get_by_label("Full name")).to_have_value("Tamsin Newcomer")
    await save.click()
    await desk.sees("The call back is saved.")

    await leader.sees("To allocate: 1")
    await leader.sees("Existing Case, MP, any time")
    await leader.page.get_by_label("Allocate Tamsin Newcomer to").select_option(value="7006")
    await leader.is_clean()
    await leader.button("Allocate Tamsin Newcomer").click()
    await leader.sees("Allocated to Grace Adeyemi")
    await leader.sees("To allocate: 0")

    await agent.sees("New applications: 1")
    await agent.sees("Tamsin Newcomer, 07700 900123")
    await agent.button("Open the call back of Tamsin Newcomer").click()
    particulars = agent.page.get_by_role("dialog", name="Call back: Tamsin Newcomer")
    await expect(particulars).to_contain_text("Raised")
    await expect(particulars).to_contain_text("With Grace Adeyemi 7006")
    await agent.is_clean()
    await particulars.get_by_label("Complete with").select_option(label="No longer required")
    await particulars.get_by_role("button", name="Complete", exact=True).click()
    await expect(particulars).to_contain_text("Complete: No longer required")
    await expect(agent.page.get_by_text("New applications: 1")).to_have_count(0)
