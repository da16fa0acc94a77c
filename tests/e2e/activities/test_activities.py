"""What is left of a call to write down, on real phones (R-ACT), and what the desk is told while it lasts."""

from __future__ import annotations

from functools import partial
from typing import Any

from ivr.softphone.agent_phone import Script
from tests.e2e.states.desk import Told, watching
from tests.e2e.story import Agent, Call, Story
from tests.e2e.transfers.talk import JANE, talk_of


async def _of_call(agent: Agent, call: Call) -> list[dict[str, Any]]:
    """Everybody's activities of a call, as one who took part sees them."""
    status, answer = await agent.request("GET", f"/api/activities?call_id={call.row().call_id}")
    assert status == 200, answer
    found: list[dict[str, Any]] = answer["activities"]
    return found


def _rows(story: Story, call: Call) -> list[tuple[str, bool]]:
    """Whose activities of a call there are, and whether each took part."""
    query = "SELECT a.staff_number, v.taken_at FROM activity v JOIN agent a USING (agent_id) WHERE v.call_id = :call_id"
    found = story.line.rows(query, call_id=call.row().call_id)
    return sorted((row.staff_number, row.taken_at is not None) for row in found)


def _calls(told: Told) -> list[dict[str, Any]]:
    return [one["call"] for one in told.of("my_call") if one["call"] is not None]


async def test_who_did_not_answer_has_none_and_who_did_has_one(story: Story) -> None:
    """R-ACT-1, R-RONA-2: it rings in vain at the owner's, a colleague answers."""
    owner = await story.agent("7001", Script.ring())
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    await owner.rung()
    assert _rows(story, call) == [("7001", False)]
    await owner.is_in("not_ready")
    assert _rows(story, call) == []
    other = await story.agent("7008", Script.answer(0.1))
    await other.is_in("on_call")
    assert _rows(story, call) == [("7008", True)]


async def test_work_that_runs_out_leaves_it_open_and_the_leader_sees_it(story: Story) -> None:
    """R-ACT-3: the agent is Available again by the system; a missing outcome is told with the list, then it closes."""
    leader = await story.agent("7101", available=False)
    agent = await story.agent("7001", Script.answer(0.1))
    async with watching(story, "7001") as told:
        call = await (await story.call()).answered()
        await call.key("1" + JANE)
        await agent.is_in("on_call")
        await call.hang_up()
        await agent.is_in("after_call_work")
        await agent.is_in("available")
        (left,) = await _of_call(agent, call)
        assert (left["closed_at"], left["outcome"], left["kind"]) == (None, None, "client")
        _, seen = await leader.request("GET", "/api/activities?agent=7001")
        assert left["activity_id"] in [one["activity_id"] for one in seen["activities"]]
        await story.until(lambda: _is_open(told, left["activity_id"]), "the desk lists it as open")
        path = f"/api/activities/{left['activity_id']}/close"
        status, answer = await agent.request("POST", path, {})
        assert status == 422
        assert "call_resolved" in answer["message"]
        assert (await agent.request("POST", path, {"outcome": "call_resolved"}))[0] == 200
        await story.until(lambda: not _is_open(told, left["activity_id"]), "and no more")


def _is_open(told: Told, activity_id: str) -> bool:
    work = told.of("work_changed")
    return bool(work) and activity_id in [one["activity_id"] for one in work[-1]["work"]["activities"]]


async def test_a_transfer_leaves_one_each_and_suggests_call_transferred(story: Story) -> None:
    """R-XFER-4: the first's suggests it, the second's is attached to the same record, with what the first wrote."""
    other = await story.agent("7005")
    talk = await talk_of(story)
    (first,) = await _of_call(talk.asker, talk.call)
    written = {"description": "Arrears of May."}
    assert (await talk.asker.request("PATCH", f"/api/activities/{first['activity_id']}", written))[0] == 200
    await talk.consults(other)
    await talk.does("POST", "/consultation/complete")
    await talk.asker.is_in("after_call_work")
    first, second = await _of_call(other, talk.call)
    assert (first["agent"]["staff_number"], first["suggested"]) == ("7001", "call_transferred")
    assert (second["agent"]["staff_number"], second["suggested"]) == ("7005", None)
    assert (second["name"], second["record_id"]) == (first["name"], first["record_id"])
    _, seen = await talk.desk(other, "GET")
    assert [one["description"] for one in seen["earlier"]] == ["Arrears of May."]
    await talk.call.hang_up()


async def test_the_desk_is_told_who_hears_whom(story: Story) -> None:
    """The whole call comes by itself: ringing, talk, held, muted, who is consulted; nothing is to be asked again."""
    other = await story.agent("7005")
    async with watching(story, "7001") as told:
        talk = await talk_of(story)
        assert _calls(told)[0]["pop"]["state"] == "ringing"
        assert (_calls(told)[-1]["line_name"]["cy"], _calls(told)[-1]["through"]["name"]) == ("Cyffredinol", "7001")
        for verb, method, name, value in (
            ("mute", "POST", "muted", True),
            ("mute", "DELETE", "muted", False),
            ("hold", "POST", "far_held", True),
            ("hold", "DELETE", "far_held", False),
        ):
            await talk.does(method, f"/{verb}")
            await story.until(partial(_shows, told, name, value), f"{name} {value}")
        await talk.consults(other)
        await story.until(lambda: _parties(told) == [("7005", "talking")], "7005 talks")
        await story.until(lambda: _calls(told)[-1]["far_held"], "the caller holds")
        await talk.does("POST", "/consultation/swap")
        await story.until(lambda: _parties(told) == [("7005", "held")], "7005 holds")
        await story.until(lambda: not _calls(told)[-1]["far_held"], "the caller is out of the music")
        await talk.does("DELETE", "/consultation")
        await story.until(lambda: _parties(told) == [], "nobody else is in it")
        await talk.call.hang_up()


def _shows(told: Told, name: str, value: object) -> bool:
    return bool(_calls(told)[-1][name] == value)


def _parties(told: Told) -> list[tuple[str, str]]:
    return [(one["staff_number"], one["state"]) for one in _calls(told)[-1]["parties"]]
