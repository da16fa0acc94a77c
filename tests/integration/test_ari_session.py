"""The session on a real Asterisk: calls claimed, phones rung, connections lost and taken over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from ivr.errors import NotFound, PbxUnavailable
from ivr.pbx.conf import PbxInstance
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.pbx.session import Linked
from ivr.softphone.agent_phone import AgentPhone, Script
from tests.integration.ari_lab import CLI, LIMIT_S, NUMBER, SECRET, STAFF, Lab, asterisk, call_from_outside, lab
from tests.integration.cut_line import cut_line_to

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PbxInstance]:
    """One Asterisk for this file."""
    with asterisk(tmp_path_factory.mktemp("pbx")) as running:
        yield running


def phone(pbx: PbxInstance, script: Script) -> AgentPhone:
    return AgentPhone(STAFF, SECRET, ("127.0.0.1", pbx.sip_port), scripts=(script,))


async def rung(made: Lab, timeout_s: int = 5, silent_s: float = 4.0) -> Channel:
    """A leg to the phone, dialled, and hung up if it gives no sign of ringing."""
    leg = await made.session.create_leg(f"PJSIP/{STAFF}", app_args=("leg", "o1"), caller_id=CLI)
    if leg.is_gone:
        return leg
    assert await leg.started(LIMIT_S)
    await leg.dial(timeout_s)
    if not await leg.rings_or_ends(silent_s):
        await leg.hang_up()
    await leg.up_or_gone(timeout_s + LIMIT_S)
    return leg


async def test_a_call_is_offered_claimed_once_and_ours(pbx: PbxInstance) -> None:
    """R-LINE-1: the line's number and the caller's arrive with the call."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        assert ends.channel.args == ("line", NUMBER)
        assert ends.channel.info is not None
        assert ends.channel.info.caller_number == CLI
        assert await asyncio.wait_for(made.claims.get(), LIMIT_S)
        assert not await made.session.claim(ends.channel.id), "nobody can claim it again"
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)


async def test_caller_and_agent_are_joined_and_the_agent_hangs_up(pbx: PbxInstance) -> None:
    """R-RONA-1's good case: the phone shows the caller's number, and its hang-up is seen as the phone's."""
    async with lab(pbx) as made, phone(pbx, Script.answer(0.1)) as agent, call_from_outside(made) as ends:
        await ends.channel.answer()
        leg = await rung(made)
        assert leg.is_up
        incoming = await agent.rung(LIMIT_S)
        assert incoming.cli == CLI
        bridge = await made.session.create_bridge()
        await bridge.add(ends.channel, leg)
        await incoming.hang_up()
        await asyncio.wait_for(leg.gone.wait(), LIMIT_S)
        assert leg.hang_up_requested
        assert offer_end(leg.seen()) is OfferEnd.ANSWERED
        assert not ends.channel.is_gone, "the caller stays with us"
        await bridge.destroy()
        await ends.channel.hang_up()
        ending = await ends.phone.ended(LIMIT_S)
        assert ending.by == "them"


@pytest.mark.parametrize(
    ("script", "ended"),
    [
        (Script.reject(486), OfferEnd.BUSY),
        (Script.reject(486, 0.2), OfferEnd.BUSY),
        (Script.reject(603, 0.2), OfferEnd.REJECTED),
        (Script.reject(480, 0.2), OfferEnd.REJECTED),
        (Script.ring(), OfferEnd.NO_ANSWER),
        (Script.ignore(trying=True), OfferEnd.UNREACHABLE),
        (Script.ignore(), OfferEnd.UNREACHABLE),
        (Script.answer(0.1), OfferEnd.ANSWERED),
    ],
)
async def test_how_an_offer_ended_is_read_from_a_real_phone(pbx: PbxInstance, script: Script, ended: OfferEnd) -> None:
    """R-RONA-2, R-RONA-3: told apart at the first sign of the end, and still so after the last."""
    async with lab(pbx) as made, phone(pbx, script):
        leg = await rung(made, timeout_s=1, silent_s=0.5)
        assert offer_end(leg.seen()) is ended
        if leg.is_up:
            await leg.hang_up()
        await asyncio.wait_for(leg.destroyed.wait(), LIMIT_S)
        assert offer_end(leg.seen()) is ended


