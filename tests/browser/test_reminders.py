"""Reminders at the desk (R-CB-5 to R-CB-8): they pop up, are put off, come again; calling back is one press."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.async_api import Locator, expect

from ivr.domain.call_backs import LONDON
from tests.browser.people import Desk
from tests.e2e.outbound.making import LIMIT_S, OutboundLab
from tests.e2e.story import Story
from tests.e2e.trunks.carriers import rung

Seats = Callable[..., Awaitable[Desk]]
JANES_CASE: Final = "900000004471"
SOON: Final = timedelta(minutes=4)
HEARD: Final = """window.notes = 0;
const made = window.OscillatorNode;
window.OscillatorNode = class extends made { constructor(...given) { super(...given); window.notes += 1; } };"""
"""Counts the notes that a page plays."""


async def _asks(desk: Desk, method: str, path: str, **body: Any) -> Any:
    """What the desk's own page could ask of the service."""
    answer = await desk.context.request.fetch(path, method=method, data=body, headers=desk._own)
    assert answer.ok, await answer.text()
    return await answer.json()


@asynccontextmanager
async def _promised(desk: Desk, closer: Desk | None = None) -> AsyncIterator[str]:
    """Jane is to be called back within minutes, so her reminder is up at once; the call back's id.

    Afterwards it is over, by ``closer`` where the desk itself has gone, and whoever had Jane's case has it.
    """
    body = {
        "whose": "self",
        "kind": "client",
        "record_id": 1,
        "case_number": JANES_CASE,
        "contact_number": "07700 900123",
        "wanted_at": (datetime.now(UTC) + SOON).isoformat(),
        "description": "Has the payslips now.",
    }
    call_back_id = (await _asks(desk, "POST", "/api/call-backs", **body))["call_back"]["call_back_id"]
    try:
        yield call_back_id
    finally:
        data, by = {"result": "not_required"}, closer or desk
        await by.context.request.post(f"/api/call-backs/{call_back_id}/close", data=data, headers=by._own)
        if closer is not None:
            await _asks(closer, "PUT", f"/api/cases/{JANES_CASE}/owner", staff_number="7001", why="The test is over.")


def _strip(desk: Desk) -> Locator:
    return desk.page.get_by_role("region", name="Reminders", exact=True)


def _local(ahead: timedelta) -> str:
    return (datetime.now(LONDON) + ahead).strftime("%Y-%m-%dT%H:%M")


async def test_it_pops_up_is_snoozed_comes_again_and_is_set_again(desk_of: Seats) -> None:
    """R-CB-5: nothing but closing silences it; the keyboard stays in a half-typed text; heard and read out once."""
    desk = await desk_of("7001")
    await desk.is_in("not_ready")
    await desk.context.add_init_script(HEARD)
    await desk.page.reload()
    search = desk.page.get_by_label("Search contacts")
    await search.fill("half a na")
    async with _promised(desk):
        strip = _strip(desk)
        await expect(strip).to_contain_text("Jane Example")
        await expect(strip).to_contain_text("case …4471")
        await expect(search).to_be_focused()
        await expect(search).to_have_value("half a na")
        await expect(desk.page.get_by_role("status").filter(has_text="Reminder: Call back")).to_have_count(1)
        await desk.page.wait_for_function("window.notes === 2")
        await desk.is_clean()

        await strip.get_by_label("Snooze the reminder of Jane Example for").select_option("1")
        await strip.get_by_role("button", name="Snooze").click()
        await expect(strip).to_have_count(0)
        await expect(strip).to_contain_text("Jane Example")
        await desk.page.reload()
        await expect(strip).to_contain_text("Jane Example")
        await strip.get_by_role("button", name="Dismiss").click()
        await expect(strip).to_have_count(0)
        await expect(strip).to_contain_text("Jane Example")

        await strip.get_by_role("button", name="Other time").click()
        await desk.page.get_by_label("Date and time").fill(_local(timedelta(days=3)))
        await desk.button("Save time").click()
        await expect(strip).to_have_count(0)
        await expect(desk.page.get_by_role("region", name="Work")).to_contain_text("later")
        await desk.is_clean()


