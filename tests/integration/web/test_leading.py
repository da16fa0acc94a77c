"""Team leaders set agents' states, and are called by the alert key: both stores, over HTTP and the live events."""

from __future__ import annotations

from typing import Any

from ivr.acd import ledger, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.ids import CallId
from ivr.domain.routes import Segments, existing_case
from ivr.store import tables as t
from tests.integration.web.desk import BOTH_STORES, Answered, Desk, Place, told, until

pytestmark = BOTH_STORES
MAINTENANCE = existing_case(Segments(), None, "Maintenance 1", "Maintenance")
BREAK = {"state": "not_ready", "code": "Break"}
RUTH = {"staff_number": "7101", "name": "Ruth Hargreaves"}
MEGAN = {"staff_number": "7001", "name": "Megan Price"}


async def _set(leader: Desk, staff: str, **body: str) -> Answered:
    return await leader.ask("PUT", f"/api/agents/{staff}/state", json=body)


async def _on_call(place: Place, desk: Desk) -> CallId:
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    offers = [o for o in await place.table(t.offer) if o.call_id == call_id]
    await place.store.run(ledger.answer_offer, offers[-1].offer_id, place.clock.now())
    return call_id


async def _ends(place: Place, call_id: CallId) -> None:
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), Limits())


async def _audited(leader: Desk) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await leader.ask("GET", "/api/audit?kind=agent")).body["entries"]
    return entries


