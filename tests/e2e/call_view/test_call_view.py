"""A call as it happened, told afterwards on a time line: every phone, hold, consultation and hand-over in its place."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from ivr.softphone.agent_phone import Script
from tests.e2e.story import Agent, Call, Story
from tests.patience import patiently

JANE: Final = "120000000019"
"""Her case is 7001's, of Maintenance 1."""
Span = tuple[str, datetime, datetime | None]


async def _told(story: Story, call: Call, query: str = "") -> dict[str, Any]:
    leader = await story.agent("7101", available=False)
    status, told = await leader.request("GET", f"/api/calls/{call.row().call_id}/timeline{query}")
    assert status == 200, told
    found: dict[str, Any] = told
    return found


def _spans(told: dict[str, Any], lane: str) -> list[Span]:
    return [
        (one["what"], datetime.fromisoformat(one["begin"]), one["end"] and datetime.fromisoformat(one["end"]))
        for one in told["spans"]
        if one["lane"] == lane
    ]


def _what(told: dict[str, Any], lane: str) -> list[str]:
    return [what for what, _begin, _end in _spans(told, lane)]


def _micros(at: datetime) -> int:
    """As the database has a moment."""
    return round(at.timestamp() * 1_000_000)


async def _held_and_handed_over(call: Call, mate: Agent, other: Agent) -> None:
    assert (await mate.does("hold"))[0] == 200
    await mate.is_in("on_hold")
    assert (await mate.does("hold", method="DELETE"))[0] == 200
    await mate.is_in("on_call")
    body = {"to": {"kind": "agent", "name": other.staff}, "reason": "about the arrears"}
    assert (await mate.does("consultation", body))[0] == 200
    (await other.rung()).answer()
    await other.is_in("on_call")
    assert (await mate.does("consultation/complete"))[0] == 200
    await mate.is_in("after_call_work")
    await call.hang_up()
    await other.is_in("after_call_work")
    await other.available()
    await mate.available()


async def test_a_call_not_answered_held_consulted_on_and_handed_over(story: Story) -> None:
    """R-MI-2, R-RONA-2, R-XFER-2, R-DTMF-5: the time line has what phones and desks did, when they did it."""
    await story.agent("7001")
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    mate = await story.agent("7002", Script.answer(0.2))
    await mate.is_in("on_call")
    other = await story.agent("7005")
    await _held_and_handed_over(call, mate, other)
    told, row = await _told(story, call), call.row()
    assert _what(told, "caller") == ["menu", "waits", "talks", "held", "talks", "held", "talks"]
    assert _what(told, "agent:7001") == ["rings"]
    assert _what(told, "agent:7002") == ["rings", "talks", "holds", "talks", "consults", "after_call_work"]
    assert _what(told, "agent:7005") == ["rings", "consulted", "talks", "after_call_work"]
    ringing = [one["words"] for one in told["spans"] if one["what"] == "rings"]
    assert ringing == ["Rings: not answered", "Rings: answered", "Rings: answered"]
    talk_begins = _spans(told, "agent:7002")[1][1]
    assert _micros(talk_begins) == row.answered_at
    caller_ends = _spans(told, "caller")[-1][2]
    assert caller_ends is not None
    assert _micros(caller_ends) == row.ended_at
    assert told["end"] is not None
    steps = [step["words"] for step in told["steps"]]
    assert "Keys the SCIN …019, 1st attempt: recognised" in steps
    assert "Call ends: answered by a caseworker; the other side hung up" in steps
    assert JANE not in str(told)


async def test_who_mutes_and_hangs_up_is_told(story: Story) -> None:
    """R-MI-2: the agent mutes, is heard again, and ends the call."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await agent.is_in("on_call")
    assert (await agent.does("mute"))[0] == 200
    assert (await agent.does("mute", method="DELETE"))[0] == 200
    assert (await agent.does("end"))[0] == 200
    await agent.is_in("after_call_work")
    steps = [step["what"] for step in (await _told(story, call))["steps"]]
    assert [step for step in steps if step in {"muted", "unmuted", "ended"}] == ["muted", "unmuted", "ended"]
    words = (await _told(story, call, "?language=cy"))["steps"][-1]["words"]
    assert words == "Mae gwaith ar ôl galwad yn dechrau"
    ended = next(one for one in (await _told(story, call))["steps"] if one["what"] == "ended")
    assert ended["words"].endswith("the caseworker hung up")


async def test_a_prompt_that_was_played_can_be_heard_again(story: Story) -> None:
    """R-MI-2: the very sound that the caller heard."""
    call = await (await story.call()).answered()
    await call.hears("greeting")
    await call.hang_up()
    await call.is_in("ended")
    told = await _told(story, call)
    heard = next(step["prompts"][0] for step in told["steps"] if step["prompts"])
    assert heard["name"] == "greeting"
    assert heard["text"]
    leader = story.agents[-1]
    address = f"/api/prompts/en/greeting?call_id={call.row().call_id}"
    async with leader._http.get(address, headers=leader._bearer) as reply:
        assert reply.status == 200
        sound = await reply.read()
    assert sound == story.line.prompt("greeting").read_bytes()


async def test_at_the_command_line(story: Story) -> None:
    """`ivr timeline` tells the last call in words, and draws it."""
    call = await (await story.call()).answered()
    await call.key("1")
    await call.hears("ask-scin")
    await call.hang_up()
    await call.is_in("ended")
    folder = story.line.folder
    said = _ivr(story, "timeline")
    assert str(call.row().call_id) in said
    assert "Chooses 1: existing case or letter" in said
    file = folder / "call.svg"
    assert _ivr(story, "timeline", str(call.row().call_id), "--svg", str(file), "--language", "cy").strip() == str(file)
    assert "Galwr" in (ET.parse(file).getroot().findtext("{http://www.w3.org/2000/svg}desc") or "")  # noqa: S314 - ours


def _ivr(story: Story, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ivr", *words],
        check=True,
        capture_output=True,
        text=True,
        env=story.line._environment,
        timeout=patiently(60),
    )
    return done.stdout