async def test_calling_back_is_one_press(desk_of: Seats, story: Story, outbound: OutboundLab) -> None:
    """R-CB-6, R-OUT-1: a key, Enter: the call, its activity and the call back are one, and are closed together."""
    desk = await desk_of("7001")
    await desk.is_in("not_ready")
    async with _promised(desk) as call_back_id:
        strip = _strip(desk)
        await expect(strip).to_contain_text("Jane Example")
        async with outbound.carrier() as carrier:
            await desk.page.keyboard.press("d")
            await expect(strip.get_by_role("button", name="Call back Jane Example")).to_be_focused()
            await desk.page.keyboard.press("Enter")
            await desk.rung()
            assert desk.phone is not None
            desk.phone.answer()
            far = await rung(carrier)
            assert far.invite.uri.partition("@")[0] == "sip:+447700900123"
            await expect(desk.record).to_contain_text("Jane Example")
            far.answer()
            await desk.is_in("on_call")
            await expect(desk.page.get_by_role("region", name="Work")).to_contain_text("in time")
            await desk.button("End").click()
            await far.ended(LIMIT_S)
        await desk.is_in("after_call_work")
        await desk.page.get_by_label("Outcome").select_option(label="Call Resolved")
        await desk.button("Close activity").press("Enter")
        await desk.sees("choose its result first")
        await desk.page.get_by_label("Result of the call back").select_option(label="Done")
        await desk.is_clean()
        await desk.button("Close activity").click()
        await expect(desk.page.get_by_role("heading", name="Call backs: 0")).to_be_visible()
        await expect(strip).to_have_count(0)
        query = """SELECT b.result, b.called_at <= b.ends_at AS in_time, v.outcome, a.outcome AS reached
            FROM call_back b JOIN activity v ON v.call_back_id = b.call_back_id
            JOIN outbound_attempt a ON a.call_back_id = b.call_back_id AND a.call_id = v.call_id
            WHERE b.call_back_id = :id"""
        (row,) = story.line.rows(query, id=call_back_id)
        assert (row.result, bool(row.in_time), row.outcome, row.reached) == ("done", True, "call_resolved", "answered")


async def test_a_leader_stands_in_for_somebody_absent(desk_of: Seats) -> None:
    """R-CB-5, R-CB-7: seen by the leader; the case goes to another agent with its call back, and back afterwards."""
    desk, leader = await desk_of("7001"), await desk_of("7101")
    await desk.is_in("not_ready")
    await expect(leader.page.get_by_role("heading", name="Call backs of your teams to see to: 0")).to_be_visible()
    async with _promised(desk, leader):
        await _asks(desk, "PUT", "/api/agents/me/state", state="logged_out")
        work = leader.page.get_by_role("region", name="Work")
        await expect(work).to_contain_text("Megan Price 7001, logged out")
        await leader.is_clean()
        await leader.button("Move case of Jane Example").click()
        form = leader.page.get_by_role("dialog")
        await form.get_by_label("To (staff number)").fill("7003")
        await form.get_by_label("Why").fill("Megan is away until Friday.")
        await form.get_by_role("button", name="Move case").click()
        await expect(work).to_contain_text(re.compile(f"{JANES_CASE} with .* 7003, goes back to Megan Price 7001"))
        await leader.is_clean()
        await leader.button("Move back case").click()
        await expect(work).not_to_contain_text("goes back to")
        await expect(work).to_contain_text("Megan Price 7001, logged out")


async def test_what_a_caseworker_notes_by_hand(desk_of: Seats) -> None:
    """R-CB-8, R-OUT-3, R-ACT-4: a contact's needs, an informal reminder, and a call made on another phone."""
    desk = await desk_of("7001")
    page = desk.page
    await page.get_by_label("Search contacts").fill("jane exa")
    await page.keyboard.press("Enter")
    await desk.button("Open Jane Example").click()
    await desk.button("Change needs").click()
    await page.get_by_label("Interpreter, of which language").fill("Polish")
    await page.get_by_label("Preferred time").fill("14:00")
    await desk.is_clean()
    await desk.button("Save needs").click()
    await expect(desk.record).to_contain_text("interpreter (Polish) · preferred time 14:00")
    await _asks(desk, "PUT", "/api/records/client/1/requirements")

    await desk.record.get_by_text("Reminders on these cases: 0").click()
    await desk.record.get_by_label("Date and time").fill(_local(SOON))
    await desk.record.get_by_label("What to remember").fill("Ask whether the letter has come.")
    await desk.button("Save reminder").click()
    strip = _strip(desk)
    await expect(strip).to_contain_text("Ask whether the letter has come.")
    await expect(strip).to_contain_text("receiving parent")
    await desk.is_clean()
    await strip.get_by_role("button", name="Done").click()
    await expect(strip).to_have_count(0)

    await desk.button("Enter a call by hand").click()
    await page.get_by_label("It began").fill(_local(-SOON))
    await page.get_by_role("dialog").get_by_label("Description").fill("Rang from the court's telephone.")
    await desk.is_clean()
    await desk.button("Enter call").click()
    await desk.sees("Attached to Jane Example")
    await page.get_by_label("Outcome").select_option(label="No Answer")
    await desk.button("Close activity").click()
    await expect(page.get_by_role("region", name="Work")).to_contain_text("No activity")
