"""Phones coming and going on a real Asterisk, accounts reloaded, and Asterisk itself started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from ivr.domain.phones import sip_ha1
from ivr.errors import PbxUnavailable, Refused
from ivr.pbx.ami import Ami, AmiLogin
from ivr.pbx.asterisk import locate, on_free_ports, renderer, start, stop, wait_ready
from ivr.pbx.conf import PbxInstance, PhoneAccount
from ivr.softphone.agent_phone import AgentPhone
from ivr.softphone.caller import Caller
from tests.integration.ari_lab import CLI, LIMIT_S, NUMBER, SECRET, STAFF, Lab, asterisk, lab

pytestmark = pytest.mark.e2e

Told = asyncio.Queue[tuple[str, bool]]


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@asynccontextmanager
async def logged_in(pbx: PbxInstance) -> AsyncIterator[tuple[Ami, Told]]:
    """A login, and what it tells of phones."""
    told: Told = asyncio.Queue()
    login = AmiLogin(pbx.bind_address, pbx.ami_port, pbx.ami_user, pbx.ami_password)
    ami = Ami(login, lambda endpoint, reachable: told.put_nowait((endpoint, reachable)))
    running = asyncio.create_task(ami.run(), name="ami")
    try:
        await ami.wait_ready(LIMIT_S)
        yield ami, told
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def phone(pbx: PbxInstance, staff: str = STAFF) -> AgentPhone:
    return AgentPhone(staff, SECRET, ("127.0.0.1", pbx.sip_port))


async def next_of(told: Told, limit_s: float = LIMIT_S) -> tuple[str, bool]:
    return await asyncio.wait_for(told.get(), limit_s)


async def test_a_phone_that_registers_moves_and_leaves_is_followed(pbx: PbxInstance) -> None:
    """R-STATE-8: reachable from its registration on, also while it moves, and not after it has left."""
    async with logged_in(pbx) as (ami, told), phone(pbx) as first:
        assert await next_of(told) == (STAFF, True)
        async with phone(pbx) as moved:
            assert ami.phones.is_reachable(STAFF)
            await moved.unregister()
            assert await next_of(told) == (STAFF, False)
        assert told.empty(), "moving was not told as coming or going"
        await first.unregister()


async def test_a_phone_that_is_unplugged_is_noticed_within_seconds(pbx: PbxInstance) -> None:
    """R-STATE-8: nobody said goodbye; Asterisk asks every 5 s and waits 2 s."""
    async with logged_in(pbx) as (_, told), phone(pbx) as unplugged:
        assert await next_of(told) == (STAFF, True)
        unplugged.vanish()
        assert await next_of(told, 9.0) == (STAFF, False)


async def test_a_phone_that_missed_a_question_is_asked_again_at_once(pbx: PbxInstance) -> None:
    """R-STATE-8: it does not wait for the next 5 s to be there again."""
    async with logged_in(pbx) as (ami, told), phone(pbx) as missed:
        assert await next_of(told) == (STAFF, True)
        missed.endpoint.deaf = True
        assert await next_of(told, 9.0) == (STAFF, False)
        missed.endpoint.deaf = False
        await ami.ask_phone(STAFF)
        assert await next_of(told, 1.5) == (STAFF, True)


async def test_a_login_knows_the_phones_that_are_there_already(pbx: PbxInstance) -> None:
    """R-STATE-8: after a restart of the service nobody has to register anew."""
    listed: list[str] = []
    login = AmiLogin(pbx.bind_address, pbx.ami_port, pbx.ami_user, pbx.ami_password)
    ami = Ami(login, lambda *_: None, lambda: listed.append(str(ami.is_reachable(STAFF))))
    assert ami.is_reachable(STAFF) is None, "nobody knows before the first list"
    async with phone(pbx):
        running = asyncio.create_task(ami.run(), name="ami")
        await ami.wait_ready(LIMIT_S)
        assert ami.is_reachable(STAFF) is True
        assert listed == ["True"]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_new_account_works_after_a_reload(pbx: PbxInstance) -> None:
    """R-STATE-1's precondition: a new caseworker's phone registers without a restart."""
    accounts = [PhoneAccount(staff, sip_ha1(staff, SECRET)) for staff in (STAFF, "7002")]
    renderer(locate(), pbx).everything(accounts)
    async with logged_in(pbx) as (ami, told):
        await ami.reload("res_pjsip.so")
        async with phone(pbx, "7002"):
            assert await next_of(told) == ("7002", True)
        with pytest.raises(Refused):
            await ami.reload("no_such_module.so")


async def test_everything_comes_back_after_asterisk_was_started_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    """R-WAIT-5: its calls ended with it, and the handles know; new calls come in, both connections are back."""
    install, pbx = locate(), on_free_ports(tmp_path_factory.mktemp("restarted"))
    renderer(install, pbx).everything()
    process = start(install, pbx)
    try:
        await asyncio.to_thread(wait_ready, install, pbx)
        async with lab(pbx) as made, logged_in(pbx) as (ami, _), Caller() as caller:
            await caller.call(f"sip:{NUMBER}@127.0.0.1:{pbx.sip_port}", cli=CLI)
            channel = await made.next_call()
            await channel.answer()
            process.kill()
            await asyncio.to_thread(process.wait)
            await _lost(made, ami)
            process = start(install, pbx)
            await made.session.wait_ready(4 * LIMIT_S)
            await asyncio.wait_for(channel.gone.wait(), LIMIT_S)
            await ami.wait_ready(LIMIT_S)
            await ami.reload("res_pjsip.so")
            again = await caller.call(f"sip:{NUMBER}@127.0.0.1:{pbx.sip_port}", cli=CLI)
            await (await made.next_call()).answer()
            await again.answered(LIMIT_S)
            await again.hang_up()
    finally:
        stop(process)


async def _lost(made: Lab, ami: Ami) -> None:
    """Both connections are gone, and commands say so."""
    async with asyncio.timeout(LIMIT_S):
        while made.session.is_ready or ami.is_ready:  # noqa: ASYNC110  (the loss itself is what is watched)
            await asyncio.sleep(0.01)
    with pytest.raises(PbxUnavailable):
        await made.rest.get("channels")
