"""What callers get from the PBX alone: while no service is there, while one hangs, and after one was killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from ivr.softphone.agent_phone import AgentPhone, Script
from ivr.softphone.caller import Caller
from ivr.softphone.registration import RegistrationRefused
from tests.integration.pbx.fallback_lab import (
    APOLOGY_HZ,
    CLOSED_HZ,
    DEPUTY,
    DIRECT,
    EMPLOYER,
    EMPLOYERS,
    GENERAL,
    GICH,
    HOLIDAY,
    LEADER,
    NOBODYS,
    NOT_IN_USE_HZ,
    SHUT,
    Lab,
    ever_heard,
    fallback_lab,
    hears,
)
from tests.integration.pbx.sockets import LOOPBACK, listening
from tests.patience import patiently

CLI = "07700900123"
LIMIT_S = 8.0
FALLBACK_LIMIT_S = 2.0
"""One try of half a second, then the fallback: twice that and more means that something hung."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One Asterisk for all of these tests; asked once before the fallback, to be quick."""
    today = datetime.now(ZoneInfo("Europe/London")).date()
    with fallback_lab(tmp_path_factory.mktemp("pbx"), today=today) as made:
        yield made


async def test_a_number_that_no_line_has_is_told_so_and_never_answered(lab: Lab) -> None:
    """R-LINE-3: early media says that it is not in use, then 404."""
    async with Caller() as caller:
        call = await caller.call(lab.uri(NOBODYS), cli=CLI)
        ending = await call.ended(LIMIT_S)
    assert ending.status == 404
    assert not call.is_answered
    assert ever_heard(call, NOT_IN_USE_HZ)


@pytest.mark.parametrize("form", ["03069990101", "443069990101", "+443069990101", "00443069990101", "3069990101"])
async def test_a_number_reaches_its_line_in_every_form(lab: Lab, form: str) -> None:
    """R-LINE-1: the form that a trunk delivers does not matter; the line's own closed message proves which it was."""
    async with Caller() as caller:
        call = await caller.call(lab.uri(form), cli=CLI)
        await call.answered(LIMIT_S)
        await call.ended(LIMIT_S)
    assert ever_heard(call, CLOSED_HZ)


@pytest.mark.parametrize("number", [SHUT, HOLIDAY])
async def test_outside_opening_hours_the_closed_message_ends_the_call(lab: Lab, number: str) -> None:
    """R-LINE-5: answered, the closed message, the end; a closed day counts as outside whatever the hours say."""
    async with Caller() as caller:
        call = await caller.call(lab.uri(number), cli=CLI)
        ending = await call.ended(LIMIT_S)
    assert call.is_answered
    assert ending.by == "them"
    assert ever_heard(call, CLOSED_HZ)
    assert not ever_heard(call, APOLOGY_HZ)


@pytest.mark.parametrize(("number", "staff", "other"), [(GENERAL, GICH, EMPLOYER), (EMPLOYERS, EMPLOYER, GICH)])
async def test_without_the_service_a_caller_reaches_a_person(lab: Lab, number: str, staff: str, other: str) -> None:
    """R-EMP-2, R-WAIT-4: an apology, then a phone of GICH rings, or of the employer team for their line."""
    async with Caller() as caller, lab.phone(staff, Script.answer(tone_hz=700)), lab.phone(other) as not_theirs:
        call = await caller.call(lab.uri(number), cli=CLI)
        await hears(call, APOLOGY_HZ, LIMIT_S)
        await hears(call, 700, LIMIT_S)
        await call.hang_up()
        assert not not_theirs.rings


async def test_with_nobody_there_the_caller_waits_with_music(lab: Lab) -> None:
    """R-WAIT-4: a call that nobody can take is not dropped."""
    async with Caller() as caller:
        call = await caller.call(lab.uri(GENERAL), cli=CLI)
        await hears(call, APOLOGY_HZ, LIMIT_S)
        apology_ends = call.heard.seconds + 1.0
        await call.until(lambda: call.heard.seconds > apology_ends + 2.0, LIMIT_S, "two seconds of music")
        assert call.heard.level_dbfs(apology_ends, apology_ends + 2.0) > -50
        assert "1 calls" in lab.console("queue show fallback-gich")
        await call.hang_up()


async def test_a_leaders_number_rings_the_deputy_when_the_leader_has_no_phone(lab: Lab) -> None:
    """R-LINE-4: outside the queues and opening hours; no phone registered counts as unanswered."""
    async with Caller() as caller, lab.phone(DEPUTY, Script.answer(tone_hz=700)) as deputy:
        call = await caller.call(lab.uri(DIRECT), cli=CLI)
        await hears(call, 700, LIMIT_S)
        await call.hang_up()
        assert [ring.cli for ring in deputy.rings] == [CLI]


async def test_a_leaders_number_rings_both_once_both_were_tried(lab: Lab) -> None:
    """R-LINE-4: the leader, then the deputy, then both together until one answers."""
    async with (
        Caller() as caller,
        lab.phone(LEADER, Script.reject(), Script.ring()) as leader,
        lab.phone(DEPUTY, Script.reject(), Script.answer(0.5, tone_hz=700)) as deputy,
    ):
        call = await caller.call(lab.uri(DIRECT), cli=CLI)
        await hears(call, 700, LIMIT_S)
        assert [len(leader.rings), len(deputy.rings)] == [2, 2]
        await leader.rings[1].ended(LIMIT_S)
        await call.hang_up()


