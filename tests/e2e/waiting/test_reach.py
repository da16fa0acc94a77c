"""How far a waiting call reaches, and who is first, on the real PBX."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.story import GENERAL, Call, Story

JANE = "120000000019"
EMPLOYERS, DRAMA_BAKERIES = "03069990200", "340000000011"


async def _calls(story: Story, keys: str, number: str = GENERAL) -> Call:
    call = await (await story.call(number)).answered()
    await call.key(keys)
    return call


async def test_a_call_goes_from_owner_to_team_to_segment_to_gich(story: Story) -> None:
    """R-WAIT-1, R-RONA-2: behind each phone that rejects it the next scope, GICH behind the last; its place is kept."""
    for staff in ("7001", "7002", "7003"):
        await story.agent(staff, Script.reject(486))
    gich = await story.agent("7008")
    call = await _calls(story, "1" + JANE)
    await gich.rung()
    scopes = ["agent:1", "team:Maintenance 1", "segment:Maintenance", "segment:GICH"]
    assert call.offers() == [
        (staff, scope, state)
        for staff, scope, state in zip(
            ("7001", "7002", "7003", "7008"), scopes, ("busy", "busy", "busy", "ringing"), strict=True
        )
    ]
    opened = "SELECT opened_at FROM call_scope WHERE call_id = :call_id ORDER BY position"
    times = [row.opened_at for row in story.line.rows(opened, call_id=call.row().call_id)]
    assert times == sorted(times)
    assert len(set(times)) == 4, "each opened behind the one before"
    made = "SELECT made_at FROM offer WHERE call_id = :call_id ORDER BY made_at"
    assert call.row().first_waiting_at <= story.line.rows(made, call_id=call.row().call_id)[0].made_at
    await call.hang_up()


async def test_who_came_first_is_first_also_after_a_phone_that_rejected_them(story: Story) -> None:
    """R-WAIT-1, R-WAIT-4: of two with the same preference the longest waiting; a RONA does not send to the back."""
    await story.agent("7009", Script.reject(486))
    first = await _calls(story, "3#")
    await story.until(lambda: first.row() is not None and "redirected" in first.journey(), "the phone rejected it")
    came_at = first.row().first_waiting_at
    second = await _calls(story, "3#")
    await second.is_in("waiting")
    free = await story.agent("7008", Script.answer(0.1))
    await first.is_in("talking")
    assert second.row().state == "waiting"
    assert first.row().first_waiting_at == came_at < second.row().first_waiting_at
    await first.hang_up()
    await free.is_in("after_call_work")
    await free.available()
    await second.is_in("talking")
    await second.hang_up()


@pytest.mark.parametrize(
    ("number", "keys", "staff", "scopes"),
    [
        (GENERAL, "4", ["7012"], ["segment:Welsh"]),
        (EMPLOYERS, DRAMA_BAKERIES, ["7010", "7011"], ["agent:10", "segment:Employer"]),
    ],
    ids=["welsh", "employer"],
)
async def test_welsh_and_employers_calls_stay_where_they_are(
    story: Story, number: str, keys: str, staff: list[str], scopes: list[str]
) -> None:
    """R-WAIT-1, R-RONA-2, R-EMP-2: rejected by all, and after the overflow time: GICH has somebody and never rings."""
    gich = await story.agent("7008")
    for one in staff:
        await story.agent(one, Script.reject(603))
    call = await _calls(story, keys, number)
    await story.until(lambda: len(call.offers()) == len(staff) and call.row().state == "waiting", "all rejected it", 30)
    await story.until(lambda: call.row().overflowed, "the overflow time is over")
    kept = "SELECT key FROM call_scope WHERE call_id = :call_id AND reach = 'open' ORDER BY position"
    assert [row.key for row in story.line.rows(kept, call_id=call.row().call_id)] == scopes
    assert gich.phone.rings == []
    await call.hang_up()
