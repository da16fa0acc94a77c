"""The browser's own phone, in a real browser, with a real caller: sound is measured both ways, not assumed."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case
from tests.browser.conftest import Room
from tests.browser.ear import hears_tone, listen
from tests.browser.people import Desk
from tests.e2e.heard import level_dbfs
from tests.e2e.story import Call, Story

Seats = Callable[..., Awaitable[Desk]]
TONE_HZ = 1000
LOUD_DBFS = -40.0
LISTEN_S = 1.2
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
    await desk.button("Available").click()
    call = await calls_about_a_case(story)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "ringing")
    await desk.band.get_by_role("button", name="Answer").click()
    await becomes(desk, "on_call")
    return desk, call


async def becomes(desk: Desk, state: str) -> None:
    """Wait until the service has the caseworker in ``state``."""
    await desk.story.until(lambda: desk.state == state, f"agent {desk.staff} is {state}")


async def test_a_call_is_heard_both_ways_at_the_browser(room: Room, story: Story) -> None:
    """R-RONA-1: a queue's call rings the page; answered there, each hears the other, in packets and in sound."""
    desk, call = await in_talk(room, story)
    await both_hear(desk, call, story)
    await call.hang_up()
    await becomes(desk, "after_call_work")
    await registered(desk)


async def test_hold_and_keys_with_the_browser_as_the_phone(room: Room, story: Story) -> None:
    """R-STATE-12: held, the caller hears music and not the page; back, both hear each other; keys reach the caller."""
    desk, call = await in_talk(room, story)
    await asks(desk, "hold")
    await becomes(desk, "on_hold")
    await asks(desk, "hold", method="DELETE")
    await becomes(desk, "on_call")
    await both_hear(desk, call, story)
    await asks(desk, "digits", {"digits": "47"})
    await story.until(lambda: call.sip.digits_heard.endswith("47"), "the caller hears the keys")
    refused = await desk.context.request.post("/api/agents/me/call/answer", headers=own(desk))
    assert refused.status == 409


async def test_a_page_loaded_anew_comes_back_to_its_call(room: Room, story: Story) -> None:
    """R-STATE-8: the sound goes with the page; within seconds the new one is rung into the same talk, and answers."""
    desk, call = await in_talk(room, story)
    await desk.page.reload()
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "talking")
    await both_hear(desk, call, story)
    assert desk.state == "on_call"
    assert "requeued" not in call.journey()
    await asks(desk, "end")
    await becomes(desk, "after_call_work")


async def test_a_page_that_is_gone_for_good_lets_its_caller_wait_again(room: Room, story: Story) -> None:
    """R-STATE-8: nobody comes back in time; the caller waits again with their place, the agent is Not Ready."""
    desk, call = await in_talk(room, story)
    await desk.page.goto("about:blank")
    await call.is_in("waiting", limit_s=40.0)
    await becomes(desk, "not_ready")
    assert "requeued" in call.journey()


async def test_a_talk_outlives_the_service_and_the_phone_comes_back(room: Room, story: Story) -> None:
    """The way of the phone's signals goes with the service, the sound does not; afterwards a hang-up is heard of."""
    desk, call = await in_talk(room, story)
    await both_hear(desk, call, story)
    desk.watch.may_be_away = True
    story.line.signal_service(signal.SIGTERM)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "lost")
    await both_hear(desk, call, story)
    await asyncio.to_thread(story.line.start_service)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "talking")
    await both_hear(desk, call, story)
    await call.hang_up()
    await registered(desk)
    await becomes(desk, "after_call_work")


async def test_the_phone_comes_back_after_asterisk(room: Room, story: Story) -> None:
    """Asterisk has forgotten every secret: the page asks for a new one by itself, and rings again."""
    desk = await at_the_browser(room)
    desk.watch.may_be_away = True
    await asyncio.to_thread(story.line.restart_pbx)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "registered", timeout=60_000)
    await desk.button("Available").click()
    call = await calls_about_a_case(story)
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "ringing")
    await call.hang_up()


async def test_two_tabs_and_two_browsers_are_one_phone(room: Room) -> None:
    """One tab is the phone; another says so and may take it over, as may another browser."""
    desk = await at_the_browser(room)
    first = desk.page
    second = await desk.open()
    await expect(second.locator(".phone-mark")).to_have_attribute("data-state", "elsewhere")
    await desk.button("Use the phone in this window").click()
    await expect(second.locator(".phone-mark")).to_have_attribute("data-state", "registered")
    await expect(first.locator(".phone-mark")).to_have_attribute("data-state", "elsewhere")
    await first.close()
    await at_the_browser(room)
    await expect(second.locator(".phone-mark")).to_have_attribute("data-state", "elsewhere")


async def test_a_refused_microphone_is_said_in_words(room: Room) -> None:
    """Who forbids the microphone is told what that means and what to do."""
    desk = await room.desk_of("7001", "browser", log_in=False)
    await desk.context.add_init_script(
        "const refuse = async () => { throw new DOMException('no', 'NotAllowedError'); };"
        "if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = refuse;"
    )
    await desk.open()
    await desk.log_in()
    await registered(desk)
    await desk.sees("The browser may not use the microphone")


def own(desk: Desk) -> dict[str, str]:
    """What a page of ours sends along by itself."""
    return {"Origin": desk.watch.base_url.rstrip("/")}


async def asks(desk: Desk, verb: str, body: object = None, method: str = "POST") -> None:
    """Ask something of the call, as the page does."""
    url = f"/api/agents/me/call/{verb}"
    reply = await desk.context.request.fetch(url, method=method, data=body, headers=own(desk))
    assert reply.ok, await reply.text()
