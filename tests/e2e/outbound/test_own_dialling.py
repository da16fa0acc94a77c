"""An agent dials on their own phone: the same call as from the desk, and never a way around what may be dialled."""

from __future__ import annotations

import pytest

from ivr.softphone.agent_phone import Script
from tests.e2e.feature_codes.desk_phones import desk_phone, dial
from tests.e2e.outbound.making import (
    AGENT,
    GENERAL_SHOWN,
    LIMIT_S,
    NUMBER,
    OTHER,
    OutboundLab,
    at_desk,
    is_told,
    last_call,
    talk,
)
from tests.e2e.story import Story
from tests.e2e.takeover.away import service_away
from tests.e2e.trunks.carriers import rung


async def test_on_call_while_dialling_and_talking(dial_story: Story, lab: OutboundLab) -> None:
    """R-STATE-12, R-OUT-1: the phone hears ringing, is answered with the other, and After Call Work follows."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, told):
        call = await dial(dial_story, agent.phone, "+447700900123")
        far = await rung(carrier)
        assert far.cli == GENERAL_SHOWN
        await call.sip.wait_ringing(LIMIT_S)
        assert (agent.state, call.sip.is_answered) == ("on_call", False)
        far.answer()
        await call.answered()
        await talk(dial_story, call.sip, far)
        await call.hang_up()
        await far.ended(LIMIT_S)
        await agent.is_in("after_call_work")
        await is_told(dial_story, told, "dialling", "ringing", "answered")
    assert (last_call(dial_story).cli, last_call(dial_story).end) == (NUMBER, "reached")


@pytest.mark.parametrize(("script", "status"), [(Script.reject(486), 486), (Script.ring(), 480)])
async def test_the_phone_hears_why_not(dial_story: Story, lab: OutboundLab, script: Script, status: int) -> None:
    """R-OUT-1: busy and no answer as any exchange tells them, by which a phone plays its own tone."""
    async with lab.carrier() as carrier, at_desk(dial_story) as (agent, _told):
        carrier.follow(script)
        call = await dial(dial_story, agent.phone, NUMBER)
        ending = await call.sip.ended(LIMIT_S)
        assert (call.sip.is_answered, ending.status) == (False, status)
        await agent.is_in("after_call_work")


@pytest.mark.parametrize("number", ["09060000000", "0035312345678", "999"])
async def test_a_number_that_may_not_be_dialled(dial_story: Story, number: str) -> None:
    """R-OUT-4: told by a prompt; the agent stays as they are."""
    async with at_desk(dial_story) as (agent, _told):
        call = await (await dial(dial_story, agent.phone, number)).answered()
        await call.hears("agent-number-refused")
        await call.sip.ended(LIMIT_S)
        assert agent.state == "not_ready"


async def test_nobody_logged_in(dial_story: Story) -> None:
    """R-OUT-4: a phone alone calls nobody."""
    phone = await desk_phone(dial_story, OTHER)
    call = await (await dial(dial_story, phone, NUMBER)).answered()
    await call.hears("agent-nobody-here")
    await call.sip.ended(LIMIT_S)


async def test_a_line_of_ours_is_called_as_by_anybody(dial_story: Story) -> None:
    """R-LINE-1."""
    async with at_desk(dial_story) as (agent, _told):
        call = await (await dial(dial_story, agent.phone, "03069990100")).answered()
        await call.hears("greeting")
        await call.hang_up()


async def test_nothing_is_dialled_while_the_service_is_away(dial_story: Story, lab: OutboundLab) -> None:
    """R-OUT-4: an apology, and nobody outside is rung."""
    async with lab.carrier() as carrier:
        phone = await desk_phone(dial_story, AGENT)
        async with service_away(dial_story.line):
            call = await (await dial(dial_story, phone, NUMBER)).answered()
            await call.hears("agent-no-service")
            await call.sip.ended(LIMIT_S)
        assert not [ring for ring in carrier.rings if ring.is_ringing]
