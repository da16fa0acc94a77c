"""Everybody with a browser at one time: seated by staff number, and gone together."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, ViewportSize

from ivr.softphone.agent_phone import AgentPhone, Script
from tests.browser import chromium
from tests.browser.people import Desk, Monitor, Person, PhoneKind
from tests.browser.watch import Watch
from tests.e2e.helpline import PASSWORD
from tests.e2e.story import Story

P = TypeVar("P", bound=Person)


class Room:
    """Everybody with a browser in one test."""

    def __init__(self, browser: Browser, story: Story) -> None:
        self.people: list[Person] = []
        self._browser = browser
        self.story = story
        self._stack = AsyncExitStack()

    async def desk_of(
        self, staff: str, phone: PhoneKind = "own", *scripts: Script, log_in: bool = True, **how: Any
    ) -> Desk:
        """A caseworker at their desk, logged in; ``scripts``: what the phone on the desk does, which rings by itself.

        ``how``: see `chromium.person`.
        """
        own = await self._phone(staff, scripts) if phone == "own" else None
        desk = Desk(self.story, staff, *await self._browser_of(**how), own)
        return await self._seat(desk, log_in=log_in)

    async def monitor_of(self, staff: str, *, log_in: bool = True, **how: Any) -> Monitor:
        """A team leader at the monitor, logged in."""
        return await self._seat(Monitor(self.story, staff, *await self._browser_of(**how)), log_in=log_in)

    async def _phone(self, staff: str, scripts: tuple[Script, ...]) -> AgentPhone:
        settings = self.story.line.settings
        registrar = (settings.host, settings.sip_port)
        made = AgentPhone(staff, PASSWORD, registrar, scripts=scripts or (Script.ring(),))
        return await self._stack.enter_async_context(made)

    async def _browser_of(self, *, viewport: ViewportSize = chromium.DESK, **how: Any) -> tuple[Any, Watch]:
        base_url = self.story.line.settings.web_url
        context = await chromium.person(self._browser, base_url, viewport=viewport, **how)
        watch = Watch(base_url)
        watch.over(context)
        await context.tracing.start(snapshots=True)
        return context, watch

    async def _seat(self, person: P, *, log_in: bool) -> P:
        self.people.append(person)
        await person.open()
        if log_in:
            await person.log_in()
        return person

    async def leave(self, kept: Path | None) -> None:
        """Everybody logs out and goes; ``kept``: where to keep what they saw last. Asserts that no page complained."""
        for person in self.people:
            await person.end_trace(None if kept is None else kept.with_name(f"{kept.name}-{person.staff}"))
        for call in self.story.calls:
            await call.hang_up()
        for person in self.people:
            await person.leave()
            await person.context.close()
        await self._stack.aclose()
        complaints = [f"{person.staff}: {one}" for person in self.people for one in person.watch.complaints]
        assert not complaints, "\n".join(complaints)
