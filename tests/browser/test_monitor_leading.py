"""What a team leader does from the monitor: from a cell, and with the switches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import Locator, Page, expect

from ivr.softphone.agent_phone import Script
from tests.browser.people import Monitor
from tests.e2e.helpline import Helpline
from tests.e2e.story import Agent, Call, Story

MonitorOf = Callable[..., Awaitable[Monitor]]
JANE: Final = "120000000019"
MOST_TABS: Final = 40


async def _talking(story: Story) -> tuple[Agent, Call]:
    """Jane talks with 7001."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    return agent, call


def _cell(page: Page, staff: str) -> Locator:
    return page.locator(f'[role=gridcell][data-staff="{staff}"]')


async def _focused(page: Page) -> str | None:
    """The staff number of the cell that has the focus."""
    found: str | None = await page.evaluate("() => document.activeElement?.dataset.staff ?? null")
    return found


async def _to_cell(page: Page, staff: str) -> None:
    """By keyboard alone: Tab to the grid, then arrows to the agent."""
    for _ in range(MOST_TABS):
        if await _focused(page) is not None:
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Control+Home")
    for _ in range(MOST_TABS):
        if await _focused(page) == staff:
            return
        await page.keyboard.press("ArrowRight")
    raise AssertionError(f"no cell of {staff} was reached")


async def _choose(page: Page, item: str) -> None:
    """By keyboard alone: down to the item that begins so, and Enter."""
    for _ in range(MOST_TABS):
        if str(await page.evaluate("() => document.activeElement?.textContent ?? ''")).startswith(item):
            await page.keyboard.press("Enter")
            return
        await page.keyboard.press("ArrowDown")
    raise AssertionError(f"no item {item}")


def _audited(line: Helpline, what: str) -> list[str]:
    query = "SELECT actor FROM audit WHERE what = :what ORDER BY audit_id"
    return [row.actor for row in line.rows(query, what=what)]


async def test_a_leader_listens_by_keyboard_alone(monitor_of: MonitorOf, story: Story) -> None:
    """R-MON-2: Tab, arrows, Enter: the leader's phone rings and they listen; the page says so, and the audit has it."""
    leader = await story.agent("7101", Script.answer(0.1), available=False)
    monitor = await monitor_of("7101")
    _, call = await _talking(story)
    page = monitor.page
    await expect(_cell(page, "7001")).to_have_attribute("data-state", "on_call")
    await _to_cell(page, "7001")
    await page.keyboard.press("Enter")
    menu = page.get_by_role("dialog", name="Megan Price")
    await expect(menu.get_by_role("menuitem", name="Listen")).to_be_focused()
    await monitor.is_clean()
    await _choose(page, "Listen")
    await expect(menu).to_have_count(0)
    await leader.is_in("on_call")
    await monitor.sees("You are on the call of Megan Price")
    await monitor.sees("Ruth Hargreaves listens to Megan Price")
    assert await _focused(page) == "7001", "the focus is where it was"
    assert "agent 7101" in _audited(story.line, "listened")
    await monitor.is_clean()
    await monitor.button("Leave").click()
    await leader.is_in("not_ready")
    await call.hang_up()


async def test_a_leader_sets_a_state_and_is_told_why_not(monitor_of: MonitorOf, story: Story) -> None:
    """R-MON-2: a code is chosen from the cell; during a call it waits; there is only what may be."""
    monitor = await monitor_of("7101")
    page = monitor.page
    agent, call = await _talking(story)
    await _cell(page, "7001").click()
    menu = page.get_by_role("dialog", name="Megan Price")
    await menu.get_by_role("menuitem", name="Set Not Ready").click()
    await menu.get_by_role("menuitem", name="Training").click()
    await expect(menu).to_have_count(0)
    await expect(_cell(page, "7001")).to_contain_text("then Training")
    await monitor.sees("Ruth Hargreaves set Megan Price to Training after this call")
    await call.hang_up()
    await agent.is_in("after_call_work")
    await agent.available()
    await expect(_cell(page, "7001")).to_have_attribute("data-state", "available")
    leader = await story.agent("7102", available=False, phone=False)
    await leader.ask("logged_out")
    await expect(_cell(page, "7102")).to_have_attribute("data-state", "logged_out")
    await _cell(page, "7102").click()
    await expect(page.get_by_role("dialog", name="Alun Griffiths").get_by_role("menuitem")).to_have_text(["Close"])
    await page.keyboard.press("Escape")
    await expect(_cell(page, "7102")).to_be_focused()


async def test_what_the_service_refuses_is_said_in_its_words(monitor_of: MonitorOf, story: Story) -> None:
    """R-MON-2: a leader who is logged out of the phones may not listen, and reads why in the menu."""
    monitor = await monitor_of("7101")
    page = monitor.page
    _, call = await _talking(story)
    await monitor.leave()
    await expect(_cell(page, "7101")).to_have_attribute("data-state", "logged_out")
    await _cell(page, "7001").click()
    menu = page.get_by_role("dialog", name="Megan Price")
    await menu.get_by_role("menuitem", name="Listen").click()
    await expect(menu.get_by_role("alert")).to_contain_text("log in first")
    await monitor.is_clean()
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await call.hang_up()


async def test_downtime_is_switched_with_a_reason_and_stands_large(monitor_of: MonitorOf, story: Story) -> None:
    """R-MON-4: a leader switches with why; it stands on top while it is on; each turn is audited."""
    monitor = await monitor_of("7101")
    await monitor.button("Downtime: off").click()
    dialog = monitor.page.get_by_role("dialog", name="Turn on: Downtime")
    await monitor.is_clean()
    await dialog.get_by_label("Why").fill("The case system is being updated.")
    await monitor.page.keyboard.press("Enter")
    try:
        await expect(dialog).to_have_count(0)
        await monitor.sees("Downtime is on")
        await monitor.sees("Ruth Hargreaves.")
        await monitor.is_clean()
        assert "agent 7101" in _audited(story.line, "switched_on")
    finally:
        await monitor.button("Turn off: Downtime").click()
        await monitor.page.get_by_label("Why").fill("It is back.")
        await monitor.page.keyboard.press("Enter")
    await expect(monitor.button("Downtime: off")).to_be_visible()
    await expect(monitor.page.locator("body")).not_to_contain_text("Downtime is on")
