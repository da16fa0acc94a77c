"""At the desk: what an employer asks for, their details, the contact's notes, a pro forma."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, expect

from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]
FITS = "() => document.documentElement.scrollHeight <= window.innerHeight"
MAIL = "SELECT mailbox, body FROM mail ORDER BY made_at DESC LIMIT 1"


async def _opens(desk: Desk, words: str, name: str) -> None:
    """Search a contact, and open their record."""
    await desk.page.get_by_label("Search contacts").fill(words)
    await desk.page.keyboard.press("Enter")
    await desk.button(f"Open {name}").click()
    await expect(desk.record).to_contain_text(name)


def _room(desk: Desk, title: str) -> Locator:
    """A line below the record or beside the work, that opens."""
    return desk.page.locator("summary", has_text=title)


async def test_what_an_employer_asks_for_goes_to_the_team(desk_of: Seats) -> None:
    """R-EMP-4: chosen on the employer's record; with the team at once; taken and closed there; the record says so."""
    helen = await desk_of("7010")
    await _opens(helen, "drama bak", "Drama Bakeries Ltd")
    await _room(helen, "Service requests: 0 open").click()
    await helen.button("New service request").click()
    await helen.page.get_by_label("The employer asks for").select_option(value="deo_schedule")
    await helen.page.get_by_label("Details", exact=True).fill("From April, please.")
    await helen.is_clean()
    await helen.button("Send to its team").click()
    await helen.sees("The service request is with Employer 1.")
    await expect(_room(helen, "Service requests: 1 open")).to_be_visible()
    marcus = await desk_of("7011")
    await _room(marcus, "0 mine, 1 with my team").click()
    await marcus.button("Take Deduction from earnings order schedule").click()
    await expect(_room(marcus, "1 mine, 0 with my team")).to_be_visible()
    await helen.sees("owner Marcus Bell 7011")
    await marcus.is_clean()
    assert await marcus.page.evaluate(FITS)
    await marcus.button("Close Deduction from earnings order schedule").click()
    await expect(_room(marcus, "0 mine, 0 with my team")).to_be_visible()
    await expect(_room(helen, "Service requests: 0 open")).to_be_visible()


async def test_details_notes_and_a_pro_forma(desk_of: Seats, story: Story) -> None:
    """R-EMP-4, R-ACT-2, R-CB-13: the phone is changed and shown, a note is kept, the pro forma goes to its mailbox."""
    helen = await desk_of("7010")
    page = helen.page
    await _opens(helen, "fictional", "Fictional Freight plc")
    await _room(helen, "Update employer's details").click()
    phone = page.get_by_label("Main telephone")
    number = "03069 990079" if await phone.input_value() == "03069 990078" else "03069 990078"
    await phone.fill(number)
    await helen.is_clean()
    await helen.button("Save details").click()
    await expect(helen.record.locator(".facts").first).to_contain_text(number)
    await _room(helen, "Contact's notes").click()
    await page.get_by_label("Add to the contact's notes").fill("Payroll is closed on Fridays.")
    await helen.button("Add note").click()
    await expect(helen.record).to_contain_text("Payroll is closed on Fridays.")
    await helen.button("Pro forma").click()
    dialog = page.get_by_role("dialog", name="Pro forma for CPO, IO, FTF or SAR")
    await dialog.get_by_label("Team", exact=True).select_option("FTF")
    for step in await dialog.get_by_role("checkbox").all():
        await step.check()
    await dialog.get_by_label("When they would like").fill("After 16:00")
    await dialog.get_by_label("What about").fill("Asks for a visit.")
    await helen.is_clean()
    assert await page.evaluate(FITS)
    await helen.button("Send pro forma").click()
    await helen.sees("The pro forma goes to the mailbox of FTF.")
    (row,) = story.line.rows(MAIL)
    assert row.mailbox == "cpo_io_ftf"
    assert "Fictional Freight plc" in row.body
    assert "After 16:00" in row.body
