"""Digits and silence towards the far end, on a real Asterisk, as the far end's own phone hears them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from ivr.errors import NotFound
from ivr.pbx.conf import PbxInstance
from ivr.pbx.far_end import Direction
from ivr.pbx.handles import Channel
from ivr.softphone.agent_phone import AgentPhone
from ivr.softphone.call import Call
from ivr.softphone.incoming import IncomingCall
from tests.e2e.heard import TONE_SHARE, tone_share
from tests.integration.ari_lab import LIMIT_S, SECRET, STAFF, Ends, asterisk, call_from_outside, lab

pytestmark = pytest.mark.e2e

CALLER_HZ, AGENT_HZ = 600, 1000
LISTEN_S = 0.4
POLL_S = 0.05
QUIET_DBFS = -60.0


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Talk:
    """Both sides of a talk, each with a tone of their own."""

    caller: Ends
    leg: Channel
    agent: IncomingCall


@asynccontextmanager
async def talk(pbx: PbxInstance, *, offer_events: bool = True) -> AsyncIterator[Talk]:
    """Caller and agent hear each other; ``offer_events``: the caller's side knows RFC 4733."""
    phone = AgentPhone(STAFF, SECRET, ("127.0.0.1", pbx.sip_port))
    async with lab(pbx) as made, phone, call_from_outside(made, offer_events=offer_events) as ends:
        await ends.channel.answer()
        leg = await made.session.create_leg(f"PJSIP/{STAFF}")
        assert await leg.started(LIMIT_S)
        await leg.dial(5)
        agent = await phone.rung(LIMIT_S)
        phone.answer()
        assert await leg.until(lambda: leg.is_up, LIMIT_S)
        bridge = await made.session.create_bridge()
        await bridge.add(ends.channel, leg)
        ends.phone.say_tone(CALLER_HZ)
        agent.say_tone(AGENT_HZ)
        await hears(ends.phone, AGENT_HZ)
        await hears(agent, CALLER_HZ)
        yield Talk(ends, leg, agent)
        await bridge.destroy()
        await leg.hang_up()


async def hears(call: Call, tone_hz: int) -> None:
    """Wait until that tone is all of what ``call`` hears from now on."""
    await _from_now(call, lambda start_s, end_s: tone_share(call.heard, tone_hz, start_s, end_s) >= TONE_SHARE)


async def hears_nothing(call: Call) -> None:
    """Wait until ``call`` hears silence from now on."""
    await _from_now(call, lambda start_s, end_s: call.heard.level_dbfs(start_s, end_s) < QUIET_DBFS)


async def _from_now(call: Call, met: Callable[[float, float], bool]) -> None:
    from_s = call.heard.at(time.monotonic())

    def heard() -> bool:
        end_s = call.heard.at(time.monotonic())
        return end_s > from_s + LISTEN_S and met(end_s - LISTEN_S, end_s - LISTEN_S / 2)

    async with asyncio.timeout(LIMIT_S):
        while not heard():  # noqa: ASYNC110  (of what does not come nobody tells)
            await asyncio.sleep(POLL_S)


async def test_digits_reach_the_far_end_in_order(pbx: PbxInstance) -> None:
    """R-DTMF-4: what an agent keys on the page is heard by whatever answered, each digit once, as RFC 4733."""
    async with talk(pbx) as here:
        await here.caller.channel.send_digits("1209*#00")
        await here.caller.phone.until(lambda: len(here.caller.phone.digits_heard) >= 8, LIMIT_S, "8 digits")
        assert here.caller.phone.digits_heard == "1209*#00"
        assert here.agent.digits_heard == "", "nobody else hears them as digits"


async def test_digits_are_tones_where_the_far_end_knows_no_events(pbx: PbxInstance) -> None:
    """R-DTMF-4: a trunk without RFC 4733 still hears them."""
    async with talk(pbx, offer_events=False) as here:
        here.agent.say_nothing()
        await here.caller.channel.send_digits("5", tone_ms=1500)
        await _from_now(
            here.caller.phone,
            lambda start_s, end_s: tone_share(here.caller.phone.heard, 770, start_s, end_s) > TONE_SHARE / 3,
        )


async def test_a_muted_agent_is_not_heard_and_hears_on(pbx: PbxInstance) -> None:
    """Mute cuts one direction alone, and ends."""
    async with talk(pbx) as here:
        await here.leg.mute()
        await hears_nothing(here.caller.phone)
        await hears(here.agent, CALLER_HZ)
        await here.leg.mute()
        await here.leg.unmute()
        await hears(here.caller.phone, AGENT_HZ)


async def test_the_other_direction_can_be_cut_as_well(pbx: PbxInstance) -> None:
    """A leader's ear is one direction too: the far end hears nothing, and is heard."""
    async with talk(pbx) as here:
        await here.leg.mute(Direction.OUT)
        await hears_nothing(here.agent)
        await hears(here.caller.phone, AGENT_HZ)
        await here.leg.unmute(Direction.OUT)
        await hears(here.agent, CALLER_HZ)


async def test_a_far_end_that_has_gone_takes_nothing(pbx: PbxInstance) -> None:
    """R-WAIT-5: one error, whatever was asked."""
    async with talk(pbx) as here:
        await here.agent.hang_up()
        with pytest.raises(NotFound):
            await here.leg.until(lambda: False, LIMIT_S)
        with pytest.raises(NotFound):
            await here.leg.send_digits("1")
        with pytest.raises(NotFound):
            await here.leg.unmute()
