"""The first thing anybody sees: the log-in, on the desk, the monitor and a call's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Room
from tests.browser.people import Desk

HEAVIEST_BYTES: Final = 500 * 1024
WEIGHT: Final = """() => ["navigation", "resource"].flatMap(type => performance.getEntriesByType(type))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
FIRST_PAINT: Final = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


async def test_a_wrong_password_is_said_in_words_and_the_right_one_lets_in(
    desk_of: Callable[..., Awaitable[Desk]],
) -> None:
    """R-STATE-1: who mistypes is told so in words, in place, and may try again."""
    desk = await desk_of("7001", log_in=False)
    await expect(desk.button("Log in")).to_be_visible()
    await desk.is_clean()
    await desk.log_in("not the password")
    await expect(desk.page.get_by_role("alert").filter(has_text="password")).to_be_visible()
    await desk.is_clean()
    await desk.log_in()
    await expect(desk.button("Log in")).to_have_count(0)
    await desk.is_in("not_ready")


@pytest.mark.parametrize("address", ["/", "/monitor", "/calls/none"])
async def test_a_page_is_light_and_quick(
    room: Room, address: str, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every page weighs less than 500 KB as it comes over the wire; how soon it is first seen is only reported."""
    person = await room.monitor_of("7101", log_in=False)
    page = await person.open(address)
    await page.wait_for_load_state("networkidle")
    await page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    weight, first_ms = float(await page.evaluate(WEIGHT)), float(await page.evaluate(FIRST_PAINT))
    record_property("weight_bytes", weight)
    record_property("first_screen_ms", first_ms)
    with capsys.disabled():
        print(f"\n  {address}: {weight / 1024:.0f} KB, first seen after {first_ms:.0f} ms")  # noqa: T201 - a figure to read
    assert 0 < weight < HEAVIEST_BYTES
