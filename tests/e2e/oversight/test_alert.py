"""Leaders and agents beside the talk: the alert key, a state set, and the service away meanwhile."""

from __future__ import annotations

from ivr.softphone.agent_phone import Script
from tests.e2e.oversight.leaders import ALL, JANE, PAIR, WHISPERING, watched
from tests.e2e.states.desk import watching
from tests.e2e.story import Story
from tests.e2e.takeover.away import service_away


async def test_the_alert_key_brings_a_leader_who_joins(story: Story) -> None:
    """R-STATE-11: a caller at risk: the leader's desk knows at once, acknowledges by name, and joins."""
    one = await watched(story)
    async with watching(story, "7101") as leaders, watching(story, "7001") as agents:
        status, alert = await one.agent.request("POST", "/api/agents/me/alert")
        assert (status, alert["call_id"]) == (200, one.call.row().call_id)
        await story.until(lambda: leaders.of("alert_changed"), "the leader is told", 1.0)
        assert leaders.of("alert_changed")[0]["alert"] == alert
        await one.leader.request("POST", f"/api/alerts/{alert['alert_id']}/acknowledge")
        await story.until(lambda: len(agents.of("alert_changed")) == 2, "the agent is told who comes")
        assert agents.of("alert_changed")[-1]["alert"]["acknowledged_by"]["name"] == "Ruth Hargreaves"
        await one.asks("join")
        await one.hear(ALL)
        await one.call.hang_up()
        await one.agent.is_in("after_call_work")
        await story.until(lambda: len(leaders.of("alert_changed")) == 3, "the alert is over")
    steps = [step for step in one.call.journey() if step.startswith("alert")]
    assert steps == ["alerted", "alert_acknowledged"]


async def test_a_phone_stops_ringing_when_a_leader_takes_its_agent_out(patient_story: Story) -> None:
    """R-MON-2, R-STATE-5: the phone stops, the call rings the next, and it is no RONA."""
    story = patient_story
    agent, leader = await story.agent("7001"), await story.agent("7101", available=False)
    call = await (await story.call()).answered()
    await call.key("1" + JANE)
    ring = await agent.rung()
    colleague = await story.agent("7002", Script.answer(0.1))
    body = {"state": "not_ready", "code": "Coaching"}
    status, answer = await leader.request("PUT", "/api/agents/7001/state", body)
    assert (status, answer["state"], answer["code"]) == (200, "not_ready", "Coaching")
    assert (await ring.ended(5)).by == "them"
    await colleague.is_in("on_call")
    assert call.offers()[0] == ("7001", "agent:1", "withdrawn")
    await call.hang_up()
    await colleague.is_in("after_call_work")


async def test_a_service_that_starts_again_goes_on_with_the_talk_and_lets_the_leader_go(story: Story) -> None:
    """R-MON-2: the two notice nothing; the leader's phone is hung up, and they may come in anew."""
    one = await watched(story)
    await one.asks("whisper")
    await one.hear(WHISPERING)
    async with service_away(story.line):
        pass
    assert (await one.leader.phone.rings[-1].ended(10)).by == "them"
    await one.leader.is_in("not_ready")
    await one.hear(PAIR)
    assert one.agent.state == "on_call"
    await one.asks("join")
    await one.leader.rung()
    await one.hear(ALL)
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")
