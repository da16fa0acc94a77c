"""One Chromium for each test worker: without a window, with a microphone that hums, and cut off from everything but us.

Enters: the browser that the set-up unpacked (``tools/toolchain.py``), or ``CHROMIUM=``. Leaves: contexts, each of which
is one person's own browser: cookies, storage, permissions.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, ViewportSize, async_playwright

PROJECT: Final = Path(__file__).resolve().parents[2]
UNPACKED: Final = PROJECT / ".state" / "toolchain" / "bin" / "chromium-headless-shell"
DESK: Final = ViewportSize(width=1366, height=768)
"""The smallest screen on which the desk fits without scrolling."""
FLAGS: Final = (
    "--no-sandbox",  # tests run as root in containers; nothing but our own pages is opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
)


def program() -> Path:
    """The browser's program, which may be missing."""
    return Path(os.environ.get("CHROMIUM") or UNPACKED)


@asynccontextmanager
async def running() -> AsyncIterator[Browser]:
    """A running browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        await browser.close()


async def person(
    browser: Browser, base_url: str, *, viewport: ViewportSize = DESK, microphone: bool = True, still: bool = False
) -> BrowserContext:
    """A browser of one person's own; ``still``: who asks for no motion. Times read as in the country's own clock."""
    return await browser.new_context(
        base_url=base_url,
        viewport=viewport,
        permissions=["notifications", *(["microphone"] if microphone else [])],
        reduced_motion="reduce" if still else "no-preference",
        locale="en-GB",
        timezone_id="Europe/London",
    )
