"""An agent calls somebody outside from the desk: each outcome made by the phone that is called (R-OUT)."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.heard import audible_share
from tests.e2e.outbound.making import (
    AGENT,
    EMPLOYERS_SHOWN,
    GENERAL_SHOWN,
    LIMIT_S,
    NUMBER,
    OTHER,
    OutboundLab,
    at_desk,
    is_told,
    last_call,
    placed,
    places,
    progress,
    talk,
)
from tests.e2e.states.desk import watching
from tests.e2e.story import Story
from tests.e2e.takeover.away import service_away
from tests.e2e.trunks.carriers import rung


async def test_own_phone_first_then_the_other_and_they_talk(dial_story: Story, lab: OutboundLab) -> None:
    """R-OUT-1, R-STATE-4: On call at once, ringing heard, our number seen, a talk, After Call Work."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, told):
        own = await placed(agent, kind="client", record_id=1, purpose="change_of_details")
        assert agent.state == "on_call"
        await is_told(dial_story, told, "calling_agent")
        own.answer()
        far = await rung(carrier)
        assert (far.invite.uri.partition("@")[0], far.cli) == ("sip:+44" + NUMBER[1:], GENERAL_SHOWN)
        pop = await agent.call()
        assert pop is not None
        assert pop["outbound"]["purpose_expected"] is False
        assert (pop["caller_number"], pop["client"]["record_id"], pop["pop"]) == (NUMBER, 1, "record")
        await is_told(dial_story, told, "calling_agent", "dialling", "ringing")
        pop = await agent.call()
        assert pop is not None
        assert pop["outbound"]["progress"] == "ringing"
        await dial_story.until(lambda: own.heard.seconds > 2.5, "the agent listens", LIMIT_S)
        assert 0.1 < audible_share(own.heard, 0.5, 2.5) < 0.7
        far.answer()
        await talk(dial_story, own, far)
        await far.hang_up()
        await own.ended(LIMIT_S)
        await agent.is_in("after_call_work")
        await is_told(dial_story, told, "calling_agent", "dialling", "ringing", "answered")
    assert (last_call(dial_story).end, last_call(dial_story).client_id) == ("reached", 1)


async def test_an_employer_sees_the_employers_line(dial_story: Story, lab: OutboundLab) -> None:
    """R-OUT-1: the number of the line that fits; the agent hangs up, and both are gone."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, _told):
        carrier.follow(Script.answer(0.1))
        (await placed(agent, kind="employer", record_id=1)).answer()
        far = await rung(carrier)
        assert far.cli == EMPLOYERS_SHOWN
        await agent.does("end")
        await far.ended(LIMIT_S)
        await agent.is_in("after_call_work")


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Script.reject(486), "busy"),
        (Script.reject(603), "rejected"),
        (Script.reject(404), "unreachable"),
        (Script.reject(503), "unreachable"),
        (Script.ring(), "no_answer"),
        (Script.ignore(), "unreachable"),
    ],
)
async def test_why_nobody_was_reached_is_told(
    dial_story: Story, lab: OutboundLab, script: Script, outcome: str
) -> None:
    """R-OUT-1, R-OUT-5: made by whom is called; the agent hears a busy tone and is told, then After Call Work."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, told):
        carrier.follow(script)
        own = await placed(agent, kind="client", record_id=1)
        own.answer()
        await own.ended(LIMIT_S)
        await agent.is_in("after_call_work")
        assert audible_share(own.heard, own.heard.seconds - 1.2, own.heard.seconds) > 0.2
        await dial_story.until(lambda: progress(told)[-1:] == [outcome], "the desk is told how it ended")
        query = "SELECT outcome FROM outbound_attempt WHERE call_id = :call_id"
        assert [r.outcome for r in dial_story.line.rows(query, call_id=last_call(dial_story).call_id)] == [outcome]
    assert last_call(dial_story).end == outcome


async def test_without_a_carrier_there_nobody_is_reached(dial_story: Story) -> None:
    """R-OUT-1: nothing listens where the carrier was."""
    async with at_desk(dial_story) as (agent, told):
        own = await placed(agent)
        own.answer()
        await own.ended(LIMIT_S)
        await agent.is_in("after_call_work")
        await dial_story.until(lambda: progress(told)[-1:] == ["unreachable"], "the desk is told how it ended")


