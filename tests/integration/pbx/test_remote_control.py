"""A desk phone answered and held from elsewhere: in-dialog NOTIFY through a real Asterisk, to phones that know it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from ivr.errors import Refused
from ivr.pbx.ami import Ami, AmiLogin
from ivr.pbx.conf import PbxInstance
from ivr.pbx.handles import Channel
from ivr.softphone.agent_phone import AgentPhone
from ivr.softphone.incoming import IncomingCall
from tests.integration.ari_lab import LIMIT_S, SECRET, STAFF, asterisk, lab

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Ringing:
    """A leg that rings, and what can tell its phone to answer."""

    ami: Ami
    leg: Channel
    ring: IncomingCall

    @property
    def name(self) -> str:
        """The leg's name as Asterisk has it."""
        return name_of(self.leg)


def name_of(leg: Channel) -> str:
    """A leg's name as Asterisk has it, known from its start."""
    assert leg.info is not None
    return leg.info.name


@asynccontextmanager
async def ringing(pbx: PbxInstance, *, obeys: bool = True) -> AsyncIterator[Ringing]:
    """A phone rings; everything is gone at the end."""
    phone = AgentPhone(STAFF, SECRET, ("127.0.0.1", pbx.sip_port), obeys=obeys)
    async with logged_in(pbx) as ami, lab(pbx) as made, phone:
        leg = await made.session.create_leg(f"PJSIP/{STAFF}")
        assert await leg.started(LIMIT_S)
        with pytest.raises(Refused):
            await ami.ask_to_answer(name_of(leg))
        await leg.dial(10)
        assert await leg.rings_or_ends(LIMIT_S)
        yield Ringing(ami, leg, await phone.rung(LIMIT_S))
        await leg.hang_up()


@asynccontextmanager
async def logged_in(pbx: PbxInstance) -> AsyncIterator[Ami]:
    """The manager interface."""
    ami = Ami(AmiLogin(pbx.bind_address, pbx.ami_port, pbx.ami_user, pbx.ami_password), lambda *_: None)
    running = asyncio.create_task(ami.run(), name="ami")
    try:
        await ami.wait_ready(LIMIT_S)
        yield ami
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_ringing_phone_answers_holds_and_resumes(pbx: PbxInstance) -> None:
    """R-STATE-12: answer, hold and retrieve from a page, at a desk phone; its state shows as if done by hand."""
    async with ringing(pbx) as here:
        await here.ami.ask_to_answer(here.name)
        assert await here.leg.until(lambda: here.leg.is_up, LIMIT_S)
        await here.ami.ask_to_hold(here.name)
        assert await here.leg.until(lambda: here.leg.is_held, LIMIT_S)
        await here.ami.ask_to_answer(here.name)
        assert await here.leg.until(lambda: not here.leg.is_held, LIMIT_S)


async def test_a_phone_that_does_not_know_it_rings_on(pbx: PbxInstance) -> None:
    """R-STATE-12: asking is taken, and nothing happens; whoever asked needs a limit."""
    async with ringing(pbx, obeys=False) as here:
        await here.ami.ask_to_answer(here.name)
        assert not await here.leg.until(lambda: here.leg.is_up, 0.5)
        assert here.ring.is_ringing


async def test_a_leg_that_has_ended_is_refused(pbx: PbxInstance) -> None:
    """R-WAIT-5: one error for whoever comes too late."""
    async with ringing(pbx) as here:
        await here.leg.hang_up()
        await asyncio.wait_for(here.leg.destroyed.wait(), LIMIT_S)
        with pytest.raises(Refused):
            await here.ami.ask_to_answer(here.name)
