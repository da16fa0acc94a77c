"""The toolbar: what a phone does itself shows in the state, what is pending, and the warning before the log-out."""

from __future__ import annotations

from datetime import datetime

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import audible_share
from tests.e2e.states.conftest import IDLE_S, WARNING_S
from tests.e2e.states.desk import watching
from tests.e2e.story import Call, Story

JANE = "120000000019"


async def _in_talk(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await call.is_in("talking")
    return call


def _changes(story: Story, staff: str) -> list[tuple[str, str, str]]:
    query = """SELECT e.before, e.after, e.cause FROM agent_event e JOIN agent a ON a.agent_id = e.agent_id
        WHERE a.staff_number = :staff ORDER BY e.event_id"""
    return [tuple(row) for row in story.line.rows(query, staff=staff)]


async def test_hold_on_the_phone_shows_and_the_caller_hears_music(story: Story) -> None:
    """R-STATE-12, R-STATE-9: hold by re-INVITE is On hold with music, retrieve is On call; both by the agent."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await _in_talk(story)
    async with watching(story, "7001") as desk:
        ring = agent.phone.rings[-1]
        await ring.hold()
        await agent.is_in("on_hold")
        start = call.sip.heard.seconds
        await story.until(lambda: call.sip.heard.seconds > start + 2, "two seconds on hold")
        assert audible_share(call.sip.heard, start + 0.3, start + 2) > 0.5
        await ring.resume()
        await agent.is_in("on_call")
        start = call.sip.heard.seconds
        await story.until(lambda: call.sip.heard.seconds > start + 1.5, "more than a second back")
        assert audible_share(call.sip.heard, start + 0.5, start + 1.5) < 0.1
        assert [(may["hold"], may["retrieve"]) for may in desk.may()] == [(False, True), (True, False)]
        await ring.hold()
        await agent.is_in("on_hold")
        await call.hang_up()
        await agent.is_in("after_call_work")
    assert ("on_call", "on_hold", "agent 7001: held on the phone") in _changes(story, "7001")
    assert ("on_hold", "on_call", "agent 7001: retrieved on the phone") in _changes(story, "7001")


async def test_what_is_pending_is_replaced_and_says_who_asked(story: Story) -> None:
    """R-STATE-5, R-STATE-9: shown at once, replaced by a later request, taken when After Call Work ends."""
    agent = await story.agent("7001", Script.answer(0.1))
    call = await _in_talk(story)
    async with watching(story, "7001") as desk:
        assert (await agent.ask("not_ready", "Break"))[0] == 202
        assert (await agent.ask("logged_out"))[0] == 202
        assert (await agent.ask("not_ready", "Lunch"))[0] == 202
        await story.until(lambda: len(desk.of("agent_changed")) == 3, "three requests told")
        pending = [told["agent"]["pending"] for told in desk.of("agent_changed")]
        assert [(p["state"], p["code"]) for p in pending] == [
            ("not_ready", "Break"),
            ("logged_out", None),
            ("not_ready", "Lunch"),
        ]
        status, problem = await agent.ask("available")
        why = next(one["why"] for one in (await agent.me())["may"] if one["action"] == "available")
        assert (status, problem["message"]) == (409, why)
    await call.hang_up()
    await agent.is_in("not_ready")
    assert agent.code == "Lunch"
    assert _changes(story, "7001")[-1] == ("after_call_work", "not_ready", "agent 7001")


async def test_who_is_available_all_the_time_is_warned_and_logged_out(story: Story) -> None:
    """R-STATE-6: the warning comes before; a ringing that the caller abandoned does not restart the time."""
    agent = await story.agent("7001")
    async with watching(story, "7001") as desk:
        ends_at = (await agent.me())["ends_at"]
        call = await (await story.call()).answered()
        await call.key("1" + JANE)
        await agent.rung()
        await call.hang_up()
        await agent.is_in("available")
        assert (await agent.me())["ends_at"] == ends_at
        await story.until(lambda: desk.of("idle_warning"), "the warning", IDLE_S - WARNING_S + 3)
        assert {told["ends_at"] for told in desk.of("idle_warning")} == {ends_at}
        assert (await agent.me())["idle_warning"] is True
        await agent.is_in("logged_out", IDLE_S + 5)
        since = datetime.fromisoformat((await agent.me())["since"])
        late_s = (since - datetime.fromisoformat(ends_at)).total_seconds()
        assert 0 <= late_s < 2
    assert _changes(story, "7001")[-1] == ("available", "logged_out", "idle too long")
