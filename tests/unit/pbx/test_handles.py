"""Channels, playbacks and bridges: fed by events, in virtual time, no socket."""

from __future__ import annotations

import asyncio

import pytest

from ivr.errors import Conflict, NotFound, Refused
from ivr.pbx.ari_events import (
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelEvent,
    ChannelHangupRequest,
    Dial,
    PlaybackFinished,
    StasisEnd,
    StasisStart,
    decode,
)
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.pbx.playback import PlaybackEnd
from tests.unit.pbx.fake_transport import FakeTransport, reply
from tests.unit.pbx.raw_events import raw
from tests.unit.virtual_time import now, run_virtual


def channel_on(transport: FakeTransport) -> Channel:
    return Channel("c", AriRest(transport))


def state_change(state: str) -> ChannelEvent:
    event = decode(raw("ChannelStateChange", state=state))
    assert event is not None
    assert not isinstance(event, StasisStart)
    return event  # type: ignore[return-value]  # a state change is one of a channel's events


def later(delay_s: float, channel: Channel, event: ChannelEvent, seq: int = 1) -> None:
    asyncio.get_running_loop().call_later(delay_s, channel.apply, event, seq)


@pytest.mark.parametrize(
    "end",
    [ChannelHangupRequest("c", 16, 0, soft=False), StasisEnd("c"), ChannelDestroyed("c", 16, 0)],
)
def test_the_first_sign_of_its_end_is_the_end(end: ChannelEvent) -> None:
    """R-WAIT-6: whichever event the PBX delivers first decides; later ones change nothing."""

    async def story() -> None:
        channel = channel_on(FakeTransport())
        channel.apply(end, 5)
        channel.apply(ChannelDestroyed("c", 16, 0), 9)
        assert channel.gone.is_set()
        assert channel.gone_seq == 5
        assert channel.destroyed.is_set()

    run_virtual(story())


def test_answer_and_hang_up_are_ordered_by_delivery() -> None:
    """R-WAIT-6: answer first is an answered call, also when both are there before anybody looks."""

    async def story() -> None:
        leg = channel_on(FakeTransport())
        leg.apply(state_change("Up"), 7)
        leg.apply(ChannelHangupRequest("c", 16, 0, soft=False), 8)
        leg.apply(state_change("Up"), 9)
        assert await leg.up_or_gone(1.0)
        assert leg.up_at_seq is not None
        assert leg.gone_seq is not None
        assert leg.up_at_seq < leg.gone_seq
        assert not leg.is_up
        assert offer_end(leg.seen()) is OfferEnd.ANSWERED

    run_virtual(story())


def test_waiting_has_a_limit_and_ends_with_the_channel() -> None:
    """R-RONA-2's backstop, R-WAIT-5: no wait outlives its channel."""

    async def story() -> None:
        leg = channel_on(FakeTransport())
        assert not await leg.up_or_gone(16.0)
        assert now() == 16.0
        later(2.0, leg, StasisEnd("c"))
        with pytest.raises(NotFound):
            await leg.started(10.0)
        assert now() == 18.0
        assert await leg.up_or_gone(), "gone is what was waited for"

    run_virtual(story())


def test_a_phone_that_says_nothing_is_noticed_after_four_seconds() -> None:
    """R-RONA-3: no 18x within 4 s is unreachable; a 180 at 3.9 s is not."""

    async def story() -> None:
        silent, slow = channel_on(FakeTransport()), channel_on(FakeTransport())
        assert not await silent.rings_or_ends(4.0)
        later(3.9, slow, Dial("c", "RINGING"))
        assert await slow.rings_or_ends(4.0)
        assert slow.ringing_at == pytest.approx(7.9)

    run_virtual(story())


def test_asterisks_own_hang_up_is_not_the_phones() -> None:
    """R-RONA-2: the dial timer's request is soft; ringing out stays no answer, also with its cause 19 and 480."""

    async def story() -> None:
        leg = channel_on(FakeTransport())
        leg.apply(state_change("Ringing"), 1)
        leg.apply(ChannelHangupRequest("c", 0, 0, soft=True), 2)
        assert offer_end(leg.seen()) is OfferEnd.NO_ANSWER
        leg.apply(ChannelDestroyed("c", 19, 480), 3)
        assert offer_end(leg.seen()) is OfferEnd.NO_ANSWER
        assert (leg.cause, leg.tech_cause) == (19, 480)

    run_virtual(story())


def test_a_playback_ends_with_its_event() -> None:
    """R-MENU-3's basis: played out, or failed."""

    async def story() -> None:
        channel = channel_on(FakeTransport())
        good, bad = await channel.play(["sound:a"], "p1"), await channel.play(["sound:b"], "p2")
        later(1.0, channel, PlaybackFinished("p1", "c", failed=False))
        later(2.0, channel, PlaybackFinished("p2", "c", failed=True))
        assert await good.finished() is PlaybackEnd.FINISHED
        assert await bad.finished() is PlaybackEnd.FAILED
        assert channel.playing == ()

    run_virtual(story())


def test_a_playback_ends_when_its_channel_goes() -> None:
    """R-WAIT-5: nobody waits for a prompt to a caller who hung up."""

    async def story() -> None:
        channel = channel_on(FakeTransport())
        playback = await channel.play(["sound:a"])
        later(1.0, channel, StasisEnd("c"))
        assert await playback.finished() is PlaybackEnd.GONE
        assert now() == 1.0

    run_virtual(story())


