"""A team leader listens, whispers, joins and takes the call: who hears whom, told by the tone of each phone."""

from __future__ import annotations

from ivr.softphone.agent_phone import Script
from tests.e2e.earshot import they_hear
from tests.e2e.oversight.leaders import ALL, LISTENING, PAIR, WHISPERING, watched
from tests.e2e.states.desk import watching
from tests.e2e.story import Story

LOST_S = 18.0


async def test_listen_whisper_join_and_back_without_a_second_ring(story: Story) -> None:
    """R-MON-2: the caller hears a leader only while they have joined; each is audited, and told to the agent."""
    one = await watched(story)
    async with watching(story, "7001") as desk:
        await one.hear(PAIR)
        await one.asks("listen")
        await one.leader.is_in("on_call")
        await one.hear(LISTENING)
        await one.asks("whisper")
        await one.hear(WHISPERING)
        await one.asks("join")
        await one.hear(ALL)
        await one.asks("listen")
        await one.hear(LISTENING)
        assert len(one.leader.phone.rings) == 1
        await story.until(lambda: len(desk.of("leader_acted")) >= 4, "the desk is told of each")
        deeds = [told["deed"]["what"] for told in desk.of("leader_acted")]
        assert deeds == ["listened", "whispered", "joined", "listened"]
        assert {told["deed"]["leader"]["name"] for told in desk.of("leader_acted")} == {"Ruth Hargreaves"}
    assert one.audited() == [("agent 7101", deed) for deed in deeds]
    await one.leader.phone.rings[-1].hang_up()
    await one.leader.is_in("not_ready")
    await one.hear(PAIR)
    assert one.agent.state == "on_call"
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")


async def test_the_call_is_the_leaders_once_taken(story: Story) -> None:
    """R-MON-2: by who listens already; the old agent is in After Call Work, the leader after the call, too."""
    one = await watched(story)
    await one.asks("listen")
    await one.leader.is_in("on_call")
    await one.hear(LISTENING)
    await one.asks("take")
    await one.agent.is_in("after_call_work")
    assert (await one.agent.phone.rings[-1].ended(5)).by == "them"
    talk = {"caller": one.call.sip, "leader": one.leader.phone.rings[-1]}
    await they_hear(talk, {"caller": {"leader"}, "leader": {"caller"}})
    assert (await one.leader.does("hold"))[0] == 200
    await one.leader.is_in("on_hold")
    assert (await one.leader.does("hold", method="DELETE"))[0] == 200
    await they_hear(talk, {"caller": {"leader"}, "leader": {"caller"}})
    assert one.audited()[-1] == ("agent 7101", "call_taken")
    await one.call.hang_up()
    await one.leader.is_in("after_call_work")


async def test_a_call_is_taken_at_once(story: Story) -> None:
    """R-MON-2: the leader's phone rings first; until it is answered nothing changes for caller and agent."""
    one = await watched(story, Script.ring(), available=True)
    await one.asks("take")
    ring = await one.leader.rung()
    assert one.leader.state == "reserved"
    assert ring.cli == "7001"
    await one.hear(PAIR)
    one.leader.phone.answer()
    await one.agent.is_in("after_call_work")
    await they_hear({"caller": one.call.sip, "leader": ring}, {"caller": {"leader"}, "leader": {"caller"}})
    await ring.hang_up()
    await one.leader.is_in("after_call_work")
    assert (await one.call.sip.ended(5)).by == "them"


async def test_a_leaders_phone_that_refuses_or_rings_out_changes_nothing(story: Story) -> None:
    """R-MON-2, R-RONA-2: the two talk on; the leader is Available again with their idle time, never RONA."""
    one = await watched(story, Script.reject(486), Script.ring(), available=True)
    ends_at = (await one.leader.me())["ends_at"]
    for _ in range(2):
        await one.asks("join")
        await one.leader.rung()
        await one.leader.is_in("available")
        assert (await one.leader.me())["ends_at"] == ends_at
        await one.hear(PAIR)
    assert one.audited() == []
    assert one.call.journey().count("left") == 2
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")


async def test_a_leaders_phone_that_dies_leaves_the_talk_alone(story: Story) -> None:
    """R-STATE-8: the leader is Not Ready, Phone unreachable; caller and agent go on."""
    one = await watched(story)
    await one.asks("whisper")
    await one.hear(WHISPERING)
    one.leader.phone.vanish()
    await one.leader.is_in("not_ready", LOST_S)
    assert one.leader.code == "Phone unreachable"
    await one.hear(PAIR)
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")


