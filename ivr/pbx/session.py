"""The session with Asterisk: one event socket, the handles it feeds, and what brings channels and bridges about.

Enters: the events of one ARI application. Leaves: calls to the :class:`SessionOwner`, handles kept up to date.
:meth:`AriSession.run` is the one task, owned by whoever composes the service. Its read loop awaits nothing but the
socket: Asterisk closes a socket that lets it wait, so whatever is told of an event must return at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from ivr.errors import Conflict, NotFound, PbxUnavailable, Refused
from ivr.pbx.ari_events import (
    WANTED,
    ApplicationReplaced,
    BridgeDestroyed,
    BridgeInfo,
    CallBroadcast,
    ChannelDestroyed,
    ChannelInfo,
    ChannelStateChange,
    ChannelTransfer,
    Dial,
    Event,
    MalformedEvent,
    NoChannels,
    PlaybackFinished,
    RecordingEnded,
    StasisEnd,
    StasisStart,
    bridge_info,
    channel_info,
    decode,
)
from ivr.pbx.ari_rest import AriRest
from ivr.pbx.event_socket import AriLink, EventSocket
from ivr.pbx.handles import Bridge, Channel
from ivr.pbx.live_recording import LiveRecording
from ivr.pbx.playback import PlaybackEnd, new_id

log = structlog.get_logger()

LINK_S: Final = 10.0
"""Limit for all that is asked after connecting."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What Asterisk holds right after (re)connecting, to rebuild or to clear up from."""

    channel_ids: tuple[str, ...]
    """Of our application."""
    bridge_ids: tuple[str, ...]
    """Of our application."""
    channels: tuple[ChannelInfo, ...]
    """All of the PBX: also those in its fallback dialplan."""
    bridges: tuple[BridgeInfo, ...]

    def ours(self, channel_id: str) -> ChannelInfo | None:
        """A channel of our application, if it is still there."""
        if channel_id not in self.channel_ids:
            return None
        return next((channel for channel in self.channels if channel.id == channel_id), None)


class SessionOwner(Protocol):
    """Whom the session tells. All but ``on_linked`` are called from the read loop and must return at once."""

    def on_start(self, channel: Channel, start: StasisStart) -> None:
        """A channel nobody had announced is ours now: a call. Its handle is fed already, digits included."""
        ...

    def on_broadcast(self, call: CallBroadcast) -> None:
        """A call looks for somebody to claim it (:meth:`AriSession.claim`) within half a second."""
        ...

    async def on_linked(self, linked: Linked) -> None:
        """Connected, or connected again; ``ready`` follows when this returns. Handles of ended channels know it."""
        ...

    def on_replaced(self) -> None:
        """Another process has our calls. No command of ours goes out any more; :meth:`AriSession.run` returns."""
        ...