def test_stopping_counts_at_once_and_only_one_request_is_made() -> None:
    """R-MENU-3: Asterisk reports no end for a playback stopped while queued, so none is awaited."""

    async def story() -> None:
        transport = FakeTransport(lambda asked: reply(404) if asked.method == "DELETE" else None)
        channel = channel_on(transport)
        playback = await channel.play(["sound:a"], "p1")
        await playback.stop()
        await playback.stop()
        assert await playback.finished() is PlaybackEnd.STOPPED
        assert transport.lines()[1:] == ["DELETE playbacks/p1"]
        assert channel.playing == ()

    run_virtual(story())


@pytest.mark.parametrize("status", [404, 409, 412])
def test_a_command_that_meets_a_channel_on_its_way_out_reads_gone(status: int) -> None:
    """R-WAIT-5: for a moment a channel that hangs up answers 409 or 412 instead of 404."""

    async def story() -> None:
        channel = channel_on(FakeTransport(lambda _asked: reply(status, {"message": "no"})))
        later(0.1, channel, ChannelHangupRequest("c", 16, 0, soft=False))
        with pytest.raises(NotFound):
            await channel.play(["sound:a"])
        assert channel.playing == ()

    run_virtual(story())


@pytest.mark.parametrize("status", [400, 409, 422])
def test_who_is_gone_while_two_are_connected_reads_gone(status: int) -> None:
    """R-WAIT-6: an agent who hangs up in the moment of the answer; the news comes after Asterisk's refusal."""

    async def story() -> None:
        rest = AriRest(FakeTransport(lambda _asked: reply(status, {"message": "Channel not found"})))
        caller, leg = Channel("caller", rest), Channel("leg", rest)
        later(0.1, leg, ChannelHangupRequest("leg", 16, 0, soft=False))
        with pytest.raises(NotFound):
            await Bridge("b", rest).add(caller, leg)
        assert now() == pytest.approx(0.1)

    run_virtual(story())


def test_a_refusal_to_connect_two_who_are_there_stays_what_it_is() -> None:
    """A mistake of ours must not look like a hang-up."""

    async def story() -> None:
        rest = AriRest(FakeTransport(lambda _asked: reply(400, {"message": "Invalid role"})))
        with pytest.raises(Refused):
            await Bridge("b", rest).add(Channel("caller", rest), Channel("leg", rest))
        assert now() <= 0.5

    run_virtual(story())


@pytest.mark.parametrize(("status", "error"), [(409, Conflict), (412, Refused), (500, Refused)])
def test_a_refusal_on_a_living_channel_stays_what_it_is(status: int, error: type[Exception]) -> None:
    """A command in the wrong state is a mistake of ours and must not look like a hang-up."""

    async def story() -> None:
        channel = channel_on(FakeTransport(lambda _asked: reply(status, {"message": "no"})))
        with pytest.raises(error):
            await channel.answer()
        assert now() <= 0.5

    run_virtual(story())


def test_a_channel_known_to_be_gone_gets_no_more_commands() -> None:
    """R-WAIT-5: Asterisk still accepts them for a moment, and a playback begun then would never end."""

    async def story() -> None:
        transport = FakeTransport()
        channel = channel_on(transport)
        channel.apply(ChannelHangupRequest("c", 16, 0, soft=False), 1)
        with pytest.raises(NotFound):
            await channel.play(["sound:a"])
        channel.apply(StasisEnd("c"), 2)
        await channel.hang_up()
        assert transport.asked == []

    run_virtual(story())


def test_hanging_up_twice_is_fine() -> None:
    """R-WAIT-6: the other event is only cleared up."""

    async def story() -> None:
        transport = FakeTransport(lambda _asked: reply(404, {"message": "Channel not found"}))
        await channel_on(transport).hang_up(26)
        assert transport.lines() == ["DELETE channels/c?reason_code=26"]

    run_virtual(story())


def test_digits_are_kept_from_the_first_event_on_up_to_a_limit() -> None:
    """R-MENU-3: nothing typed ahead is lost; a flood of keys takes no memory."""

    async def story() -> None:
        channel = channel_on(FakeTransport())
        for digit in "12#" * 100:
            channel.apply(ChannelDtmfReceived("c", digit), 1)
        assert len(channel.digits) == 64
        assert "1" not in repr(channel.digits.take())

    run_virtual(story())


def test_listeners_hear_each_event_after_the_state_has_changed() -> None:
    """R-WAIT-6: with its order of delivery."""

    async def story() -> None:
        channel = channel_on(FakeTransport())
        heard: list[tuple[bool, int]] = []
        remove = channel.add_listener(lambda _event, seq: heard.append((channel.is_gone, seq)))
        channel.apply(ChannelDtmfReceived("c", "1"), 3)
        channel.apply(StasisEnd("c"), 4)
        remove()
        remove()
        channel.apply(ChannelDestroyed("c", 16, 0), 5)
        assert heard == [(False, 3), (True, 4)]

    run_virtual(story())


def test_a_bridge_takes_several_channels_in_one_request() -> None:
    """R-WAIT-1's last step: caller and agent are joined together; leaving and ending twice is fine."""

    async def story() -> None:
        transport = FakeTransport(lambda asked: reply(422) if "remove" in asked.target else None)
        forgotten: list[str] = []
        rest = AriRest(transport)
        bridge = Bridge("b", rest, lambda: forgotten.append("b"))
        caller, agent = Channel("caller", rest), Channel("agent", rest)
        await bridge.add(caller, agent)
        await bridge.remove(agent)
        await bridge.destroy()
        assert transport.lines() == [
            "POST bridges/b/addChannel?channel=caller,agent",
            "POST bridges/b/removeChannel?channel=agent",
            "DELETE bridges/b",
        ]
        assert forgotten == ["b"]

    run_virtual(story())
