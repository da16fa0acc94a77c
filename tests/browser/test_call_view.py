"""The call view in a real browser: a leader reads a call while it goes on and after it, in both languages."""

from __future__ import annotations

import re
from typing import Final

from playwright.async_api import ViewportSize, expect

from ivr.softphone.agent_phone import Script
from tests.browser.conftest import Room
from tests.browser.people import Monitor
from tests.e2e.story import Call

JANE: Final = "120000000019"
ZOOMED: Final = ViewportSize(width=342, height=192)
"""1366 x 768 at 400 %."""
TOO_WIDE: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def _reads(room: Room, call: Call, **how: ViewportSize) -> Monitor:
    leader = await room.monitor_of("7101", log_in=False, **how)
    await leader.open(f"/calls/{call.row().call_id}")
    await leader.log_in()
    return leader


async def test_a_call_is_followed_while_it_goes_on(room: Room) -> None:
    """R-MI-2: each step appears by itself, in the list and in the picture; digits are masked; held and ended too."""
    story = room.story
    agent = await story.agent("7001", Script.answer(0.3))
    call = await (await story.call()).answered()
    leader = await _reads(room, call)
    steps = leader.page.get_by_role("table", name="Steps")
    await expect(steps).to_contain_text("line general")
    await call.key("1" + JANE)
    await expect(steps).to_contain_text("Keys the SCIN …019, 1st attempt: recognised")
    await agent.is_in("on_call")
    await expect(steps).to_contain_text("Answers")
    await agent.does("hold")
    await expect(steps).to_contain_text("Puts the caller on hold")
    await expect(leader.page.locator(".call__picture rect.held")).to_have_count(1)
    await agent.does("hold", method="DELETE")
    await call.hang_up()
    await expect(steps).to_contain_text("Call ends: answered by a caseworker; the other side hung up")
    await agent.is_in("after_call_work")
    await agent.available()
    await expect(steps).to_contain_text("After Call Work ends: Available")
    await expect(leader.page.get_by_text("New steps appear by themselves")).to_have_count(0)
    assert JANE not in await leader.page.content()
    await leader.is_clean()


async def test_steps_are_reached_by_keyboard_and_prompts_are_heard(room: Room) -> None:
    """WCAG 2.1.1: a step in focus is the one shown in the picture; a prompt plays what the caller heard."""
    call = await (await room.story.call()).answered()
    await call.hears("greeting")
    await call.hang_up()
    await call.is_in("ended")
    leader = await _reads(room, call)
    play = leader.button("Play: greeting")
    await expect(play).to_be_visible()
    await leader.page.get_by_role("button", name="Step 1", exact=True).focus()
    await expect(leader.page.locator(".mark.chosen")).to_have_attribute("data-step", "1")
    await leader.page.keyboard.press("Tab")
    await leader.page.keyboard.press("Enter")
    async with leader.page.expect_response(re.compile(r"/api/prompts/en/greeting")) as heard:
        await play.press("Enter")
    assert (await heard.value).ok
    await expect(leader.button("Stop: greeting")).to_be_visible()


async def test_in_welsh_and_zoomed_in_far(room: Room) -> None:
    """WCAG 1.4.10: at 400 % nothing but the picture scrolls sideways; every word of page and service is Welsh."""
    call = await (await room.story.call()).answered()
    await call.key("1")
    await call.hears("ask-scin")
    await call.hang_up()
    await call.is_in("ended")
    leader = await _reads(room, call, viewport=ZOOMED)
    await expect(leader.page.get_by_role("table", name="Steps")).to_be_visible()
    await leader.page.get_by_role("button", name="Cymraeg").click()
    steps = leader.page.get_by_role("table", name="Camau")
    await expect(steps).to_contain_text("Yn dewis 1: achos sy'n bodoli neu lythyr")
    await expect(leader.page.locator(".call__picture")).to_contain_text("Galwr")
    assert await leader.page.evaluate("document.documentElement.lang") == "cy"
    await leader.page.wait_for_function(f"({TOO_WIDE})() === 0")
    await leader.is_clean()


async def test_who_may_not_is_told_so(room: Room) -> None:
    """Calls are for leaders and operations to read."""
    call = await (await room.story.call()).answered()
    await call.hang_up()
    await call.is_in("ended")
    agent = await room.desk_of("7001", log_in=False)
    await agent.open(f"/calls/{call.row().call_id}")
    await agent.log_in()
    await expect(agent.page.get_by_role("alert").filter(has_text="team leaders and operations")).to_be_visible()
