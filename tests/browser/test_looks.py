"""How the desk looks to whoever needs it otherwise: 400 % zoom, no motion, Welsh."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from playwright.async_api import Page, ViewportSize, expect
from playwright.async_api import TimeoutError as TooLate

from tests.browser.callers import calls_about_a_case
from tests.browser.pages_texts import english_left, english_only
from tests.browser.people import Desk
from tests.e2e.helpline import POLL_S
from tests.e2e.story import Story
from tests.patience import patiently

Seats = Callable[..., Awaitable[Desk]]
ZOOMED: Final = ViewportSize(width=320, height=256)
"""1280 by 1024 at 400 %."""
SETTLED_S: Final = 2.0
OVERHANG: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_WIDE: Final = """() => [...document.body.querySelectorAll("*")]
    .map(one => [one.tagName, one.className, Math.round(one.getBoundingClientRect().right)])
    .filter(([, , right]) => right > innerWidth).slice(0, 8)"""
FITS: Final = "() => document.documentElement.scrollHeight <= window.innerHeight"
MOVING: Final = "() => document.getAnimations().filter(one => one.playState === 'running').length"


async def comes_true(page: Page, what: str, otherwise: str | Callable[[], Awaitable[str]]) -> None:
    """What a page is once it has been laid out after the last that it was told."""
    try:
        await page.wait_for_function(what, timeout=patiently(SETTLED_S) * 1000)
    except TooLate:
        words = otherwise if isinstance(otherwise, str) else await otherwise()
        raise AssertionError(words) from None


async def through_a_call(desk: Desk, story: Story, looked_at: Callable[[str], Awaitable[None]]) -> None:
    """The states of a desk one after the other, each looked at; by keys and phone, whatever the language."""
    await looked_at("not ready")
    await pressed(desk, "Space", "available")
    await looked_at("available")
    await calls_about_a_case(story)
    await expect(desk.page.locator(".band")).to_be_visible()
    await looked_at("ringing")
    await desk.rung()
    assert desk.phone is not None
    desk.phone.answer()
    await shows(desk, "on_call")
    await expect(desk.page.locator(".band")).to_have_count(0)
    await looked_at("talking")
    await desk.page.keyboard.press("t")
    await expect(desk.page.get_by_role("dialog")).to_be_visible()
    await looked_at("transfer")
    await desk.page.keyboard.press("Escape")
    await pressed(desk, "h", "on_hold")
    await looked_at("on hold")
    await pressed(desk, "h", "on_call")
    await pressed(desk, "e", "after_call_work")
    await looked_at("after call work")


async def pressed(desk: Desk, key: str, state: str) -> None:
    """Press a key with no control in focus, and wait for the state it asks for."""
    await desk.page.evaluate("() => document.activeElement.blur()")
    await desk.page.keyboard.press(key)
    await shows(desk, state)


async def shows(desk: Desk, state: str) -> None:
    """Wait until the page shows the state, by its shape and colour: the words may be Welsh."""
    await expect(desk.page.locator(f".state--{state}")).to_be_visible()


async def test_at_400_per_cent_nothing_is_cut_off(desk_of: Seats, story: Story) -> None:
    """WCAG 1.4.10: at 400 % zoom the page scrolls in one direction only."""
    desk = await desk_of("7001", viewport=ZOOMED)
    await desk.is_in("not_ready")

    async def fits(when: str) -> None:
        async def said() -> str:
            return f"{when}: wider than the screen: {await desk.page.evaluate(TOO_WIDE)}"

        await comes_true(desk.page, f"({OVERHANG})() <= 0", said)

    await through_a_call(desk, story, fits)


async def test_one_screen_without_scrolling_and_without_motion(desk_of: Seats, story: Story) -> None:
    """At 1366 by 768 the desk is one screen; who wants no motion sees none, not even while it rings."""
    desk = await desk_of("7001", still=True)
    await desk.is_in("not_ready")

    async def still(when: str) -> None:
        await comes_true(desk.page, f"({FITS})()", f"{when}: the desk does not fit the screen")
        await comes_true(desk.page, f"({MOVING})() === 0", f"{when}: something moves")

    await through_a_call(desk, story, still)


async def test_in_welsh_no_english_is_left(desk_of: Seats, story: Story) -> None:
    """R-LANG: a full translation, switched per person; no English text of the pages' own stays, said or named."""
    assert len(english_only()) > 100
    desk = await desk_of("7001")
    await desk.is_in("not_ready")
    assert await english_left(desk.page)
    await desk.button("Cymraeg").click()
    await expect(desk.page.locator("html")).to_have_attribute("lang", "cy")

    async def welsh(when: str) -> None:
        deadline = time.monotonic() + patiently(SETTLED_S)
        while left := await english_left(desk.page):
            assert time.monotonic() < deadline, f"{when}: {left}"
            await asyncio.sleep(POLL_S)

    await through_a_call(desk, story, welsh)
