"""What a waiting caller is told, in both languages, on the real PBX."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.domain.ids import Language
from ivr.softphone.agent_phone import Script
from tests.e2e.story import Agent, Call, Story

THIRD_PARTY, WELSH = ("3#", "7009", "en"), ("4", "7012", "cy")
"""What to key, who is there, and what is spoken."""
BOTH = pytest.mark.parametrize(("keys", "staff", "language"), [THIRD_PARTY, WELSH], ids=["english", "welsh"])


async def _waits(story: Story, keys: str) -> Call:
    call = await (await story.call()).answered()
    await call.key(keys)
    await call.is_in("waiting")
    return call


def _played(story: Story, call: Call) -> list[dict[str, Any]]:
    """What was said to the caller, by the journey."""
    query = "SELECT data FROM call_event WHERE call_id = :call_id AND step = 'played' ORDER BY at, event_id"
    rows = story.line.rows(query, call_id=call.row().call_id)
    return [json.loads(row.data) if isinstance(row.data, str) else row.data for row in rows]


def _positions(story: Story, call: Call) -> list[str]:
    return [data["position"] for data in _played(story, call) if "position" in data]


@BOTH
async def test_position_and_expected_wait_as_those_ahead_leave(
    story: Story, keys: str, staff: str, language: Language
) -> None:
    """R-WAIT-2, R-WAIT-5: three calls of the queue were answered within moments, so the wait is known to be short.

    Third, second, next; who hangs up has left the queue at once.
    """
    agent = await story.agent(staff, Script.answer(0.1))
    for _ in range(3):
        await _served(story, agent, keys)
    await agent.ask("not_ready", "Break")
    first, second, third = [await _waits(story, keys) for _ in range(3)]
    await third.hears("waiting-busy", language)
    await story.until(lambda: _positions(story, third) == ["3"], "the third is told so", 30)
    await third.hears("waiting-under-two-minutes", language)
    await first.hang_up()
    await first.is_in("ended", 2)
    await story.until(lambda: _positions(story, third)[-1] == "2", "the third is told to be second", 30)
    await second.hang_up()
    await third.hears("waiting-next", language)
    assert _positions(story, third) == sorted(_positions(story, third), reverse=True)
    await third.hang_up()


async def _served(story: Story, agent: Agent, keys: str) -> None:
    call = await (await story.call()).answered()
    await call.key(keys)
    await call.is_in("talking")
    await call.hang_up()
    await agent.is_in("after_call_work")
    await agent.available()


async def test_an_unstaffed_service_says_so_in_welsh_at_once(story: Story) -> None:
    """R-MENU-5, R-RONA-4: nobody of the WLU or GICH is logged in: without position or wait, before any music."""
    call = await _waits(story, "4")
    await call.hears("wlu-not-staffed", "cy")
    await call.hears("nobody-free-now", "cy")
    assert not [data for data in _played(story, call) if data["prompts"].startswith("waiting-")]
    await call.hang_up()
