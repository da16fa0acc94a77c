"""The session without a socket: messages in, handles fed, the owner told."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from ivr.errors import PbxUnavailable, Refused
from ivr.pbx.ari_events import CallBroadcast, ChannelInfo, ChannelTransfer, StasisStart
from ivr.pbx.ari_rest import AriRest, Reply
from ivr.pbx.event_socket import BACKOFF_MOST_S, AriLink, backoff_s
from ivr.pbx.handles import Channel
from ivr.pbx.offer_end import OfferEnd, offer_end
from ivr.pbx.playback import PlaybackEnd
from ivr.pbx.session import AriSession, Linked
from tests.unit.pbx.fake_transport import Asked, FakeTransport, reply
from tests.unit.pbx.raw_events import raw, raw_channel, raw_playback, raw_transfer
from tests.unit.virtual_time import run_virtual


class Owner:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[Channel, StasisStart]] = []
        self.broadcasts: list[CallBroadcast] = []
        self.linked: list[Linked] = []
        self.replaced = 0

    def on_start(self, channel: Channel, start: StasisStart) -> None:
        """Keep it."""
        self.calls.append((channel, start))

    def on_broadcast(self, call: CallBroadcast) -> None:
        """Keep it."""
        self.broadcasts.append(call)

    async def on_linked(self, linked: Linked) -> None:
        """Keep it."""
        self.linked.append(linked)

    def on_replaced(self) -> None:
        """Count it."""
        self.replaced += 1


class Pbx(FakeTransport):
    """Lists ``channels``; has the playbacks named; refuses to create legs with ``create_status``."""

    def __init__(
        self, channels: tuple[str, ...] = (), playbacks: tuple[str, ...] = (), create_status: int = 200
    ) -> None:
        super().__init__(self._says)
        self.channels = channels
        self.playbacks = playbacks
        self.create_status = create_status
        self.owner = Owner()
        self.session = AriSession(AriLink("http://127.0.0.1:1/ari", "ivr", "u", "p"), AriRest(self), self.owner)

    def _says(self, asked: Asked) -> Reply | None:
        if asked.method == "GET" and asked.path.startswith("playbacks/"):
            return reply(200 if asked.path.removeprefix("playbacks/") in self.playbacks else 404)
        return {
            "GET applications/ivr": reply(200, {"channel_ids": list(self.channels), "bridge_ids": ["b"]}),
            "GET channels": reply(200, [raw_channel(channel_id) for channel_id in self.channels]),
            "GET bridges": reply(200, [{"id": "b", "bridge_type": "mixing", "channels": []}]),
            "POST channels/create": reply(self.create_status, {"error": "Allocation failed"}),
        }.get(f"{asked.method} {asked.path}")


def test_a_new_call_is_told_with_its_handle_and_loses_no_digit() -> None:
    """R-MENU-3: keys pressed before anybody asks are in the handle already."""

    async def story() -> None:
        pbx = Pbx()
        pbx.session.receive(raw("StasisStart", "call", args=["line", "03069990100"]))
        pbx.session.receive(raw("ChannelDtmfReceived", "call", digit="1", duration_ms=100))
        (channel, start), *others = pbx.owner.calls
        assert others == []
        assert start.args == ("line", "03069990100")
        assert len(channel.digits) == 1
        assert pbx.session.channel("call") is channel

    run_virtual(story())


def test_a_leg_of_ours_is_not_a_new_call_and_never_misses_its_start() -> None:
    """R-RONA-1's basis: the waiter is registered before the request, so an event before its answer counts."""

    async def story() -> None:
        pbx = Pbx()
        creating = asyncio.create_task(
            pbx.session.create_leg("PJSIP/7001", channel_id="leg", app_args=("leg", "o1"), caller_id="07700900123")
        )
        await asyncio.sleep(0)
        pbx.session.receive(raw("StasisStart", "leg", state="Down", args=["leg", "o1"]))
        leg = await creating
        assert await leg.started(0.0)
        assert pbx.owner.calls == []
        assert (
            pbx.asked[0].target
            == "channels/create?endpoint=PJSIP/7001&app=ivr&channelId=leg&appArgs=leg,o1&formats=alaw"
        )
        assert pbx.asked[0].body == {"variables": {"CONNECTEDLINE(num)": "07700900123"}}

    run_virtual(story())