async def test_a_service_that_is_connected_but_hangs_does_not_hold_callers(lab: Lab) -> None:
    """The fallback is reached although an application is connected, because it claims no call."""
    async with _silent_application(lab) as events, Caller() as caller:
        call = await caller.call(lab.uri(GENERAL), cli=CLI)
        await call.answered(FALLBACK_LIMIT_S)
        await call.hang_up()
        offered = await events.receive_json(timeout=patiently(LIMIT_S))
    assert offered["type"] == "CallBroadcast"


async def test_after_the_service_was_killed_the_next_caller_gets_the_fallback(lab: Lab) -> None:
    """A process that is killed while connected leaves nothing behind that a caller would wait for."""
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CONNECT, _events_url(lab), _credentials(lab), stdout=subprocess.PIPE
    )
    assert service.stdout is not None
    assert await asyncio.wait_for(service.stdout.readline(), patiently(LIMIT_S)) == b"connected\n"
    service.kill()
    await service.wait()
    async with Caller() as caller:
        call = await caller.call(lab.uri(GENERAL), cli=CLI)
        await call.answered(FALLBACK_LIMIT_S)
        await call.hang_up()


async def test_a_caller_with_a_staff_number_is_a_caller_like_any_other(lab: Lab) -> None:
    """The test line takes every caller's number without registration, one equal to a registered agent's too."""
    async with Caller() as caller, lab.phone(GICH):
        call = await caller.call(lab.uri(SHUT), cli=GICH)
        await call.answered(LIMIT_S)
        assert _agents_of_channels(lab) == [""]
        await call.ended(LIMIT_S)


@pytest.mark.parametrize("with_credentials", [True, False])
async def test_an_agents_own_phone_is_known_when_it_calls(lab: Lab, *, with_credentials: bool) -> None:
    """Agents reach the same lines from their phones, and the service is told whose phone it is."""
    async with lab.phone(GICH) as phone:
        call = await phone.call(lab.uri(SHUT), cli=GICH, introduced=with_credentials)
        await call.answered(LIMIT_S)
        assert _agents_of_channels(lab) == [GICH]
        await call.ended(LIMIT_S)


async def test_a_phone_needs_its_password_to_register(lab: Lab) -> None:
    """Only accounts register: a wrong password leaves no contact behind."""
    with pytest.raises(RegistrationRefused):
        async with AgentPhone(LEADER, "wrong", ("127.0.0.1", lab.pbx.sip_port)):
            pass
    assert f"{LEADER}/" not in lab.console("pjsip show contacts")


async def test_a_phone_that_registers_anew_replaces_its_stale_contact(lab: Lab) -> None:
    """One contact an account: the phone that vanished without a word is never rung again."""
    first = lab.phone(GICH)
    await first.__aenter__()
    stale = first.address[1]
    first.vanish()
    async with lab.phone(GICH) as second:
        shown = lab.console(f"pjsip show aor {GICH}")
        assert f":{second.address[1]}" in shown
        assert f":{stale}" not in shown


async def test_asterisk_listens_on_loopback_alone(lab: Lab) -> None:
    """Security: ARI, AMI, SIP and media are for this machine.

    The one UDP socket elsewhere is PJSIP's own DNS client: it asks, and takes answers only; no setting binds it.
    """
    pid = int((lab.pbx.run_folder / "asterisk.pid").read_text())
    async with Caller() as caller:
        call = await caller.call(lab.uri(GENERAL), cli=CLI)
        await call.answered(LIMIT_S)
        tcp, udp = listening(pid)
        await call.hang_up()
    assert set(tcp) == {LOOPBACK}
    assert udp.count(LOOPBACK) >= 3
    assert sum(address != LOOPBACK for address in udp) <= 1


_CONNECT = """
import asyncio, sys, aiohttp
async def main(url, credentials):
    async with aiohttp.ClientSession(headers={"Authorization": credentials}) as session:
        async with session.ws_connect(url):
            print("connected", flush=True)
            await asyncio.Event().wait()
asyncio.run(main(*sys.argv[1:]))
"""


@asynccontextmanager
async def _silent_application(lab: Lab) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """The event socket of an application named like the service, which claims nothing."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": _credentials(lab)}) as session,
        session.ws_connect(_events_url(lab)) as events,
    ):
        yield events


def _events_url(lab: Lab) -> str:
    return f"{lab.pbx.ari_url}/events?app=ivr-silent"


def _credentials(lab: Lab) -> str:
    return aiohttp.encode_basic_auth(lab.pbx.ari_user, lab.pbx.ari_password)


def _agents_of_channels(lab: Lab) -> list[str]:
    """The variable PHONE of every channel, empty where it is not set."""
    names = [line.split("!")[0] for line in lab.console("core show channels concise").splitlines() if "!" in line]
    shown = [lab.console(f"core show channel {name}") for name in names]
    return [next((line[6:] for line in text.splitlines() if line.startswith("PHONE=")), "") for text in shown]
