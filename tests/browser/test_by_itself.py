"""What happens by itself at a desk: nobody answers, After Call Work runs out, the log-out after long idleness."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.callers import calls_about_a_case, talks
from tests.browser.people import Desk
from tests.e2e.helpline import SHORT, Helpline
from tests.e2e.story import Story

HASTY: Final = {**SHORT, "after_call_work_s": 8, "idle_logout_s": 16, "idle_warning_s": 10, "ring_timeout_s": 5}
"""Long enough to see each of them coming, short enough to wait for them."""
Seats = Callable[..., Awaitable[Desk]]


@pytest.fixture(scope="module")
def hasty_helpline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Helpline]:
    """Where everything that happens by itself happens soon."""
    line = Helpline(tmp_path_factory.mktemp("hasty"), HASTY)
    try:
        line.start()
        yield line
    finally:
        line.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def story(hasty_helpline: Helpline) -> AsyncIterator[Story]:
    """A story on it."""
    async with Story(hasty_helpline) as told:
        yield told


async def test_a_call_that_nobody_answers(desk_of: Seats, story: Story) -> None:
    """R-RONA-1: who does not answer is Not Ready, and the page says why; the band is gone; the record too."""
    desk = await desk_of("7001")
    await desk.available()
    await calls_about_a_case(story)
    await expect(desk.band).to_be_visible()
    await desk.is_in("not_ready")
    await expect(desk.page.get_by_role("banner")).to_contain_text("Redirect on no answer")
    await expect(desk.band).to_have_count(0)
    await expect(desk.record).not_to_contain_text("Jane Example")
    await desk.is_clean()


async def test_after_call_work_runs_out(desk_of: Seats, story: Story) -> None:
    """R-STATE-5: After Call Work counts down in words, then Available follows; the activity stays to be closed."""
    desk = await desk_of("7001")
    await desk.available()
    call = await talks(story, desk)
    await call.hang_up()
    await desk.is_in("after_call_work")
    await expect(desk.page.get_by_role("banner")).to_contain_text("left, then Available")
    await desk.is_in("available")
    await desk.sees(re.compile(r"Still open: \d"))
    await desk.is_clean()


async def test_the_log_out_after_long_idleness(desk_of: Seats) -> None:
    """R-STATE-6: who has long been Available is warned in words, then logged out, and may come back by one button."""
    desk = await desk_of("7002")
    await desk.available()
    await expect(desk.page.get_by_role("banner")).to_contain_text("You will be logged out in")
    await desk.is_clean()
    await desk.story.until(lambda: desk.state == "logged_out", "the agent is logged out")
    await expect(desk.button("Log in again")).to_be_visible()
    await desk.is_clean()
    await desk.button("Log in again").click()
    await desk.log_in()
    await desk.is_in("not_ready")


async def test_whoever_moves_stays(desk_of: Seats) -> None:
    """R-STATE-6: choosing any state at the warning keeps one logged in, and the warning goes."""
    desk = await desk_of("7003")
    await desk.available()
    banner = desk.page.get_by_role("banner")
    await expect(banner).to_contain_text("You will be logged out in")
    await desk.page.keyboard.press("6")
    await desk.is_in("not_ready")
    await expect(banner).to_contain_text("Lunch")
    await expect(banner).not_to_contain_text("You will be logged out in")
