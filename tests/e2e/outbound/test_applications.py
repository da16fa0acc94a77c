"""A new-application call with nobody in Applications becomes a call back: allocated, attempted three times, ended."""

from __future__ import annotations

from typing import Any

from ivr.softphone.agent_phone import Script
from tests.e2e.outbound.making import AGENT, LIMIT_S, OutboundLab
from tests.e2e.story import Agent, Story

APPLICATIONS, AGENT_OF_APPLICATIONS, LEADER = "03069990101", "7006", "7102"
FAILED = "called_contact_not_made"


async def _taken_down(story: Story) -> str:
    """Nobody is in Applications: GICH answers, and takes down who is to be rung. The call back's id."""
    agent = await story.agent(AGENT)
    call = await (await story.call(APPLICATIONS)).answered()
    ring = await agent.rung()
    ring.answer()
    await call.is_in("talking")
    pop = await agent.call()
    assert pop is not None
    body = {"full_name": "Tamsin Newcomer", "address": "1 Sample Street", "born_on": "1991-04-05"}
    body |= {"contact_number": pop["caller_number"], "reason": "new_application"}
    status, answer = await agent.request("POST", "/api/applications", body)
    assert status == 201, answer
    await call.hang_up()
    await agent.is_in("after_call_work")
    made = answer["application"]
    assert (made["state"], made["call_id"], made["in_downtime"]) == ("awaiting_allocation", pop["call_id"], False)
    assert made["person"]["contact_number"] == call.cli
    return str(made["application_id"])


async def _does(agent: Agent, verb: str, path: str, body: object = None) -> Any:
    status, answer = await agent.request(verb, f"/api/applications{path}", body)
    assert status in {200, 201}, answer
    return answer


async def _attempts(agent: Agent, application_id: str, number: int) -> dict[str, Any]:
    """The agent's own phone rings, then the applicant's, who is not reached; the result is asked for, and given."""
    begun = await _does(agent, "POST", f"/{application_id}/call")
    assert begun["attempt"] == number
    own = await agent.rung(LIMIT_S)
    own.answer()
    await agent.is_in("after_call_work")
    shown = (await _does(agent, "GET", f"/{application_id}"))["application"]
    assert (shown["wants"], shown["attempts"][-1]["suggested"]) == ("result", FAILED)
    path = f"/{application_id}/attempts/{number}"
    changed: dict[str, Any] = (await _does(agent, "PUT", path, {"result": FAILED}))["application"]
    return changed


async def test_from_the_call_to_the_third_failure(dial_story: Story, lab: OutboundLab) -> None:
    """R-CB-9, R-CB-10, R-CB-12: real calls; mails queued with each step; the client must ring anew."""
    application_id = await _taken_down(dial_story)
    leader = await dial_story.agent(LEADER, available=False, phone=False)
    (waiting,) = (await _does(leader, "GET", "?whose=unallocated"))["applications"]
    assert waiting["application_id"] == application_id
    given = await _does(leader, "POST", f"/{application_id}/allocate", {"staff_number": AGENT_OF_APPLICATIONS})
    assert (given["application"]["state"], given["mailed"]) == ("awaiting_calls", True)
    agent = await dial_story.agent(AGENT_OF_APPLICATIONS, available=False)
    async with lab.carrier() as carrier:
        carrier.follow(Script.reject(486), Script.reject(603), Script.reject(486))
        for number in (1, 2, 3):
            now = await _attempts(agent, application_id, number)
    assert (now["state"], now["ending"]) == ("complete", "third_failure")
    query = "SELECT coalesce(mailbox, address) AS whom FROM mail WHERE body LIKE :id ORDER BY made_at"
    told = [row.whom for row in dial_story.line.rows(query, id=f"%{application_id}%")]
    assert told == ["applications_leader", "grace.adeyemi@helpline.example"]
    query = "SELECT outcome FROM outbound_attempt WHERE purpose = 'call_back' ORDER BY started_at DESC LIMIT 3"
    assert [row.outcome for row in dial_story.line.rows(query)] == ["busy", "rejected", "busy"]