class AriSession:
    """One application's session with one Asterisk."""

    def __init__(self, link: AriLink, rest: AriRest, owner: SessionOwner) -> None:
        self._link = link
        self._rest = rest
        self._owner = owner
        self._channels: dict[str, Channel] = {}
        self._bridges: dict[str, Bridge] = {}
        self._seq = 0
        self._ready = asyncio.Event()
        self._ended_unknown: set[str] = set()
        """Channels that ended between the list of what there is and their adoption."""
        self._socket = EventSocket(link, self)
        self.malformed = 0
        """Messages that could not be read, since the start."""

    # --- the connection-----------------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Connected, registered, and the owner has rebuilt what it needs."""
        return self._ready.is_set()

    async def wait_ready(self, limit_s: float) -> None:
        """Wait for ``ready``. Raises PbxUnavailable when ``limit_s`` runs out."""
        try:
            async with asyncio.timeout(limit_s):
                await self._ready.wait()
        except TimeoutError:
            raise PbxUnavailable(f"not connected to Asterisk after {limit_s} s") from None

    async def run(self) -> None:
        """Stay connected until cancelled, or until another connection takes our name over."""
        await self._socket.run()

    async def link_up(self) -> None:
        """After each connect: say what we want to hear, learn what is there, have the owner rebuild; then ready."""
        self._ended_unknown.clear()
        async with asyncio.timeout(LINK_S):
            await self._set_event_filter()
            linked = await self._take_stock()
        await self._owner.on_linked(linked)
        self._ready.set()
        log.info("ari.linked", app=self._link.app, channels=len(linked.channels), bridges=len(linked.bridges))

    def link_down(self) -> None:
        """Events are missed from here until the next :meth:`link_up`; commands may still work."""
        self._ready.clear()

    async def _set_event_filter(self) -> None:
        await self._rest.put(
            f"applications/{self._link.app}/eventFilter", body={"allowed": [{"type": kind} for kind in WANTED]}
        )

    async def _take_stock(self) -> Linked:
        """List what there is; handles of channels that ended while we were away are told so.

        Which handles can be judged is decided before the list is asked for: who starts meanwhile is not in it.
        """
        known = [channel for channel in self._channels.values() if channel.started_seq is not None]
        application = await self._rest.get(f"applications/{self._link.app}")
        channels = tuple(channel_info(raw) for raw in await self._rest.get("channels"))
        bridges = tuple(bridge_info(raw) for raw in await self._rest.get("bridges"))
        self._reconcile(known, {channel.id: channel for channel in channels})
        await self._end_missed_playbacks(known)
        return Linked(tuple(application["channel_ids"]), tuple(application["bridge_ids"]), channels, bridges)

    def _reconcile(self, known: list[Channel], there: Mapping[str, ChannelInfo]) -> None:
        for channel in known:
            info = there.get(channel.id)
            self._seq += 1
            if info is None:
                self._channels.pop(channel.id, None)
                channel.lost(self._seq)
            else:
                channel.describe(info, self._seq)

    async def _end_missed_playbacks(self, known: list[Channel]) -> None:
        for channel in known:
            for playback in channel.playing:
                try:
                    await self._rest.get(f"playbacks/{playback.id}")
                except NotFound:
                    playback.ended(PlaybackEnd.FINISHED)

    # --- events ------------------------------------------------------------------------------------------------

    def receive(self, text: str | bytes) -> None:
        """Take in one message. Whatever is wrong with it, or with who is told of it, never ends the reading."""
        try:
            event = decode(text)
        except MalformedEvent as error:
            self.malformed += 1
            log.warning("ari.event_malformed", error=str(error))
            return
        if event is None:
            return
        self._seq += 1
        log.debug("ari.told", kind=type(event).__name__)
        try:
            self._dispatch(event, self._seq)
        except Exception:
            log.exception("ari.event_dispatch_failed", kind=type(event).__name__)

    def _dispatch(self, event: Event, seq: int) -> None:
        match event:
            case StasisStart():
                self._started(event, seq)
            case CallBroadcast():
                self._owner.on_broadcast(event)
            case ApplicationReplaced():
                self._was_replaced()
            case PlaybackFinished() if event.target_id in self._bridges:
                self._bridges[event.target_id].playback_finished(event)
            case RecordingEnded():
                self._recording_ended(event)
            case BridgeDestroyed():
                self._bridge_destroyed(event.bridge_id)
            case _:
                self._to_channel(_channel_id_of(event), event, seq)

    def _to_channel(self, channel_id: str, event: Event, seq: int) -> None:
        channel = self._channels.get(channel_id)
        if channel is None and isinstance(event, StasisEnd | ChannelDestroyed) and not self.is_ready:
            self._ended_unknown.add(channel_id)
        if channel is None or isinstance(event, NoChannels):
            return
        if isinstance(event, ChannelTransfer) and channel.is_gone:
            return  # a request that nobody answered is told once more when its leg ends
        channel.apply(event, seq)
        if channel.destroyed.is_set():
            self._channels.pop(channel_id, None)

    def _started(self, event: StasisStart, seq: int) -> None:
        channel = self._channels.get(event.channel.id)
        if channel is not None:
            channel.apply(event, seq)
            return
        channel = self._register(event.channel.id)
        channel.apply(event, seq)
        self._owner.on_start(channel, event)

    def _was_replaced(self) -> None:
        self._socket.stop()
        self._ready.clear()
        self._rest.retire()
        log.warning("ari.replaced", app=self._link.app)
        self._owner.on_replaced()

    def _recording_ended(self, event: RecordingEnded) -> None:
        if (bridge := self._bridges.get(event.bridge_id)) is not None:
            bridge.on_recording_ended(event.name)

    def _bridge_destroyed(self, bridge_id: str) -> None:
        bridge = self._bridges.get(bridge_id)
        if bridge is not None:
            bridge.was_destroyed()

    def _forget_bridge(self, bridge_id: str) -> None:
        self._bridges.pop(bridge_id, None)

    # --- channels and bridges ----------------------------------------------------------------------------------

    def channel(self, channel_id: str) -> Channel | None:
        """The handle of a channel that is ours and not destroyed."""
        return self._channels.get(channel_id)

    def adopt(self, info: ChannelInfo) -> Channel:
        """The handle of a channel that was ours before this process began; from here on its events feed it."""
        channel = self._channels.get(info.id) or self._register(info.id)
        self._seq += 1
        channel.started_seq = channel.started_seq or self._seq
        channel.describe(info, self._seq)
        if info.id in self._ended_unknown:
            self._channels.pop(info.id, None)
            self._seq += 1
            channel.lost(self._seq)
        return channel

    def ended_leg(self, channel_id: str) -> Channel:
        """The handle of a leg of ours that ended before this process began."""
        leg = Channel(channel_id, self._rest, is_leg=True)
        self._seq += 1
        leg.lost(self._seq)
        return leg

    def adopt_bridge(self, bridge_id: str) -> Bridge:
        """The handle of a bridge that was ours before this process began."""
        bridge = self._bridges.get(bridge_id)
        if bridge is None:
            bridge = Bridge(bridge_id, self._rest, lambda: self._forget_bridge(bridge_id))
            self._bridges[bridge_id] = bridge
        return bridge

    async def claim(self, channel_id: str) -> bool:
        """Claim a broadcast call. False: somebody else has it, or its half second is over."""
        try:
            await self._rest.post("events/claim", {"channelId": channel_id, "application": self._link.app})
        except (Conflict, NotFound):
            return False
        return True

    async def create_leg(
        self,
        endpoint: str,
        *,
        app_args: tuple[str, ...] = (),
        channel_id: str | None = None,
        formats: str | None = "alaw",
        originator: Channel | None = None,
        caller_id: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Channel:
        """Make a leg that does not ring yet: await its ``started``, then ``dial`` it.

        ``caller_id``: the number its phone shows. ``originator`` excludes ``formats``, which then count as None.
        A leg that Asterisk cannot make (nothing registered) comes back gone, and its offer's end reads unreachable.
        Raises PbxError. Source: ARI POST /channels/create. Example::

            leg = await session.create_leg("PJSIP/7001", app_args=("leg", offer_id), caller_id="07700900123")
            if await leg.started(2.0):
                await leg.dial(15)
        """
        leg = self._register(channel_id or new_id("leg"), is_leg=True)
        params = {"endpoint": endpoint, "app": self._link.app, "channelId": leg.id, "appArgs": ",".join(app_args)}
        if originator is not None:
            params["originator"] = originator.id
        elif formats is not None:
            params["formats"] = formats
        try:
            await self._rest.post("channels/create", params, _leg_body(caller_id, variables))
        except BaseException as error:
            self._not_created(leg)
            if not (isinstance(error, Refused) and error.status == 500):
                raise
        return leg

    async def create_snoop(self, spied: Channel, channel_id: str, *, whispers: bool) -> Channel:
        """Make a channel that hears what ``spied`` says and hears; with ``whispers``, what is said into it is heard by
        the far end of ``spied`` and by nobody else. Await its ``started``, then bridge it with who is to listen.

        It ends with ``spied``. What is whispered is heard only while something else is sent to ``spied``: silence will
        do. Raises NotFound when ``spied`` has gone. Source: ARI POST /channels/{id}/snoop/{snoopId}; R-MON-2.
        """
        snoop = self._register(channel_id)
        params = {"app": self._link.app, "appArgs": "snoop", "spy": "both", "whisper": "out" if whispers else "none"}
        try:
            await self._rest.post(f"channels/{spied.id}/snoop/{snoop.id}", params)
        except BaseException:
            self._not_created(snoop)
            raise
        return snoop

    def bridge(self, bridge_id: str) -> Bridge | None:
        """The handle of a bridge that is ours and was not destroyed."""
        return self._bridges.get(bridge_id)

    async def packets_from(self, channel: Channel) -> int:
        """How many RTP packets have come from the far end so far. Raises NotFound when it is gone.

        Source: ARI GET /channels/{id}/rtp_statistics, ``rxcount``.
        """
        found = await self._rest.get(f"channels/{channel.id}/rtp_statistics")
        return int(found["rxcount"])

    async def create_bridge(self, bridge_type: str = "mixing,dtmf_events", bridge_id: str | None = None) -> Bridge:
        """Make a bridge; ``bridge_type``: ``mixing``, ``holding``, and ``dtmf_events``, ``proxy_media`` beside them."""
        bridge = self.adopt_bridge(bridge_id or new_id("b"))
        try:
            await self._rest.post("bridges", {"type": bridge_type, "bridgeId": bridge.id})
        except BaseException:
            bridge.was_destroyed()
            raise
        return bridge

    def recording(self, name: str, *, was_silenced: bool = False, is_silent: bool = False) -> LiveRecording:
        """The handle of a recording, begun (`Bridge.record`) or found again."""
        return LiveRecording(name, self._rest, was_silenced=was_silenced, is_silent=is_silent)

    def _register(self, channel_id: str, *, is_leg: bool = False) -> Channel:
        channel = self._channels[channel_id] = Channel(channel_id, self._rest, is_leg=is_leg)
        return channel

    def _not_created(self, leg: Channel) -> None:
        leg.created = False
        self._channels.pop(leg.id, None)
        self._seq += 1
        leg.lost(self._seq)


def _leg_body(caller_id: str | None, variables: Mapping[str, str] | None) -> dict[str, dict[str, str]] | None:
    """Set before the leg is dialled, so its first INVITE has them: what a phone shows is the leg's connected line."""
    shown = {"CONNECTEDLINE(num)": caller_id} if caller_id else {}
    every = {**shown, **(variables or {})}
    return {"variables": every} if every else None


def _channel_id_of(event: Event) -> str:
    match event:
        case Dial():
            return event.peer_id
        case PlaybackFinished():
            return event.target_id
        case StasisStart() | ChannelStateChange() | CallBroadcast():
            return event.channel.id
        case ApplicationReplaced() | BridgeDestroyed() | RecordingEnded():
            return ""
        case _:
            return event.channel_id
