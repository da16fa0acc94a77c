"""A caller handed over from one desk to another, and three in one talk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.callers import talks
from tests.browser.people import Desk
from tests.e2e.story import Story

Seats = Callable[..., Awaitable[Desk]]


async def test_a_warm_transfer_to_a_second_desk(desk_of: Seats, story: Story) -> None:
    """R-XFER-1, R-XFER-2: the colleague sees who asks, why, and the record before the answer; then has the call."""
    asker, colleague = await desk_of("7001"), await desk_of("7002")
    await asker.available()
    call = await talks(story, asker)
    await colleague.available()
    await asker.asks("7002", "Wants to talk about arrears")

    await expect(colleague.band).to_be_visible()
    await expect(colleague.call).to_contain_text("7001")
    await expect(colleague.call).to_contain_text("Wants to talk about arrears")
    await expect(colleague.record).to_contain_text("Jane Example")
    await colleague.is_clean()
    await asker.sees("Their phone rings. The caller hears music.")
    await asker.is_clean()
    await colleague.answers()
    await asker.sees("You speak with them. The caller hears music.")
    await asker.is_clean()
    await asker.button("Complete").click()
    await asker.is_in("after_call_work")
    await colleague.is_in("on_call")
    await colleague.is_clean()
    await call.hang_up()
    await colleague.is_in("after_call_work")


async def test_a_conference_that_the_asker_leaves(desk_of: Seats, story: Story) -> None:
    """R-XFER-2: all three hear each other; who leaves goes to After Call Work, the others talk on."""
    asker, colleague = await desk_of("7001"), await desk_of("7003")
    await asker.available()
    await talks(story, asker)
    await colleague.available()
    await asker.asks("7003", "A second pair of ears")
    await colleague.answers()
    await asker.button("Conference").click()
    await asker.sees("You all hear each other.")
    await asker.is_clean()
    await colleague.is_clean()
    await asker.button("Complete").click()
    await asker.is_in("after_call_work")
    await colleague.is_in("on_call")
    await colleague.button("End").click()
    await colleague.is_in("after_call_work")