async def test_a_phone_that_is_not_registered_is_unreachable_at_once(pbx: PbxInstance) -> None:
    """R-RONA-3: no leg can be made."""
    async with lab(pbx) as made:
        leg = await rung(made)
        assert not leg.created
        assert offer_end(leg.seen()) is OfferEnd.UNREACHABLE


async def test_a_leg_can_always_be_dialled_after_its_start(pbx: PbxInstance) -> None:
    """R-RONA-2: dial right after create fails now and then; after the StasisStart never."""
    async with lab(pbx) as made, phone(pbx, Script.ring()):
        for _ in range(40):
            leg = await made.session.create_leg(f"PJSIP/{STAFF}")
            assert await leg.started(LIMIT_S)
            await leg.dial(5)
            await leg.hang_up()
            await asyncio.wait_for(leg.destroyed.wait(), LIMIT_S)


async def test_a_caller_who_hangs_up_is_gone_for_every_command(pbx: PbxInstance) -> None:
    """R-WAIT-5: at once, and a command that is on its way reads it too."""
    async with lab(pbx) as made, call_from_outside(made) as ends:
        await ends.channel.answer()
        await ends.phone.answered(LIMIT_S)
        await ends.phone.hang_up()
        with pytest.raises(NotFound):
            await ends.channel.until(lambda: False, LIMIT_S)
        with pytest.raises(NotFound):
            await ends.channel.play(["sound:none"])
        await ends.channel.hang_up()


async def test_what_happened_while_the_connection_was_lost_is_made_up_for(pbx: PbxInstance) -> None:
    """A restart or a lost connection loses no call: who stayed goes on, who left is known to have left (R-WAIT-5)."""
    async with (
        cut_line_to(pbx.http_port) as (line, url),
        lab(pbx, events_url=url) as made,
        call_from_outside(made) as stays,
        call_from_outside(made) as leaves,
    ):
        for ends in (stays, leaves):
            await ends.channel.answer()
            await ends.phone.answered(LIMIT_S)
        line.cut()
        await leaves.phone.hang_up()
        async with asyncio.timeout(LIMIT_S):
            while made.session.is_ready:  # noqa: ASYNC110  (the loss itself is what is watched)
                await asyncio.sleep(0.01)
        assert not leaves.channel.is_gone, "nobody told us yet"
        line.mend()
        await made.session.wait_ready(LIMIT_S)
        assert leaves.channel.is_gone
        assert not stays.channel.is_gone
        assert {channel.id for channel in made.linked[-1].channels} == {stays.channel.id}
        assert made.linked[-1].channel_ids == (stays.channel.id,)
        await stays.phone.key("5")
        assert await stays.channel.until(lambda: bool(stays.channel.digits), LIMIT_S)


async def test_a_second_connection_takes_over_and_the_first_stops_commanding(pbx: PbxInstance) -> None:
    """R-WAIT-4: an upgrade loses no call; the old process can no longer harm one."""
    async with lab(pbx) as old, call_from_outside(old) as ends:
        await ends.channel.answer()
        async with lab(pbx) as new:
            await asyncio.wait_for(old.replaced.wait(), LIMIT_S)
            info = next(info for info in new.linked[0].channels if info.id == ends.channel.id)
            taken = new.session.adopt(info)
            with pytest.raises(PbxUnavailable):
                await ends.channel.hang_up()
            await ends.phone.key("7")
            assert await taken.until(lambda: bool(taken.digits), LIMIT_S)
            assert not ends.channel.digits
            await taken.hang_up()
            await ends.phone.ended(LIMIT_S)
        ends.channel.destroyed.set()


async def test_a_start_that_fails_is_tried_again(pbx: PbxInstance) -> None:
    """R-WAIT-5: an owner that could not rebuild never leaves a session that looks alive and serves nobody."""

    class Stumbling(Lab):
        """Its first attempt to rebuild fails."""

        async def on_linked(self, linked: Linked) -> None:
            """Fail once."""
            await super().on_linked(linked)
            if len(self.linked) == 1:
                raise RuntimeError

    made = Stumbling(pbx, "ivr-lab", pbx.ari_url)
    running = asyncio.create_task(made.session.run())
    await made.session.wait_ready(LIMIT_S)
    assert len(made.linked) == 2
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await made.rest.close()