async def test_the_caller_hangs_up_while_listened_to(story: Story) -> None:
    """R-MON-2, R-STATE-4: agent in After Call Work; the leader, and one whose phone still rings, as they were."""
    one = await watched(story, available=True)
    other = await story.agent("7102", available=False)
    await one.asks("listen")
    await one.leader.is_in("on_call")
    await one.hear(LISTENING)
    status, answer = await other.request("POST", f"/api/calls/{one.call.row().call_id}/join")
    assert status == 200, answer
    ring = await other.rung()
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")
    await one.leader.is_in("available")
    assert (await ring.ended(5)).by == "them"
    assert other.state == "not_ready"


async def test_the_agent_hangs_up_and_the_caller_stays_with_a_leader_who_has_joined(story: Story) -> None:
    """R-MON-2: nobody is in silence; the call is the leader's from then on."""
    one = await watched(story)
    await one.asks("join")
    await one.leader.is_in("on_call")
    await one.hear(ALL)
    await one.agent.phone.rings[-1].hang_up()
    await one.agent.is_in("after_call_work")
    talk = {"caller": one.call.sip, "leader": one.leader.phone.rings[-1]}
    await they_hear(talk, {"caller": {"leader"}, "leader": {"caller"}})
    await one.call.hang_up()
    await one.leader.is_in("after_call_work")


async def test_on_hold_the_agent_hears_a_whisper_and_who_has_joined(story: Story) -> None:
    """R-MON-2, R-STATE-12: the caller hears music; the agent, alone in the bridge, hears the leader all the same."""
    one = await watched(story)
    await one.asks("whisper")
    await one.hear(WHISPERING)
    assert (await one.agent.does("hold"))[0] == 200
    two = {"agent": {"leader"}, "leader": {"agent"}}
    await one.hear(two)
    await one.asks("join")
    await one.hear(two)
    assert (await one.agent.does("hold", method="DELETE"))[0] == 200
    await one.hear(ALL)
    assert (await one.agent.does("hold"))[0] == 200
    await one.hear(two)
    await one.leader.does("end")
    await one.leader.is_in("not_ready")
    assert (await one.agent.does("hold", method="DELETE"))[0] == 200
    await one.hear(PAIR)
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")


async def test_who_may_not_listen(story: Story) -> None:
    """R-MON-2: from a call of one's own, logged out, or to a call that is over it is refused in words."""
    one = await watched(story)
    agents_own = await one.agent.request("POST", f"/api/calls/{one.call.row().call_id}/listen")
    assert (agents_own[0], agents_own[1]["error_id"]) == (403, "session.not_a_team_leader")
    await one.leader.ask("logged_out")
    assert (await one.asks("listen", 409))["error_id"] == "agent.logged_out"
    await one.leader.ask("not_ready", "Team Leader")
    await one.call.hang_up()
    await one.agent.is_in("after_call_work")
    assert (await one.asks("listen", 409))["error_id"] == "call.over"
    assert not one.leader.phone.rings


async def test_who_listens_goes_with_the_call_to_its_next_agent(story: Story) -> None:
    """R-MON-2, R-XFER-2: through the consultation too; the next agent is told, and sees who takes part."""
    one = await watched(story)
    colleague = await story.agent("7002", Script.answer(0.1))
    await one.asks("listen")
    await one.hear(LISTENING)
    body = {"to": {"kind": "agent", "name": "7002"}, "reason": "arrears"}
    status, answer = await one.agent.does("consultation", body)
    assert status == 200, answer
    await colleague.is_in("on_call")
    agents = {"agent": one.agent.phone.rings[-1], "colleague": colleague.phone.rings[-1]}
    await they_hear(agents, {"agent": {"colleague"}, "colleague": {"agent"}})
    assert (await one.asks("take", 409))["error_id"] == "call.in_consultation"
    async with watching(story, "7002") as desk:
        assert (await one.agent.does("consultation/complete"))[0] == 200
        await one.agent.is_in("after_call_work")
        await story.until(lambda: desk.of("leader_acted"), "the next agent is told")
        assert desk.of("leader_acted")[0]["deed"]["what"] == "listened"
    talk = {"caller": one.call.sip, "colleague": agents["colleague"], "leader": one.leader.phone.rings[-1]}
    await they_hear(talk, {"caller": {"colleague"}, "colleague": {"caller"}, "leader": {"caller", "colleague"}})
    _, seen = await colleague.request("GET", "/api/agents/me/call")
    assert [(party["role"], party["name"], party["state"]) for party in seen["parties"]] == [
        ("listening", "Ruth Hargreaves", "talking")
    ]
    await one.asks("whisper")
    await they_hear(
        talk, {"caller": {"colleague"}, "colleague": {"caller", "leader"}, "leader": {"caller", "colleague"}}
    )
    await one.call.hang_up()
    await colleague.is_in("after_call_work")
    await one.leader.is_in("not_ready")
