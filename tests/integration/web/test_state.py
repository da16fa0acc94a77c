"""Sessions and states over REST, on a real store."""

from __future__ import annotations

import hashlib

from ivr.acd import ledger
from ivr.acd.ledger import Limits
from ivr.domain.events import CallEnd
from ivr.domain.routes import Segments, existing_case, general
from ivr.store import tables as t
from tests.integration.web.desk import PASSWORD, Desk, Place, ask

MAINTENANCE = existing_case(Segments(), None, "Maintenance 1", "Maintenance")


async def test_log_in_gives_a_token_and_makes_the_agent_not_ready(place: Place) -> None:
    """R-STATE-1: after logging in Not Ready; only the token's hash is stored."""
    body = {"staff_number": "7001", "password": PASSWORD}
    answered = await ask(place.client, "POST", "/api/sessions", json=body)
    assert answered.status == 201
    agent = answered.body["agent"]
    assert (agent["name"], agent["state"], agent["endpoint"]) == ("Megan Price", "not_ready", "PJSIP/7001")
    assert answered.body["ends_at"] == "2026-11-23T21:00:00Z"
    (row,) = await place.table(t.session)
    assert row.token_hash == hashlib.sha256(answered.body["token"].encode()).hexdigest()
    (fact,) = await place.table(t.agent_event)
    assert (fact.before, fact.after) == ("logged_out", "not_ready")


async def test_logging_in_again_keeps_the_state(place: Place, desk: Desk) -> None:
    """R-STATE-1: a second log-in gives another token and does not take the agent off the queue."""
    await desk.state("available")
    again = await place.log_in("7001")
    assert again.token != desk.token
    assert (await again.ask("GET", "/api/agents/me")).body["state"] == "available"
    assert len(await place.table(t.agent_event)) == 2


async def test_a_wrong_password_and_an_unknown_number_are_refused_alike(place: Place) -> None:
    """Nothing tells which of the two was wrong, and nobody's state changes."""
    answers = [
        await ask(place.client, "POST", "/api/sessions", json={"staff_number": staff, "password": "wrong"})
        for staff in ("7001", "7999")
    ]
    assert [a.status for a in answers] == [401, 401]
    assert answers[0].body == answers[1].body
    assert answers[0].body["error_id"] == "session.wrong_credentials"
    assert await place.table(t.session) == []
    assert await place.table(t.agent_event) == []


async def test_five_failures_close_the_door_for_that_number_only(place: Place) -> None:
    """A guesser waits, with the right password too; a colleague logs in as ever."""
    wrong = {"staff_number": "7001", "password": "wrong"}
    statuses = [(await ask(place.client, "POST", "/api/sessions", json=wrong)).status for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 401, 429]
    right = await ask(place.client, "POST", "/api/sessions", json=wrong | {"password": PASSWORD})
    assert right.status == 429
    assert 0 < int(right.headers["Retry-After"]) <= 60
    await place.log_in("7002")


async def test_states_are_asked_for_and_recorded(place: Place, desk: Desk) -> None:
    """R-STATE-9, R-STATE-12: each change is a row with its cause; the answer says what may be asked next."""
    answered = await desk.state("available")
    assert (answered.status, answered.body["state"]) == (200, "available")
    assert answered.body["ends_at"] == "2026-11-23T10:30:00Z"
    answered = await desk.state("not_ready", "Break")
    assert (answered.status, answered.body["state"], answered.body["code"]) == (200, "not_ready", "Break")
    assert {o["action"] for o in answered.body["may"] if o["allowed"]} == {
        "available",
        "not_ready",
        "log_out",
        "outbound",
    }
    assert next(o for o in answered.body["may"] if o["action"] == "hold")["why"] == "there is no call"
    facts = [(f.before, f.after, f.code, f.cause) for f in await place.table(t.agent_event)]
    assert facts[1:] == [
        ("not_ready", "available", None, "agent 7001"),
        ("available", "not_ready", "Break", "agent 7001"),
    ]


async def test_an_unknown_code_names_the_nearest(desk: Desk) -> None:
    """R-STATE-2: the codes are fixed; a mistake names the key, what was found, and the nearest."""
    answered = await desk.state("not_ready", "coffee break")
    assert answered.status == 422
    assert answered.body["field"] == "code"
    assert answered.body["found"] == "coffee break"
    assert (await desk.state("not_ready")).body["field"] == "code"
    near = await desk.state("not_ready", "lunch")
    assert "the nearest is Lunch" in near.body["message"]


