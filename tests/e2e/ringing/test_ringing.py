"""How an offer can end: not answered, busy, rejected, unreachable, taken back; and what becomes of agent and caller."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.story import Call, Story

JANE = "120000000019"


async def _call_for_jane(story: Story) -> Call:
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    return call


@pytest.mark.parametrize(
    ("script", "outcome", "reason"),
    [
        (Script.reject(486), "busy", "Redirect on no answer"),
        (Script.reject(603), "rejected", "Redirect on no answer"),
        (Script.ring(), "no_answer", "Redirect on no answer"),
        (Script.ignore(), "unreachable", "Phone unreachable"),
    ],
    ids=["busy", "rejected", "unanswered", "silent"],
)
async def test_the_next_agent_rings_and_the_first_is_not_ready(
    story: Story, script: Script, outcome: str, reason: str
) -> None:
    """R-RONA-2, R-RONA-3: the call goes to the team; who did not take it is Not Ready until they choose."""
    owner = await story.agent("7001", script)
    colleague = await story.agent("7002")
    call = await _call_for_jane(story)
    await colleague.rung()
    await owner.is_in("not_ready")
    assert owner.code == reason
    assert call.offers() == [("7001", "agent:1", outcome), ("7002", "team:Maintenance 1", "ringing")]
    colleague.phone.answer()
    await colleague.is_in("on_call")
    assert owner.state == "not_ready"
    await call.hang_up()


async def test_an_unregistered_phone_is_unreachable(story: Story) -> None:
    """R-RONA-3: nothing is registered: unreachable at once, without any ringing time."""
    owner = await story.agent("7001", phone=False, available=False)
    colleague = await story.agent("7002", available=False)
    call = await _call_for_jane(story)
    await call.is_in("waiting")
    await owner.available()
    await owner.is_in("not_ready")
    await colleague.available()
    await colleague.rung(3)
    assert owner.code == "Phone unreachable"
    assert call.offers()[0] == ("7001", "agent:1", "unreachable")
    await call.hang_up()


async def test_who_did_not_answer_is_offered_the_call_again_only_later(story: Story) -> None:
    """R-RONA-2: Available again at once, the agent is offered that call only after the time set for it."""
    owner = await story.agent("7001")
    call = await _call_for_jane(story)
    await owner.rung()
    owner.phone.reject(603)
    await owner.is_in("not_ready")
    await owner.available()
    assert owner.state == "available"
    await owner.rung()
    made = "SELECT made_at, ended_at FROM offer WHERE call_id = :call_id ORDER BY made_at"
    first, second = story.line.rows(made, call_id=call.row().call_id)
    assert second.made_at - first.ended_at >= 3_000_000
    await call.hang_up()


async def test_not_ready_while_ringing_takes_effect_at_once_and_is_no_rona(story: Story) -> None:
    """R-STATE-5: asked for while ringing: the ringing stops, the call goes on, the code is the agent's own."""
    owner = await story.agent("7001")
    colleague = await story.agent("7002")
    call = await _call_for_jane(story)
    ringing = await owner.rung()
    status, _ = await owner.ask("not_ready", "Break")
    assert status == 200
    await colleague.rung()
    assert (await ringing.ended(3)).how == "cancel"
    assert (owner.state, owner.code) == ("not_ready", "Break")
    assert call.offers() == [("7001", "agent:1", "withdrawn"), ("7002", "team:Maintenance 1", "ringing")]
    await call.hang_up()


async def test_not_ready_during_a_call_is_pending_until_after_call_work_ends(story: Story) -> None:
    """R-STATE-5: asked for during a call; a later request replaces it; it takes effect after After Call Work."""
    owner = await story.agent("7001", Script.answer(0.1))
    call = await _call_for_jane(story)
    await owner.is_in("on_call")
    await owner.ask("not_ready", "Break")
    await owner.ask("not_ready", "Lunch")
    assert (await owner.me())["state"] == "on_call"
    await call.hang_up()
    await owner.is_in("after_call_work")
    await owner.is_in("not_ready")
    assert owner.code == "Lunch"


async def test_what_cannot_be_asked_is_refused_with_the_reason(story: Story) -> None:
    """R-STATE-2, R-STATE-12: an unknown code, and Available during a call."""
    owner = await story.agent("7001", Script.answer(0.1))
    status, answer = await owner.ask("not_ready", "Gardening")
    assert status in {409, 422}
    assert "Break" in str(answer)
    call = await _call_for_jane(story)
    await owner.is_in("on_call")
    status, answer = await owner.ask("available")
    assert status == 409
    assert answer["message"]
    await call.hang_up()
