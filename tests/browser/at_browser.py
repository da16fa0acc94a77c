"""Caseworkers whose phone is the page: registered, in a talk, and what each side of it hears."""

from __future__ import annotations

import time
from typing import Final

from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case
from tests.browser.ear import hears_tone, listen
from tests.browser.people import Desk
from tests.browser.room import Room
from tests.e2e.heard import level_dbfs
from tests.e2e.story import Call, Story

TONE_HZ: Final = 1000
LOUD_DBFS: Final = -40.0
LISTEN_S: Final = 1.2
"""Longer than the microphone of the browser, which beeps each second, is silent."""


async def at_the_browser(room: Room, staff: str = "7001", **how: object) -> Desk:
    """A caseworker whose phone is the page, registered."""
    desk = await room.desk_of(staff, "browser", log_in=False, **how)
    await listen(desk.context)
    await desk.open()
    await desk.log_in()
    await registered(desk)
    return desk


async def registered(desk: Desk) -> None:
    """Wait until Asterisk can ring the page."""
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "registered")


async def both_hear(desk: Desk, call: Call, story: Story) -> None:
    """The page hears the caller's tone, and the caller the browser's microphone."""
    call.sip.say_tone(TONE_HZ)
    await hears_tone(desk.page, TONE_HZ)
    call.sip.say_nothing()
    await story.until(lambda: loudness(call) > LOUD_DBFS, "the caller hears the browser's microphone")


def loudness(call: Call) -> float:
    """Of what the caller has heard lately."""
    heard = call.sip.heard
    end_s = heard.at(time.monotonic())
    return level_dbfs(heard, end_s - LISTEN_S, end_s)


async def in_talk(room: Room, story: Story) -> tuple[Desk, Call]:
    """A caseworker at the browser who has answered a client."""
    desk = await at_the_browser(room)
    await desk.available()
    call = await calls_about_a_case(story)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "ringing")
    await desk.band.get_by_role("button", name="Answer").click()
    await becomes(desk, "on_call")
    return desk, call


async def becomes(desk: Desk, state: str) -> None:
    """Wait until the service has the caseworker in ``state``."""
    await desk.story.until(lambda: desk.state == state, f"agent {desk.staff} is {state}")
