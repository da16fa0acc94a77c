"""How digits arrive: as RFC 4733 events (every other story), in SIP INFO, and as tones in the sound."""

from __future__ import annotations

import pytest

from ivr.softphone.call import DigitWay
from ivr.softphone.caller import Caller
from tests.e2e.story import GENERAL, Call, Story

JANE, CLI = "120000000019", "07700900555"


@pytest.mark.parametrize(
    ("way", "offer_events"), [(DigitWay.INFO, True), (DigitWay.INFO, False), (DigitWay.INBAND, False)]
)
async def test_a_reference_keyed_in_another_manner(story: Story, way: DigitWay, offer_events: bool) -> None:  # noqa: FBT001 - pytest's parameter
    """R-DTMF-4, R-MENU-3: barge-in, menu and reference by SIP INFO, and by tones where nothing else was agreed on."""
    owner = await story.agent("7001")
    call = await _call(story, offer_events=offer_events)
    await call.hears("greeting")
    await call.sip.key("1", way=way)
    await call.hears("ask-scin")
    await call.sip.key(JANE, way=way)
    await owner.rung()
    assert call.attempts() == [(1, "recognised")]
    assert call.script("greeting", "menu-existing-case") == ["greeting"]
    await call.hang_up()


async def _call(story: Story, *, offer_events: bool) -> Call:
    """A caller whose phone or trunk may know no RFC 4733."""
    caller = await story._stack.enter_async_context(Caller())
    call = Call(story, await caller.call(story.line.uri(GENERAL), cli=CLI, offer_events=offer_events), CLI)
    story.calls.append(call)
    return await call.answered()
