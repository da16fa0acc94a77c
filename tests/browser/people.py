"""People at pages: a caseworker at the desk, a leader at the monitor. They know a page by its roles and names only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import BrowserContext, Locator, Page, expect

from ivr.softphone.agent_phone import AgentPhone
from ivr.softphone.incoming import IncomingCall
from tests.browser.axe import no_violations
from tests.browser.watch import Watch
from tests.e2e.helpline import PASSWORD
from tests.e2e.story import LIMIT_S, Story
from tests.patience import patiently

PhoneKind = Literal["own", "browser"]
STATES: Final = {
    "logged_out": "Logged out",
    "not_ready": "Not Ready",
    "available": "Available",
    "reserved": "Call ringing",
    "on_call": "On call",
    "on_hold": "On hold",
    "after_call_work": "After call work",
}
"""The words of a state on a page."""
LIMIT_MS: Final = patiently(LIMIT_S) * 1000
expect.set_options(timeout=LIMIT_MS)


class Person:
    """Somebody with a browser. ``staff`` logs in at ``address``."""

    address = "/"

    def __init__(self, story: Story, staff: str, context: BrowserContext, watch: Watch) -> None:
        self.story = story
        self.staff = staff
        self.context = context
        self.watch = watch
        self.page: Page

    async def open(self, address: str | None = None) -> Page:
        """Open the page in a new tab, which is the one worked from then on."""
        self.page = await self.context.new_page()
        self.page.set_default_timeout(LIMIT_MS)
        await self.page.goto(address or self.address)
        return self.page

    async def log_in(self, password: str = PASSWORD) -> None:
        """Fill in the form, as a person does."""
        await self.page.get_by_label("Staff number").fill(self.staff)
        await self.page.get_by_label("Password").fill(password)
        await self.before_log_in()
        await self.button("Log in").click()

    async def before_log_in(self) -> None:
        """What else the form of this page asks."""

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by its words; a text stands for its beginning, since the shortcut's key follows it."""
        pattern = name if isinstance(name, re.Pattern) else re.compile(rf"^{re.escape(name)}", re.IGNORECASE)
        return self.page.get_by_role("button", name=pattern)

    async def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until the page says it."""
        await expect(self.page.locator("body")).to_contain_text(text)

    async def is_clean(self) -> None:
        """Axe finds nothing in the page as it is now."""
        await no_violations(self.page)

    async def leave(self) -> None:
        """Write up what is open and log out, whatever the page shows: the next test finds nobody and nothing."""
        await self._close_activities()
        for state in ("available", "logged_out"):  # After Call Work ends at once with the one, a session with the other
            await self.context.request.put("/api/agents/me/state", data={"state": state}, headers=self._own)

    async def _close_activities(self) -> None:
        answer = await self.context.request.get("/api/activities")
        for one in (await answer.json())["activities"] if answer.ok else ():
            data = {"outcome": "call_resolved", "reason": "other" if one["wants_reason"] else None}
            url = f"/api/activities/{one['activity_id']}/close"
            await self.context.request.post(url, data=data, headers=self._own)

    async def end_trace(self, kept: Path | None) -> None:
        """Keep what each tab shows and what led there, in files named after ``kept``; without one, nothing."""
        if kept is not None:
            for number, page in enumerate(self.context.pages):
                await page.screenshot(path=kept.with_name(f"{kept.name}-{number}.png"))
        await self.context.tracing.stop(path=None if kept is None else kept.with_name(f"{kept.name}.zip"))

    @property
    def _own(self) -> dict[str, str]:
        return {"Origin": self.watch.base_url.rstrip("/")}


class Desk(Person):
    """A caseworker. ``phone``: their own on the desk, or ``None`` when the browser's page is the phone."""

    def __init__(
        self, story: Story, staff: str, context: BrowserContext, watch: Watch, phone: AgentPhone | None
    ) -> None:
        super().__init__(story, staff, context, watch)
        self.phone = phone

    async def before_log_in(self) -> None:
        """Choose the phone that is to ring."""
        words = "This browser" if self.phone is None else "own phone"
        choice = self.page.get_by_role("radio", name=re.compile(words, re.IGNORECASE))
        if await choice.count():
            await choice.check()

    @property
    def state(self) -> str:
        """The agent's state, as the rows have it."""
        query = "SELECT state FROM agent_live WHERE staff_number = :staff"
        return str(self.story.line.rows(query, staff=self.staff)[0].state)

    async def is_in(self, state: str, limit_s: float = LIMIT_S) -> None:
        """Wait until the service has the agent in ``state``, and the page says so."""
        await self.story.until(lambda: self.state == state, f"agent {self.staff} is {state}", limit_s)
        await expect(self.page.get_by_role("banner")).to_contain_text(STATES[state])

    async def rung(self) -> IncomingCall:
        """The next call that rings the own phone the desk."""
        assert self.phone is not None, "the browser is the phone"
        return await self.phone.rung(LIMIT_S)

    async def available(self) -> None:
        """Become Available, by the button."""
        await self.button("Available").click()
        await self.is_in("available")

    async def answers(self) -> None:
        """Answer what rings: at the page, or, with a phone of their own, there."""
        await expect(self.call).to_contain_text("Answer")
        if self.phone is None:
            await self.band.get_by_role("button", name="Answer").click()
        else:
            await self.rung()
            self.phone.answer()
        await self.is_in("on_call")

    async def asks(self, staff: str, reason: str) -> None:
        """Ask a colleague during the call: by their staff number, for a reason."""
        await self.button("Transfer").click()
        await self.page.get_by_label("Name, staff number, team or segment").fill(staff)
        await self.button(re.compile(rf"{staff}$")).click()
        await self.page.get_by_label("Reason", exact=True).fill(reason)
        await self.button("Ask first").click()

    async def closes_activity(self, outcome: str) -> None:
        """Choose how the call came out, and close its activity."""
        await self.page.get_by_label("Outcome").select_option(label=outcome)
        await self.button("Close activity").click()
        await self.sees(f"Closed: {outcome}")

    @property
    def call(self) -> Locator:
        """The column of the call."""
        return self.page.get_by_role("region", name="Call", exact=True)

    @property
    def record(self) -> Locator:
        """The column of the record."""
        return self.page.get_by_role("region", name="Record", exact=True)

    @property
    def band(self) -> Locator:
        """What lies across the page while a call rings."""
        return self.page.get_by_role("region", name="Call ringing", exact=True)


class Monitor(Person):
    """A team leader at the monitor."""

    address = "/monitor"
