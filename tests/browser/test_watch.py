"""The watch over pages itself: what it must notice, it notices."""

from __future__ import annotations

from tests.browser.conftest import Room


async def test_errors_and_other_addresses_are_noticed(room: Room) -> None:
    """A page that throws, complains or asks another address for anything fails whatever test it happens in."""
    person = await room.monitor_of("7102", log_in=False)
    page = person.page
    await page.evaluate("() => console.error('said aloud')")
    await page.evaluate("() => { setTimeout(() => { throw new Error('thrown'); }) }")
    await page.evaluate("() => { new Image().src = 'http://elsewhere.invalid/pixel.png'; }")
    await page.evaluate("() => fetch('/assets/none.js')")
    noticed = person.watch.complaints
    for part in ("said aloud", "thrown", "http://elsewhere.invalid", "/assets/none.js"):
        await room.story.until(lambda part=part: any(part in one for one in noticed), f"{part} is noticed")  # type: ignore[misc]
    noticed.clear()