def test_a_phone_that_is_not_registered_reads_unreachable() -> None:
    """R-RONA-3: Asterisk answers 500 to the leg's making."""

    async def story() -> None:
        pbx = Pbx(create_status=500)
        leg = await pbx.session.create_leg("PJSIP/7001")
        assert leg.is_gone
        assert offer_end(leg.seen()) is OfferEnd.UNREACHABLE
        assert pbx.session.channel(leg.id) is None

    run_virtual(story())


def test_any_other_refusal_to_make_a_leg_is_an_error() -> None:
    """A mistake of ours must not read as the agent's phone being unreachable."""

    async def story() -> None:
        with pytest.raises(Refused):
            await Pbx(create_status=400).session.create_leg("nonsense")

    run_virtual(story())


@pytest.mark.parametrize(("status", "won"), [(204, True), (409, False), (404, False)])
def test_a_call_is_claimed_or_somebody_else_has_it(status: int, won: bool) -> None:  # noqa: FBT001  (a table's column)
    """R-LINE-1's first step."""

    async def story() -> None:
        transport = FakeTransport(lambda _asked: reply(status))
        session = AriSession(AriLink("http://127.0.0.1:1/ari", "ivr", "u", "p"), AriRest(transport), Owner())
        assert await session.claim("call") is won
        assert transport.lines() == ["POST events/claim?channelId=call&application=ivr"]

    run_virtual(story())


def test_nonsense_and_a_failing_listener_never_end_the_reading() -> None:
    """R-WAIT-4: one failing call never harms another."""

    def broken(_event: object, _seq: int) -> None:
        raise RuntimeError

    async def story() -> None:
        pbx = Pbx()
        pbx.session.receive(raw("StasisStart", "call", args=[]))
        channel = pbx.owner.calls[0][0]
        channel.add_listener(broken)
        with capture_logs() as logs:
            pbx.session.receive("{")
            pbx.session.receive(raw("ChannelHold", "call"))
        events = [entry["event"] for entry in logs if entry["log_level"] != "debug"]
        assert events == ["ari.event_malformed", "ari.event_dispatch_failed"]
        assert pbx.session.malformed == 1
        pbx.session.receive(raw("CallBroadcast", "other"))
        assert pbx.owner.broadcasts[0].channel.id == "other"

    run_virtual(story())


def test_a_channel_that_ended_is_forgotten() -> None:
    """R-WAIT-5: memory does not grow with calls. Of a caller's channel StasisEnd is the last that is heard."""

    async def story() -> None:
        pbx = Pbx()
        pbx.session.receive(raw("StasisStart", "call", args=[]))
        channel = pbx.owner.calls[0][0]
        pbx.session.receive(raw("ChannelHangupRequest", "call"))
        assert pbx.session.channel("call") is channel
        pbx.session.receive(raw("StasisEnd", "call"))
        assert pbx.session.channel("call") is None
        assert channel.destroyed.is_set()

    run_virtual(story())


def test_a_leg_is_kept_until_asterisk_has_told_its_cause() -> None:
    """R-RONA-3's record: why the phone refused is known from the leg's last event at the latest."""

    async def story() -> None:
        pbx = Pbx()
        leg = await pbx.session.create_leg("PJSIP/7001")
        pbx.session.receive(raw("StasisEnd", leg.id))
        assert leg.is_gone
        pbx.session.receive(raw("ChannelDestroyed", leg.id, cause=17, tech_cause=486))
        assert (leg.cause, leg.tech_cause) == (17, 486)
        assert pbx.session.channel(leg.id) is None

    run_virtual(story())


