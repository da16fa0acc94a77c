"""A phone's own transfer key on a real Asterisk: what we are told, what the phone is told, and that nothing moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from ivr.errors import NotFound, Refused
from ivr.pbx.ari_events import ChannelEvent, ChannelTransfer, StasisStart
from ivr.pbx.conf import PbxInstance
from ivr.pbx.far_end import TransferState
from ivr.pbx.handles import Bridge, Channel
from ivr.softphone.agent_phone import AgentPhone
from ivr.softphone.incoming import IncomingCall
from tests.integration.ari_lab import LIMIT_S, NUMBER, SECRET, STAFF, Ends, Lab, asterisk, call_from_outside, lab

pytestmark = pytest.mark.e2e

ELSEWHERE = "sip:7002@127.0.0.1"


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller and an agent, in one bridge, and what is told of the agent's leg."""

    made: Lab
    phone: AgentPhone
    caller: Ends
    leg: Channel
    ring: IncomingCall
    bridge: Bridge
    told: asyncio.Queue[ChannelTransfer]

    async def asked(self) -> ChannelTransfer:
        """The next request of the phone's; what Asterisk repeats of our own words is left out."""
        while not (event := await asyncio.wait_for(self.told.get(), LIMIT_S)).is_request:
            pass
        return event


@asynccontextmanager
async def talk(pbx: PbxInstance) -> AsyncIterator[Talk]:
    """Caller and agent speak; everything is gone at the end."""
    phone = AgentPhone(STAFF, SECRET, ("127.0.0.1", pbx.sip_port))
    async with lab(pbx) as made, phone, call_from_outside(made) as ends:
        await ends.channel.answer()
        leg = await made.session.create_leg(f"PJSIP/{STAFF}")
        assert await leg.started(LIMIT_S)
        told: asyncio.Queue[ChannelTransfer] = asyncio.Queue()
        leg.add_listener(lambda event, _seq: _keep(told, event))
        await leg.dial(5)
        ring = await phone.rung(LIMIT_S)
        phone.answer()
        assert await leg.until(lambda: leg.is_up, LIMIT_S)
        bridge = await made.session.create_bridge()
        await bridge.add(ends.channel, leg)
        try:
            yield Talk(made, phone, ends, leg, ring, bridge, told)
        finally:
            await bridge.destroy()
            await leg.hang_up()


def _keep(told: asyncio.Queue[ChannelTransfer], event: ChannelEvent | StasisStart) -> None:
    if isinstance(event, ChannelTransfer):
        told.put_nowait(event)


@pytest.mark.parametrize(
    ("last", "outcome"),
    [(TransferState.ANSWERED, 200), (TransferState.UNAVAILABLE, 503), (TransferState.DECLINED, 603)],
)
async def test_a_blind_transfer_is_told_to_us_and_how_it_goes_to_the_phone(
    pbx: PbxInstance, last: TransferState, outcome: int
) -> None:
    """R-XFER-3, R-XFER-4: the phone asks, we do it; until then caller and agent stay as they are."""
    async with talk(pbx) as here:
        referral = await here.ring.refer(ELSEWHERE)
        assert referral.is_accepted
        event = await here.asked()
        assert (event.channel_id, event.destination, event.is_attended) == (here.leg.id, "7002", False)
        assert (event.connected_id, event.bridge_id) == (here.caller.channel.id, here.bridge.id)
        await here.leg.transfer_progress(TransferState.PROGRESS)
        await here.ring.until(lambda: [told.status for told in referral.told] == [100], LIMIT_S, "100")
        await here.leg.transfer_progress(last)
        await here.ring.until(lambda: referral.is_over, LIMIT_S, "the outcome")
        assert referral.outcome == outcome
        assert referral.told[-1].is_last
        assert here.ring.ending is None, "who hangs up is for us and the phone to say"
        assert not here.caller.channel.is_gone


async def test_an_attended_transfer_names_both_calls_of_the_phone(pbx: PbxInstance) -> None:
    """R-XFER-2: the agent holds the caller, speaks to somebody, and brings them together from the phone."""
    async with talk(pbx) as here, call_from_outside(here.made) as other:
        await here.ring.hold()
        await other.channel.answer()
        own = await here.phone.call(f"sip:{NUMBER}@127.0.0.1:{pbx.sip_port}", cli=STAFF)
        second = await here.made.next_call()
        await second.answer()
        await own.answered(LIMIT_S)
        bridge = await here.made.session.create_bridge()
        await bridge.add(second, other.channel)
        referral = await here.ring.refer(ELSEWHERE, instead_of=own)
        event = await here.asked()
        assert event.is_attended
        assert (event.connected_id, event.bridge_id) == (here.caller.channel.id, here.bridge.id)
        assert (event.replaced_id, event.replaced_with_id) == (second.id, other.channel.id)
        assert event.replaced_bridge_id == bridge.id
        await here.leg.transfer_progress(TransferState.ANSWERED)
        await here.ring.until(lambda: referral.is_over, LIMIT_S, "the outcome")
        assert referral.outcome == 200
        await bridge.destroy()
        await own.hang_up()


async def test_a_phone_that_hangs_up_at_once_asks_only_once(pbx: PbxInstance) -> None:
    """R-XFER-4: Asterisk repeats an unanswered request when its leg ends; nobody is transferred twice."""
    async with talk(pbx) as here:
        await here.ring.refer(ELSEWHERE)
        await here.ring.hang_up()
        assert (await here.asked()).destination == "7002"
        await asyncio.wait_for(here.leg.destroyed.wait(), LIMIT_S)
        assert here.told.empty()
        assert here.leg.hang_up_requested
        with pytest.raises(NotFound):
            await here.leg.transfer_progress(TransferState.ANSWERED)
        assert not here.caller.channel.is_gone


async def test_another_call_that_does_not_exist_is_seen_as_such(pbx: PbxInstance) -> None:
    """R-XFER-4: an attended transfer to a call that has ended meanwhile."""
    async with talk(pbx) as here:
        own = await here.phone.call(f"sip:{NUMBER}@127.0.0.1:{pbx.sip_port}", cli=STAFF)
        other = await here.made.next_call()
        await other.answer()
        await own.answered(LIMIT_S)
        await own.hang_up()
        await asyncio.wait_for(other.destroyed.wait(), LIMIT_S)
        referral = await here.ring.refer(ELSEWHERE, instead_of=own)
        event = await here.asked()
        assert event.is_attended
        assert not event.replaced_id
        await here.leg.transfer_progress(TransferState.UNAVAILABLE)
        await here.ring.until(lambda: referral.is_over, LIMIT_S, "the outcome")


async def test_a_caller_cannot_have_themselves_transferred(pbx: PbxInstance) -> None:
    """R-LINE-1: only agents' phones may; a caller's REFER is declined, and nobody is told."""
    async with talk(pbx) as here:
        heard: list[ChannelEvent | StasisStart] = []
        here.caller.channel.add_listener(lambda event, _seq: heard.append(event))
        referral = await here.caller.phone.refer(ELSEWHERE)
        assert referral.status == 603
        assert not heard


async def test_a_state_that_asterisk_does_not_know_is_refused(pbx: PbxInstance) -> None:
    """What `TransferState` lists is all there is: Asterisk says no to anything else."""
    async with talk(pbx) as here:
        with pytest.raises(Refused):
            await here.made.rest.post(f"channels/{here.leg.id}/transfer_progress", {"states": "done"})
