"""Callers of the stories at the pages: who calls about what, as far as a caseworker's phone rings."""

from __future__ import annotations

from typing import Final

from tests.browser.people import Desk
from tests.e2e.story import Call, Story

JANE: Final = "120000000019"
"""Jane Example, receiving parent; her case is owned by 7001."""


async def calls_about_a_case(story: Story, scin: str = JANE) -> Call:
    """A client of an existing case keys their reference, and waits for the owner."""
    call = await (await story.call()).answered()
    await call.key("1")
    await call.hears("ask-scin")
    await call.key(scin)
    return call


async def talks(story: Story, desk: Desk, scin: str = JANE) -> Call:
    """The caseworker, who is Available, talks with a client about their case."""
    call = await calls_about_a_case(story, scin)
    await desk.answers()
    return call
