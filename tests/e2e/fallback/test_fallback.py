"""The service is away: stopped, killed or hung. The PBX's own plan answers, and calls that are up stay up."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.helpline import Helpline
from tests.e2e.story import Story

JANE = "120000000019"


@pytest.fixture
async def story(helpline: Helpline) -> AsyncIterator[Story]:
    """A story after which the service runs again, whatever was done to it."""
    async with Story(helpline) as told:
        yield told


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP], ids=["stopped", "killed", "hung"])
async def test_a_new_caller_hears_the_apology_and_rings_gich(story: Story, how: signal.Signals) -> None:
    """R-LINE-1 with the service away: an apology in both languages, then a GICH phone rings; the service comes back."""
    gich = await story.agent("7008", Script.answer(0.2), available=False)
    story.line.signal_service(how)
    try:
        call = await story.call()
        await call.sip.answered(15)
        await call.hears("fallback-apology", "en", limit_s=20)
        await call.hears("fallback-apology", "cy", limit_s=20)
        await gich.rung(20)
        await call.hang_up()
        await story.line.empty(10)
    finally:
        if how is signal.SIGSTOP:
            story.line.signal_service(signal.SIGCONT)
        else:
            story.line.start_service()
    again = await (await story.call()).answered()
    await again.hears("greeting")
    await again.hang_up()