async def test_a_leader_sets_an_agents_state_and_the_agent_sees_who_did(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-2, R-STATE-9: at once, by the agent's own table; audited in the same transaction, told to the agent."""
    page, colleague = await desk.listen(), await (await place.log_in("7002")).listen()
    await told(page)
    await told(colleague)
    answered = await _set(leader, "7001", state="available")
    assert (answered.status, answered.body["state"], answered.body["name"]) == (200, "available", "Megan Price")
    deed = (await until(page, "leader_acted"))[-1]["deed"]
    expected = {"staff_number": "7001", "leader": RUTH, "what": "state_set", "state": "available", "code": None}
    assert expected.items() <= deed.items()
    assert deed["pending"] is False
    assert [fact.cause for fact in await place.table(t.agent_event)][-1] == "leader 7101"
    (entry,) = await _audited(leader)
    assert (entry["actor"], entry["what"], entry["record_id"], entry["subject"], entry["why"]) == (
        "agent 7101",
        "state_set",
        1,
        "7001",
        "available",
    )
    await desk.state("not_ready", "Lunch")
    assert (await _set(leader, "7001", state="logged_out")).body["state"] == "logged_out"
    assert (await until(page, "leader_acted"))[-1]["deed"]["what"] == "logged_out"
    await place.store.run(toolbar.log_in, desk.agent_id, "PJSIP/7001", place.clock.now())
    await page.close()
    await leader.ask(
        "PUT", "/api/switches/emergency", json={"on": True, "why": "so that the colleague hears something"}
    )
    assert "leader_acted" not in {event["type"] for event in await until(colleague, "switch_changed")}
    await colleague.close()


async def test_during_a_call_it_is_pending_and_the_agent_sees_who_asked(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-2, R-STATE-5: as the agent's own; Available is refused with the same words; a later request replaces it."""
    call_id = await _on_call(place, desk)
    page = await desk.listen()
    await told(page)
    refused = await _set(leader, "7001", state="available")
    own = await desk.state("available")
    assert (refused.status, refused.body) == (409, own.body)
    asked = await _set(leader, "7001", **BREAK)
    pending = BREAK | {"by": "leader 7101"}
    assert (asked.status, asked.body["pending"]) == (202, pending)
    assert (await desk.ask("GET", "/api/agents/me")).body["pending"] == pending
    assert (await until(page, "agent_changed"))[-1]["agent"]["pending"] == pending
    deed = (await until(page, "leader_acted"))[-1]["deed"]
    assert (deed["pending"], deed["state"], deed["code"], deed["call_id"]) == (True, "not_ready", "Break", call_id)
    assert [entry["why"] for entry in await _audited(leader)] == ["not_ready, Break, pending"]
    await _ends(place, call_id)
    await desk.state("available")
    assert (await desk.ask("GET", "/api/agents/me")).body["pending"] is None
    await page.close()


async def test_a_ringing_call_goes_on_when_a_leader_takes_its_agent_out(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-2, R-STATE-5: the call rings a colleague, and it is no RONA."""
    colleague = await place.log_in("7002")
    await desk.state("available")
    await colleague.state("available")
    await place.call(MAINTENANCE)
    answered = await _set(leader, "7001", state="not_ready", code="Coaching")
    assert (answered.status, answered.body["code"]) == (200, "Coaching")
    states = [(o.agent_id, o.state) for o in await place.table(t.offer)]
    assert states == [(desk.agent_id, "withdrawn"), (colleague.agent_id, "ringing")]


async def test_what_a_leader_cannot_set(place: Place, desk: Desk, leader: Desk) -> None:
    """R-MON-2: nobody is logged in by another; what is so already, and what is refused, is neither audited nor told."""
    assert (await _set(leader, "7002", state="available")).body["error_id"] == "agent.logged_out"
    assert (await _set(leader, "7002", **BREAK)).status == 409
    assert (await _set(leader, "99999", **BREAK)).body["error_id"] == "agent.unknown"
    assert (await _set(leader, "7001", state="not_ready", code="Tea")).status == 422
    assert (await _set(desk, "7002", **BREAK)).body["error_id"] == "session.not_a_team_leader"
    await desk.state("available")
    assert (await _set(leader, "7001", state="available")).status == 200
    assert await _audited(leader) == []
    assert [row.state for row in await place.table(t.agent_live) if row.staff_number == "7002"] == ["logged_out"]


async def test_the_alert_reaches_the_teams_leader_and_names_who_has_seen_it(
    place: Place, desk: Desk, leader: Desk
) -> None:
    """R-STATE-11: at once, to who leads the team, not to another team's leader; seen by, to the agent."""
    other = await place.log_in("7102")
    call_id = await _on_call(place, desk)
    pages = [await person.listen() for person in (desk, leader, other)]
    for page in pages:
        await told(page)
    raised = await desk.ask("POST", "/api/agents/me/alert")
    assert (raised.status, raised.body["call_id"], raised.body["agent"]) == (200, call_id, MEGAN)
    for page in pages[:2]:
        assert (await until(page, "alert_changed"))[-1]["alert"] == raised.body
    assert (await desk.ask("POST", "/api/agents/me/alert")).body == raised.body
    later = await leader.listen()
    assert (await told(later))["alerts"] == [raised.body]
    seen = await leader.ask("POST", f"/api/alerts/{raised.body['alert_id']}/acknowledge")
    assert (seen.status, seen.body["acknowledged_by"]) == (200, RUTH)
    for page in pages[:2]:
        assert (await until(page, "alert_changed"))[-1]["alert"]["acknowledged_by"] == RUTH
    second = await other.ask("POST", f"/api/alerts/{raised.body['alert_id']}/acknowledge")
    assert second.body == seen.body
    assert (await leader.ask("GET", "/api/alerts")).body["alerts"] == [seen.body]
    await _ends(place, call_id)
    for page in pages[:2]:
        assert (await until(page, "alert_changed"))[-1]["alert"]["ended_at"] is not None
    assert "alert_changed" not in {event["type"] for event in await until(pages[2], "journey_step")}
    assert (await leader.ask("GET", "/api/alerts")).body["alerts"] == []
    late = await leader.ask("POST", f"/api/alerts/{raised.body['alert_id']}/acknowledge")
    assert late.body["error_id"] == "alert.over"
    steps = [step.step for step in await place.table(t.call_event)]
    assert steps[-3:] == ["alerted", "alert_acknowledged", "ended"]
    assert [(entry["what"], entry["actor"]) for entry in await _audited(leader)] == [
        ("alert_acknowledged", "agent 7101"),
        ("alert_raised", "agent 7001"),
    ]
    for page in (*pages, later):
        await page.close()


async def test_with_none_of_the_teams_leaders_there_every_leader_is_told(place: Place, desk: Desk) -> None:
    """R-STATE-11: somebody hears of it; the team's own leader too, once they are there."""
    other = await place.log_in("7102")
    await _on_call(place, desk)
    page = await other.listen()
    assert (await told(page))["alerts"] == []
    raised = (await desk.ask("POST", "/api/agents/me/alert")).body
    assert (await until(page, "alert_changed"))[-1]["alert"] == raised
    late = await (await place.log_in("7101")).listen()
    assert (await told(late))["alerts"] == [raised]
    await page.close()
    await late.close()


async def test_an_alert_is_for_a_call(place: Place, desk: Desk, leader: Desk) -> None:
    """R-STATE-11: without one it is refused, and nobody is told."""
    await desk.state("available")
    refused = await desk.ask("POST", "/api/agents/me/alert")
    assert (refused.status, refused.body["error_id"]) == (409, "agent.no_call")
    unknown = await leader.ask("POST", "/api/alerts/a0000000000000000/acknowledge")
    assert (unknown.status, unknown.body["error_id"]) == (404, "alert.unknown")
    assert await place.table(t.alert) == []
