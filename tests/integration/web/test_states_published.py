"""What the API publishes of states is what it does; and what a desk is told of its phone and of the log-out to come."""

from __future__ import annotations

import asyncio

import pytest

from ivr.acd import ledger, phones, toolbar
from ivr.acd.ledger import Limits
from ivr.domain.agents import AgentState
from ivr.domain.events import CallEnd
from ivr.domain.routes import Segments, existing_case
from ivr.domain.toolbar import Action
from ivr.store import tables as t
from tests.integration.web.desk import Desk, Place, told, until

MAINTENANCE = existing_case(Segments(), None, "Maintenance 1", "Maintenance")
ASKED = {"available": Action.AVAILABLE, "not_ready": Action.NOT_READY, "logged_out": Action.LOG_OUT}


async def _reach(place: Place, desk: Desk, state: AgentState) -> None:
    """The agent comes to be in ``state``."""
    if state is AgentState.LOGGED_OUT:
        await desk.state("logged_out")
    if state in {AgentState.LOGGED_OUT, AgentState.NOT_READY}:
        return
    await desk.state("available")
    if state is AgentState.AVAILABLE:
        return
    call_id, now = await place.call(MAINTENANCE), place.clock.now()
    if state is AgentState.RESERVED:
        return
    (offer,) = await place.table(t.offer)
    await place.store.run(ledger.answer_offer, offer.offer_id, now)
    if state is AgentState.ON_HOLD:
        await place.store.run(toolbar.hold, desk.agent_id, now)
    if state is AgentState.AFTER_CALL_WORK:
        await place.store.run(ledger.end_call, call_id, CallEnd.ANSWERED, now, Limits())


@pytest.mark.parametrize("asked", list(ASKED))
@pytest.mark.parametrize("state", list(AgentState))
async def test_what_is_published_is_what_is_done(place: Place, desk: Desk, state: AgentState, asked: str) -> None:
    """R-STATE-12: allowed, pending or refused with the reason, as `may` said; Not Ready logs in from Logged out."""
    await _reach(place, desk, state)
    me = (await desk.ask("GET", "/api/agents/me")).body
    assert me["state"] == state
    (may,) = [one for one in me["may"] if one["action"] == ASKED[asked]]
    answered = await desk.state(asked, "Break" if asked == "not_ready" else None)
    if asked == "not_ready" and state is AgentState.LOGGED_OUT:
        assert next(one["allowed"] for one in me["may"] if one["action"] == "log_in")
        assert (answered.status, answered.body["state"]) == (200, "not_ready")
    elif may["allowed"] and may["pending"]:
        assert (answered.status, answered.body["pending"]["state"]) == (202, may["to"])
    elif may["allowed"]:
        assert (answered.status, answered.body["state"]) == (200, may["to"])
    elif answered.status == 200:
        assert (answered.body["state"], "already" in may["why"]) == (state, True)
    else:
        assert answered.status == 409
        assert answered.body["message"].startswith(may["why"])


async def test_word_of_a_phone_goes_to_its_agent_and_to_leaders(place: Place, desk: Desk, leader: Desk) -> None:
    """R-STATE-8: told as it comes and goes; a colleague hears of something else."""
    colleague = await place.log_in("7002")
    sockets = [await one.listen() for one in (desk, leader, colleague)]
    for socket in sockets:
        await told(socket)
    now = place.clock.now()
    assert await place.store.run(phones.note, "PJSIP/7001", now, reachable=False, news=True) == 0
    await place.store.run(phones.note, "PJSIP/7001", now, reachable=True, news=True)
    for socket in sockets[:2]:
        first, then = (await until(socket, "phone_changed"))[-1], (await until(socket, "phone_changed"))[-1]
        assert (first["staff_number"], first["endpoint"], first["reachable"]) == ("7001", "PJSIP/7001", False)
        assert then["reachable"] is True
    await colleague.state("available")
    events = await until(sockets[2], "agent_changed")
    assert "phone_changed" not in {event["type"] for event in events}
    assert (await desk.ask("GET", "/api/agents/me")).body["phone_reachable"] is None
    await asyncio.gather(*(socket.close() for socket in sockets))


async def test_the_warning_is_told_to_the_agent_and_seen_by_who_comes_later(place: Place, desk: Desk) -> None:
    """R-STATE-6: when the log-out will be; in the picture too, for a page that is opened after it."""
    await desk.state("available")
    me = (await desk.ask("GET", "/api/agents/me")).body
    assert me["idle_warning"] is False
    socket = await desk.listen()
    await told(socket)
    (row,) = [row for row in await place.table(t.agent_live) if row.staff_number == "7001"]
    place.clock.pass_(86 * 60)
    assert await place.store.run(toolbar.idle_soon, desk.agent_id, row.since)
    warned = (await until(socket, "idle_warning"))[-1]
    assert (warned["staff_number"], warned["ends_at"]) == ("7001", me["ends_at"])
    await socket.close()
    later = await desk.listen()
    assert (await told(later))["me"]["idle_warning"] is True
    await later.close()
