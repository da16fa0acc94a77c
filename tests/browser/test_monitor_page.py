"""The monitor as a page: one screen, kept choices, the wall, who may not see it, a lost connection, Welsh."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import Room
from tests.browser.people import Monitor
from tests.e2e.story import Story

MonitorOf = Callable[..., Awaitable[Monitor]]
SCREENS: Final = [ViewportSize(width=1366, height=768), ViewportSize(width=1920, height=1080)]
MAGNIFIED: Final = ViewportSize(width=320, height=640)
"""1280 wide at 400 %: WCAG 1.4.10."""
LEAST_WALL_PX: Final = 40
NUMBER_SIZES: Final = """() => [...document.querySelectorAll(
    ".queue-table td.number, .wait__time, .total dd, .cell .since"
    )].map(one => parseFloat(getComputedStyle(one).fontSize))"""
NO_WIDER: Final = "document.documentElement.scrollWidth === document.documentElement.clientWidth"
FITS: Final = f"{NO_WIDER} && document.documentElement.scrollHeight === document.documentElement.clientHeight"


async def _cells(page: Page, number: int) -> None:
    await expect(page.get_by_role("gridcell")).to_have_count(number)


@pytest.mark.parametrize("screen", SCREENS, ids=["1366", "1920"])
async def test_it_is_one_screen(monitor_of: MonitorOf, screen: ViewportSize) -> None:
    """Queues, agents and today are all there without scrolling, and clean."""
    monitor = await monitor_of("7101", viewport=screen, still=True)
    await _cells(monitor.page, 14)
    await monitor.page.wait_for_function(FITS)
    await expect(monitor.page.locator("[data-queue]")).to_have_count(6)
    await monitor.sees("Service level")
    await monitor.is_clean()


async def test_what_was_chosen_is_kept(monitor_of: MonitorOf) -> None:
    """Team, state, order and words choose whom one sees; the browser keeps it; one press brings everybody back."""
    monitor = await monitor_of("7101")
    page = monitor.page
    await page.get_by_label("Team", exact=True).select_option("Employer 1")
    await _cells(page, 2)
    await page.get_by_label("Order", exact=True).select_option("longest")
    await page.get_by_label("Find", exact=True).fill("marc")
    await _cells(page, 1)
    await page.reload()
    await expect(page.get_by_label("Order", exact=True)).to_have_value("longest")
    await expect(page.get_by_role("gridcell")).to_contain_text(["Marcus Bell"])
    await page.get_by_label("Find", exact=True).fill("nobody so named")
    await expect(page.get_by_text("Nobody matches this choice.")).to_be_visible()
    await monitor.is_clean()
    await monitor.button("Show everybody").click()
    await _cells(page, 14)


async def test_a_wall_is_large_and_has_nothing_to_press(monitor_of: MonitorOf) -> None:
    """Read from three metres: every number is 40 px or more; nobody can do anything there."""
    monitor = await monitor_of("7101", viewport=SCREENS[1])
    await _cells(monitor.page, 14)
    await monitor.page.goto("/monitor?wall&state=all")
    await _cells(monitor.page, 14)
    sizes = await monitor.page.evaluate(NUMBER_SIZES)
    assert sizes
    assert min(sizes) >= LEAST_WALL_PX
    assert await monitor.page.get_by_role("button").count() == 0
    await monitor.page.get_by_role("gridcell").first.click()
    assert await monitor.page.get_by_role("dialog").count() == 0
    await monitor.is_clean()


async def test_an_agent_is_told_that_it_is_not_for_them(monitor_of: MonitorOf) -> None:
    """R-MON-1: the monitor is for who oversees; anybody else reads that, with the way to their desk."""
    agent = await monitor_of("7001")
    await agent.sees("The monitor is for team leaders and operations.")
    await expect(agent.page.get_by_role("link", name="Go to your desk")).to_have_attribute("href", "/")
    await agent.is_clean()


async def test_magnified_it_scrolls_one_way(monitor_of: MonitorOf) -> None:
    """WCAG 1.4.10: at 400 % nothing is lost and nothing scrolls sideways."""
    monitor = await monitor_of("7101", viewport=MAGNIFIED)
    await _cells(monitor.page, 14)
    await monitor.page.wait_for_function(NO_WIDER)
    await monitor.is_clean()


async def test_a_lost_connection_is_said_at_once(room: Room, story: Story) -> None:
    """The service goes: the page says so and when it was true, offers nothing, and comes back with the truth."""
    monitor = await room.monitor_of("7101")
    page = monitor.page
    await _cells(page, 14)
    monitor.watch.may_be_away = True
    await asyncio.to_thread(story.line.signal_service, signal.SIGTERM)
    try:
        await monitor.sees("The connection to the service is lost.")
        await monitor.sees("As it was at")
        await expect(page.locator(".monitor__inside")).to_have_attribute("inert", "")
        await monitor.is_clean()
    finally:
        await asyncio.to_thread(story.line.start_service)
    await expect(page.locator("body")).not_to_contain_text("As it was at")
    await expect(page.locator(".monitor__inside:not([inert])")).to_be_visible()
    await _cells(page, 14)


async def test_in_welsh_everything_is(monitor_of: MonitorOf) -> None:
    """The page speaks Welsh, and stays so over a reload."""
    monitor = await monitor_of("7101")
    await monitor.button("Cymraeg").click()
    for words in ("Ciwiau", "Gweithwyr achos", "Heddiw", "Ddim yn barod", "Argyfwng: i ffwrdd"):
        await monitor.sees(words)
    await monitor.page.reload()
    await monitor.sees("Yn aros")
    await monitor.page.wait_for_function(FITS)
    await monitor.is_clean()