def test_after_a_reconnect_missed_ends_are_made_up_for() -> None:
    """R-WAIT-5, R-WAIT-6: a caller who hung up while no events came is gone; one who is there goes on."""

    async def story() -> None:
        pbx = Pbx(channels=("stays", "fallback"), playbacks=("p2",))
        for call in ("stays", "left"):
            pbx.session.receive(raw("StasisStart", call, state="Ring", args=[]))
        stays, left = (channel for channel, _ in pbx.owner.calls)
        missed, going_on = await stays.play(["sound:a"], "p1"), await stays.play(["sound:b"], "p2")
        starting = pbx.session._register("starting")
        await pbx.session.link_up()
        assert left.is_gone
        assert not stays.is_gone
        assert stays.up_at_seq is not None, "its answer was missed too"
        assert missed.end is PlaybackEnd.FINISHED
        assert not going_on.is_over
        assert not starting.is_gone, "a leg whose making was under way cannot be judged by the list"
        assert pbx.session.is_ready
        assert {channel.id for channel in pbx.owner.linked[0].channels} == {"stays", "fallback"}
        assert pbx.owner.linked[0].bridge_ids == ("b",)

    run_virtual(story())


def test_the_filter_asks_for_what_we_read_before_anything_is_listed() -> None:
    """Speed: Asterisk does not write what nobody reads."""

    async def story() -> None:
        pbx = Pbx()
        await pbx.session.link_up()
        assert pbx.asked[0].target == "applications/ivr/eventFilter"
        kinds = {entry["type"] for entry in pbx.asked[0].body["allowed"]}
        assert {"StasisStart", "CallBroadcast", "ApplicationReplaced"} <= kinds
        assert "ChannelVarset" not in kinds

    run_virtual(story())


def test_who_is_replaced_stops_commanding() -> None:
    """R-WAIT-4: a new version takes over; the old one's clearing up must not hang up its calls."""

    async def story() -> None:
        pbx = Pbx(channels=("call",))
        pbx.session.receive(raw("StasisStart", "call", args=[]))
        await pbx.session.link_up()
        pbx.session.receive('{"type": "ApplicationReplaced", "application": "ivr"}')
        assert pbx.owner.replaced == 1
        assert not pbx.session.is_ready
        with pytest.raises(PbxUnavailable):
            await pbx.owner.calls[0][0].hang_up()
        await asyncio.wait_for(pbx.session.run(), 1.0)

    run_virtual(story())


def test_a_channel_from_before_a_restart_is_adopted() -> None:
    """A restart loses no call: its events feed the handle from then on."""

    async def story() -> None:
        pbx = Pbx()
        info = ChannelInfo("old", "PJSIP/x-1", "Up", "07700900123", "", "lines", "03069990100", "en", "Stasis")
        channel = pbx.session.adopt(info)
        bridge = pbx.session.adopt_bridge("b")
        playback = await bridge.play(["sound:a"], "p1")
        pbx.session.receive(raw("ChannelDtmfReceived", "old", digit="1", duration_ms=100))
        pbx.session.receive(raw_playback("PlaybackFinished", "p1", "bridge:b", "done"))
        assert channel.is_up
        assert len(channel.digits) == 1
        assert playback.end is PlaybackEnd.FINISHED
        assert pbx.owner.calls == []
        assert pbx.session.adopt(info) is channel

    run_virtual(story())


def test_not_connected_is_said_within_the_limit() -> None:
    async def story() -> None:
        with pytest.raises(PbxUnavailable):
            await Pbx().session.wait_ready(2.0)

    run_virtual(story())


def test_reconnecting_backs_off_with_full_jitter() -> None:
    """Many services that lost one Asterisk do not all come back at one moment."""
    waits = [backoff_s(attempt) for attempt in range(40) for _ in range(20)]
    assert min(waits) >= 0
    assert max(waits) <= BACKOFF_MOST_S
    assert max(backoff_s(0) for _ in range(100)) <= 0.1
    assert len(set(waits)) > 100


def test_a_transfer_is_asked_for_once_and_never_by_a_leg_that_is_gone() -> None:
    """R-XFER-4: Asterisk repeats an unanswered REFER when its leg ends."""

    async def story() -> None:
        pbx = Pbx()
        pbx.session.receive(raw("StasisStart", "c", args=["leg"]))
        asked: list[object] = []
        channel = pbx.session.channel("c")
        assert channel is not None
        channel.add_listener(lambda event, _: asked.append(event) if isinstance(event, ChannelTransfer) else None)
        pbx.session.receive(raw_transfer("7002"))
        pbx.session.receive(raw("ChannelHangupRequest", "c", cause=16))
        pbx.session.receive(raw_transfer("7002"))
        assert len(asked) == 1

    run_virtual(story())
