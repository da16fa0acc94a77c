"""The browser's own phone, in a real browser, with a real caller: sound is measured both ways, not assumed."""

from __future__ import annotations

import asyncio
import signal
import time

from playwright.async_api import expect

from tests.browser.at_browser import TONE_HZ, at_the_browser, becomes, both_hear, in_talk, registered
from tests.browser.callers import calls_about_a_case
from tests.browser.ear import hears_tone
from tests.browser.people import LIMIT_MS, Desk
from tests.browser.room import Room
from tests.e2e.helpline import POLL_S
from tests.e2e.story import LIMIT_S, Story
from tests.patience import patiently


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
    await asyncio.to_thread(story.line.signal_service, signal.SIGTERM)
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
    await expect(desk.page.locator(".phone-mark")).to_have_attribute("data-state", "registered", timeout=LIMIT_MS)
    await desk.available()
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


async def listens(leader: Desk, path: str) -> None:
    """Ask to listen; a ring that was refused a moment ago may have to end first."""
    deadline = time.monotonic() + patiently(LIMIT_S)
    while not (asked := await leader.context.request.post(path, headers=own(leader))).ok:
        assert time.monotonic() < deadline, await asked.text()
        await asyncio.sleep(POLL_S)


async def test_a_leader_who_is_not_ready_answers_at_the_browser(room: Room, story: Story) -> None:
    """R-MON-2: what is no offer rings on the page too, in whatever state; refused once, answered the next time."""
    leader = await at_the_browser(room, "7101")
    _desk, call = await in_talk(room, story)
    path = f"/api/calls/{call.row().call_id}/listen"
    for answers in (False, True):
        await listens(leader, path)
        band = leader.page.get_by_role("region", name="Your phone rings")
        await band.get_by_role("button", name="Answer" if answers else "Refuse").click()
        await expect(band).to_have_count(0)
        await becomes(leader, "on_call" if answers else "not_ready")
    call.sip.say_tone(TONE_HZ)
    await hears_tone(leader.page, TONE_HZ)
    await leader.is_clean()
    await call.hang_up()
    await becomes(leader, "not_ready")