async def test_a_logged_out_agent_is_told_how_to_come_back(place: Place, desk: Desk) -> None:
    """R-STATE-12: Available is refused while logged out; Not Ready with a code logs in; the token stays valid."""
    assert (await desk.state("logged_out")).body["state"] == "logged_out"
    refused = await desk.state("available")
    assert (refused.status, refused.body["error_id"]) == (409, "agent.logged_out")
    assert "log in first" in refused.body["message"]
    back = await desk.state("not_ready", "Training")
    assert (back.status, back.body["state"], back.body["code"]) == (200, "not_ready", "Training")
    afters = [f.after for f in await place.table(t.agent_event)]
    assert afters == ["not_ready", "logged_out", "not_ready", "not_ready"]


async def test_not_ready_while_ringing_gives_the_call_to_a_colleague(place: Place, desk: Desk) -> None:
    """R-STATE-5: at once, the call rings elsewhere, and it is no RONA."""
    colleague = await place.log_in("7002")
    await desk.state("available")
    await colleague.state("available")
    call_id = await place.call(MAINTENANCE)
    me = (await desk.ask("GET", "/api/agents/me")).body
    assert (me["state"], me["call_id"]) == ("reserved", call_id)
    assert next(o for o in me["may"] if o["action"] == "not_ready")["withdraws_offer"] is True
    answered = await desk.state("not_ready", "Lunch")
    assert (answered.status, answered.body["state"], answered.body["code"]) == (200, "not_ready", "Lunch")
    assert (await colleague.ask("GET", "/api/agents/me/call")).body["pop"]["call_id"] == call_id
    states = [(o.agent_id, o.state) for o in await place.table(t.offer)]
    assert states == [(desk.agent_id, "withdrawn"), (colleague.agent_id, "ringing")]


async def test_during_a_call_not_ready_is_pending_and_available_refused(place: Place, desk: Desk) -> None:
    """R-STATE-5: pending until After Call Work ends; a later request replaces it."""
    await desk.state("available")
    call_id = await place.call(MAINTENANCE)
    (offer,) = await place.table(t.offer)
    await place.store.run(ledger.answer_offer, offer.offer_id, place.clock.now())
    pending = await desk.state("not_ready", "Break")
    assert (pending.status, pending.body["state"]) == (202, "on_call")
    assert pending.body["pending"] == {"state": "not_ready", "code": "Break", "by": "agent 7001"}
    refused = await desk.state("available")
    assert (refused.status, refused.body["error_id"]) == (409, "agent.call_up")
    replaced = (await desk.state("logged_out")).body["pending"]
    assert replaced == {"state": "logged_out", "code": None, "by": "agent 7001"}
    await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, place.clock.now(), Limits())
    me = (await desk.ask("GET", "/api/agents/me")).body
    assert (me["state"], me["ends_at"]) == ("after_call_work", "2026-11-23T09:10:00Z")


async def test_ending_the_session_logs_out_or_makes_it_pending(place: Place, desk: Desk) -> None:
    """The token is worth nothing afterwards; a call that is up stays with the agent."""
    other = await place.log_in("7001")
    await desk.state("available")
    await place.call(MAINTENANCE)
    (offer,) = await place.table(t.offer)
    await place.store.run(ledger.answer_offer, offer.offer_id, place.clock.now())
    assert (await desk.ask("DELETE", "/api/sessions/current")).status == 204
    assert (await desk.ask("GET", "/api/agents/me")).status == 401
    me = (await other.ask("GET", "/api/agents/me")).body
    assert (me["state"], me["pending"]["state"]) == ("on_call", "logged_out")
    leader = await place.log_in("7101")
    assert (await leader.ask("DELETE", "/api/sessions/current")).status == 204
    live = {row.staff_number: row.state for row in await place.table(t.agent_live)}
    assert live["7101"] == "logged_out"


async def test_a_session_ends_after_twelve_hours(place: Place, desk: Desk) -> None:
    """Then the agent logs in again; the old row goes with the next log-in."""
    place.clock.pass_(12 * 3600 - 1)
    assert (await desk.ask("GET", "/api/agents/me")).status == 200
    place.clock.pass_(1)
    answered = await desk.ask("GET", "/api/agents/me")
    assert (answered.status, answered.headers["WWW-Authenticate"]) == (401, "Bearer")
    await place.log_in("7001")
    assert len(await place.table(t.session)) == 1


async def test_available_takes_the_call_that_waits(place: Place, desk: Desk) -> None:
    """R-WAIT-4: who becomes Available is offered the waiting call within the same answer."""
    await place.call(MAINTENANCE)
    await place.call(general(Segments()))
    assert (await desk.state("available")).body["state"] == "reserved"
    assert [o.agent_id for o in await place.table(t.offer)] == [desk.agent_id]
