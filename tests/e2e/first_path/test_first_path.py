"""From the number dialled to the caseworker's phone, the talk, and After Call Work."""

from __future__ import annotations

from itertools import pairwise

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import tone_heard
from tests.e2e.story import Story

JANE = "120000000019"
CALLER_HZ, AGENT_HZ = 600, 900


async def test_a_caller_reaches_the_owner_of_the_case_and_they_hear_each_other(story: Story) -> None:
    """R-MENU-1..2, R-CASE-2, R-STATE-1, R-STATE-4: greeting, 1, SCIN, the owner rings, talk, After Call Work."""
    owner = await story.agent("7001", Script.answer(0.3, tone_hz=AGENT_HZ))
    call = await (await story.call()).answered()
    await call.hears("greeting")
    await call.hears("welsh-offer", "cy", limit_s=20)
    await call.key("1")
    await call.hears("ask-scin")
    await call.key(JANE)
    ringing = await owner.rung()
    await owner.is_in("on_call")
    call.sip.say_tone(CALLER_HZ)
    start = call.sip.heard.seconds
    await story.until(lambda: call.sip.heard.seconds > start + 2, "two seconds of talk")
    assert tone_heard(call.sip.heard, AGENT_HZ, start + 0.5, start + 2)
    heard_by_agent = ringing.heard.seconds
    assert tone_heard(ringing.heard, CALLER_HZ, heard_by_agent - 1, heard_by_agent)
    await call.hang_up()
    await owner.is_in("after_call_work")
    row = call.row()
    assert (row.state, row.end, row.menu_choice, row.kind) == ("ended", "answered", "1", "existing_case")
    assert call.offers() == [("7001", "agent:1", "answered")]
    assert call.script("greeting", "ask-scin", "connecting-owner") == ["greeting", "ask-scin", "connecting-owner"]


async def test_what_the_owner_sees_comes_with_the_ringing(story: Story) -> None:
    """R-POP-1, R-POP-2: the client's record and the case selected, while it still rings."""
    owner = await story.agent("7001")
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await owner.rung()
    await owner.is_in("reserved")
    shown = await owner.call()
    assert shown is not None
    assert shown["line"] == "general"
    assert shown["menu_choice"] == "1"
    assert "120000000019" in str(shown)
    assert "900000004471" in str(shown)
    owner.phone.answer()
    await owner.is_in("on_call")
    await call.hang_up()


async def test_the_agent_hangs_up_and_the_call_ends(story: Story) -> None:
    """R-STATE-4: the agent hangs up; the caller's call ends, and After Call Work runs out into Available."""
    owner = await story.agent("7001", Script.answer(0.1, hang_up_after_s=1.0))
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ending = await call.sip.ended(10)
    assert (ending.by, ending.how) == ("them", "bye")
    await owner.is_in("after_call_work")
    await owner.is_in("available")
    causes = "SELECT cause FROM agent_event e JOIN agent a ON a.agent_id = e.agent_id WHERE a.staff_number = '7001'"
    assert "after call work ran out" in [row.cause for row in story.line.rows(causes)]


async def test_an_unanswered_call_goes_to_owner_team_segment_and_gich_in_fifteen_seconds_each(
    shipped_story: Story,
) -> None:
    """R-RONA-2, R-WAIT-1, with the limits as shipped: 15 s each through own, team, segment, GICH."""
    story = shipped_story
    agents = {staff: await story.agent(staff) for staff in ("7001", "7002", "7003", "7008")}
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    rang: list[float] = []
    for staff, agent in agents.items():
        ringing = await agent.rung(25)
        rang.append(_at(ringing, "invite"))
        if staff != "7008":
            await agent.is_in("not_ready", 20)
            assert agent.code == "Redirect on no answer"
    agents["7008"].phone.answer()
    await agents["7008"].is_in("on_call")
    gaps = [later - earlier for earlier, later in pairwise(rang)]
    assert all(14.8 <= gap <= 15.8 for gap in gaps), gaps
    assert call.offers() == [
        ("7001", "agent:1", "no_answer"),
        ("7002", "team:Maintenance 1", "no_answer"),
        ("7003", "segment:Maintenance", "no_answer"),
        ("7008", "segment:GICH", "answered"),
    ]
    await call.hang_up()


def _at(ringing: object, mark: str) -> float:
    found = ringing.marks.first(mark)  # type: ignore[attr-defined]
    assert found is not None
    return float(found)