@pytest.mark.parametrize("refusal", [486, None])
async def test_an_own_phone_that_is_not_answered_changes_nothing(dial_story: Story, refusal: int | None) -> None:
    """R-OUT-1: rejected or rung out: the agent is Available as before, and nobody outside is rung."""
    agent = await dial_story.agent(AGENT)
    async with watching(dial_story, AGENT) as told:
        own = await placed(agent)
        if refusal is not None:
            own.reject(refusal)
        await own.ended(LIMIT_S)
        await agent.is_in("available")
        await is_told(dial_story, told, "calling_agent", "agent_not_reached")


async def test_who_hangs_up_while_it_rings_cancels(dial_story: Story, lab: OutboundLab) -> None:
    """R-OUT-1: the other phone stops at once."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, told):
        own = await placed(agent)
        own.answer()
        far = await rung(carrier)
        await own.hang_up()
        assert (await far.ended(2)).how == "cancel"
        await agent.is_in("after_call_work")
        await dial_story.until(lambda: progress(told)[-1:] == ["cancelled"], "the desk is told")


async def test_what_may_not_be_dialled_is_refused_with_words(dial_story: Story) -> None:
    """R-OUT-1, R-OUT-2, R-OUT-4: premium, abroad, suppressed, no record, on a call already."""
    async with at_desk(dial_story) as (agent, _told):
        for number, error_id in (("09060000000", "dialling.premium"), ("+353 1 234 5678", "dialling.abroad")):
            status, answer = await places(agent, number=number)
            assert (status, answer["error_id"]) == (409, error_id)
        assert (await places(agent, kind="client", record_id=99_999))[0] == 404
        body = {"reason": "opted_out"}
        async with agent._http.post("/api/records/client/3/suppressions", json=body, headers=agent._bearer) as reply:
            assert reply.status == 201
        status, answer = await places(agent, kind="client", record_id=3)
        assert (status, answer["error_id"]) == (409, "dialling.suppressed")
        own = await placed(agent)
        status, answer = await places(agent)
        assert (status, answer["error_id"]) == (409, "agent.not_in_this_state")
        await own.hang_up()
        await agent.is_in("not_ready")


async def test_hold_and_a_phone_that_is_lost(dial_story: Story, lab: OutboundLab) -> None:
    """R-STATE-12, R-STATE-8: hold as on any call; then the agent's phone dies: an apology, and GICH's next agent."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, _told):
        carrier.follow(Script.answer(0.1))
        own = await placed(agent)
        own.answer()
        far = await rung(carrier)
        await talk(dial_story, own, far)
        assert (await agent.does("hold"))[0] == 200
        await agent.is_in("on_hold")
        assert (await agent.does("hold", method="DELETE"))[0] == 200
        await talk(dial_story, own, far)
        agent.phone.vanish()
        await agent.is_in("not_ready", 30)
        assert agent.code == "Phone unreachable"
        helper = await dial_story.agent(OTHER)
        ring = await helper.rung()
        ring.answer()
        await talk(dial_story, ring, far)
        await far.hang_up()
        await ring.ended(LIMIT_S)


async def test_a_restart_leaves_a_talk_and_ends_a_ringing(dial_story: Story, lab: OutboundLab) -> None:
    """A restart: who talks goes on; what only rang ends, its agent free."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, _told):
        own = await placed(agent)
        own.answer()
        far = await rung(carrier)
        far.answer()
        await talk(dial_story, own, far)
        async with service_away(dial_story.line):
            await talk(dial_story, own, far)
        await talk(dial_story, own, far)
        await far.hang_up()
        await own.ended(LIMIT_S)
        await agent.is_in("after_call_work")
        again = await placed(agent)
        again.answer()
        ringing = await rung(carrier)
        async with service_away(dial_story.line):
            pass
        await ringing.ended(LIMIT_S)
        await again.ended(LIMIT_S)
    assert last_call(dial_story).end == "cancelled"
