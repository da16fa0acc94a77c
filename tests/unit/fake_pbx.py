"""An Asterisk in virtual time: it answers ARI's requests and sends the events of callers and scripted phones.

Its session is the real one, fed through the same texts that the real PBX sends; nothing here opens a socket.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs

from ivr.errors import PbxUnavailable
from ivr.pbx.ari_rest import AriRest, Reply
from ivr.pbx.event_socket import AriLink
from ivr.pbx.session import AriSession, SessionOwner
from tests.unit.pbx.fake_transport import Asked, reply
from tests.unit.pbx.raw_events import raw, raw_channel, raw_playback, raw_transfer
from tests.unit.virtual_time import now

QUIET = "sound:quiet"
QUIET_S = 60.0
PROMPT_S = 2.0
"""How long every prompt takes."""
RINGS_AFTER_S = 0.1
NO_ANSWER_CAUSE = 19
PACKETS_IN_S = 50
REJECTED_CAUSE = 21


@dataclass(frozen=True, slots=True)
class Phone:
    """What a phone does: ``answer``, ``ring`` (for ever), ``reject``, ``busy``, ``silent``, ``unregistered``."""

    does: str = "answer"
    after_s: float = 1.0
    talks_s: float | None = None
    """So long after the answer the agent hangs up; None: never."""


@dataclass(slots=True)
class Known:
    """A channel the PBX holds."""

    state: str = "Ring"
    endpoint: str = ""
    plays: list[str] = field(default_factory=list)
    music: bool = False
    spies_on: str = ""
    """Of a snoop channel: whose leg."""
    whispers: bool = False
    hears_silence: bool = False
    silent_at: float | None = None
    """Since when no sound comes from it."""
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class FakePbx:
    """Channels, bridges and playbacks by id. ``phones``: what each endpoint does; an unknown one answers, but a
    browser's is not there.
    """

    def __init__(self, owner: SessionOwner) -> None:
        self.channels: dict[str, Known] = {}
        self.bridges: dict[str, set[str]] = {}
        self.phones: dict[str, Phone] = {}
        self.asked: list[Asked] = []
        self.heard: dict[str, list[str]] = {}
        """What was played to each channel, in order, ``music`` too."""
        self.continued: dict[str, str] = {}
        """Which dialplan context took over which channel."""
        self.connected: list[frozenset[str]] = []
        """Which channels were ever brought together."""
        self.create_takes_s = 0.0
        self.hang_up_takes_s = 0.0
        """Until Asterisk answers our request to hang up."""
        self.hang_up_tells_s = 0.001
        """From a hang-up of ours until its event."""
        self.broken: Callable[[Asked], bool] = lambda _asked: False
        """Requests that fail as if Asterisk did not answer."""
        self.missing: Callable[[Asked], bool] = lambda _asked: False
        """Requests that are told 404."""
        self.referred: list[str] = []
        """What phones were told of the transfers that they asked for."""
        self.tones: dict[str, str] = {}
        """Endless tones by playback, each with the bridge that hears it."""
        self._playbacks: dict[str, tuple[str, asyncio.TimerHandle]] = {}
        self.quiet: set[str] = set()
        """The playbacks in which nothing is to be heard."""
        self.session = AriSession(AriLink("http://127.0.0.1:1/ari", "ivr", "u", "p"), AriRest(self), owner)

    # --- what people do -----------------------------------------------------------------------------------------

    def arrives(self, channel_id: str, dnis: str = "03069990100") -> None:
        """A caller has been claimed and is ours."""
        self.channels[channel_id] = Known()
        self.heard[channel_id] = []
        self._tell("StasisStart", channel_id, args=["line", dnis])

    def dials(self, channel_id: str, endpoint: str, number: str) -> None:
        """An agent's phone has dialled a number outside, and is ours."""
        self.channels[channel_id] = Known(endpoint=f"PJSIP/{endpoint}")
        self.heard[channel_id] = []
        self._tell("StasisStart", channel_id, args=["phone", number, endpoint])

    def keys(self, channel_id: str, digits: str, gap_s: float = 0.1) -> None:
        """The caller keys ``digits``, the first at once."""
        for position, digit in enumerate(digits):
            self._later(channel_id, position * gap_s, partial(self._key, channel_id, digit))

    def hangs_up(self, channel_id: str) -> None:
        """The far end of a channel hangs up."""
        if channel_id in self.channels:
            self._tell("ChannelHangupRequest", channel_id, cause=16)
            self._end(channel_id, 16)

    def picks_up(self, leg_id: str) -> None:
        """An agent answers."""
        leg = self.channels.get(leg_id)
        if leg is None or leg.state == "Up":
            return
        leg.state = "Up"
        self._tell("ChannelStateChange", leg_id)
        phone = self._phone(leg.endpoint)
        if phone.talks_s is not None:
            self._later(leg_id, phone.talks_s, lambda: self.hangs_up(leg_id))

    def holds(self, leg_id: str) -> None:
        """An agent puts the caller on hold, by re-INVITE."""
        self._tell("ChannelHold", leg_id)

    def retrieves(self, leg_id: str) -> None:
        """An agent is back with the caller."""
        self._tell("ChannelUnhold", leg_id)

    def falls_silent(self, leg_id: str) -> None:
        """No sound comes from a phone any more."""
        self.channels[leg_id].silent_at = now()

    def is_heard_again(self, leg_id: str) -> None:
        """Sound comes again."""
        self.channels[leg_id].silent_at = None

    def refers(self, leg_id: str, destination: str, replaces: str = "") -> None:
        """A phone asks for a transfer; what it is told of it stands in `referred`."""
        self.session.receive(raw_transfer(destination, "", replaces, leg_id))

    def cuts(self, leg_id: str, tech_cause: int = 0) -> None:
        """Asterisk itself ends a leg: by a flag of its own, or for a status that a re-INVITE got."""
        more = {"tech_cause": tech_cause} if tech_cause else {"soft": True}
        self._tell("ChannelHangupRequest", leg_id, cause=16, **more)
        self._end(leg_id, 16)

    def talk(self) -> set[str]:
        """Who hears each other now, in the only bridge there is."""
        (inside,) = self.bridges.values()
        return set(inside)

    def has_music(self, channel_id: str) -> bool:
        """Whether that is what they hear now: out of the bridge."""
        return self.channels[channel_id].music and all(channel_id not in inside for inside in self.bridges.values())

    def legs(self) -> list[str]:
        """Agents' channels that are there."""
        return [channel_id for channel_id in self.channels if channel_id.startswith("leg-")]

    @property
    def is_empty(self) -> bool:
        """Nothing is left."""
        return not self.channels and not self.bridges

    # --- ARI ----------------------------------------------------------------------------------------------------

    async def send(self, method: str, target: str, body: bytes | None) -> Reply:
        """Answer one request, as Asterisk would."""
        asked = Asked(method, target, None if body is None else json.loads(body))
        self.asked.append(asked)
        await asyncio.sleep(0)
        if self.broken(asked):
            raise PbxUnavailable(f"{method} {asked.path}: no answer")
        if self.missing(asked):
            return Reply(404, b"{}")
        if self.hang_up_takes_s and method == "DELETE" and asked.path.startswith("channels/"):
            await asyncio.sleep(self.hang_up_takes_s)
        kind, _, rest = asked.path.partition("/")
        one, _, verb = rest.partition("/")
        query = {key: values[0] for key, values in parse_qs(target.partition("?")[2]).items()}
        match kind:
            case "channels" if one == "create":
                return await self._create(query)
            case "channels" if one:
                return self._on_channel(method, one, verb, query)
            case "bridges" if one or method == "POST":
                return self._on_bridge(method, one, verb, query)
            case "playbacks":
                return self._stop_playback(one)
            case _:
                return self._lists(kind)

    async def close(self) -> None:
        """Nothing is held."""

    async def _create(self, query: dict[str, str]) -> Reply:
        if self.create_takes_s:
            await asyncio.sleep(self.create_takes_s)
        leg_id, endpoint = query["channelId"], query["endpoint"]
        if self._phone(endpoint).does == "unregistered":
            return reply(500, {"error": "Allocation failed"})
        self.channels[leg_id] = Known("Down", endpoint)
        self.heard.setdefault(leg_id, [])
        self._later(leg_id, 0.001, lambda: self._tell("StasisStart", leg_id, args=["leg"]))
        return reply(200, raw_channel(leg_id, "Down"))

    def _on_channel(self, method: str, channel_id: str, verb: str, query: dict[str, str]) -> Reply:
        channel = self.channels.get(channel_id)
        if channel is None:
            return reply(404, {"message": "Channel not found"})
        if verb == "rtp_statistics":
            heard_s = now() if channel.silent_at is None else channel.silent_at
            return reply(200, {"rxcount": round(heard_s * PACKETS_IN_S)})
        if verb == "transfer_progress":
            self.referred.append(query["states"])
        self._do(method, channel_id, channel, verb, query)
        return reply(204)

    def _do(self, method: str, channel_id: str, channel: Known, verb: str, query: dict[str, str]) -> None:
        match verb:
            case "":
                cause = int(query["reason_code"])
                self._later(channel_id, self.hang_up_tells_s, lambda: self._end(channel_id, cause))
            case "answer":
                channel.state = "Up"
                self._tell("ChannelStateChange", channel_id)
            case "play":
                self._play(channel_id, query["media"], query["playbackId"])
            case "moh":
                channel.music = method == "POST"
                if channel.music:
                    self.heard.setdefault(channel_id, []).append("music")
            case _ if verb.startswith("snoop/"):
                self._snoop(channel_id, verb.partition("/")[2], query["whisper"])
            case "silence":
                channel.hears_silence = method == "POST"
            case "dial":
                self._dial(channel_id, float(query["timeout"]))
            case "continue":
                self.continued[channel_id] = query["context"]
                self._end(channel_id, 0)

    def _on_bridge(self, method: str, bridge_id: str, verb: str, query: dict[str, str]) -> Reply:
        if not bridge_id:
            if query["bridgeId"] in self.bridges:
                return reply(409, {"message": "already exists"})
            self.bridges[query["bridgeId"]] = set()
            return reply(200, {"id": query["bridgeId"]})
        if bridge_id not in self.bridges:
            return reply(404, {"message": "Bridge not found"})
        if method == "DELETE":
            del self.bridges[bridge_id]
        elif verb == "removeChannel":
            self.bridges[bridge_id] -= set(query["channel"].split(","))
        elif verb == "addChannel":
            return self._add(bridge_id, query["channel"].split(","))
        elif verb == "play":
            self.tones[query["playbackId"]] = bridge_id
        return reply(204)

    def _snoop(self, spied: str, snoop_id: str, whisper: str) -> None:
        """It is there at once, and ends with whom it hears."""
        self.channels[snoop_id] = Known("Up", spies_on=spied, whispers=whisper == "out")
        self._later(snoop_id, 0.001, lambda: self._tell("StasisStart", snoop_id, args=["snoop"]))

    def _add(self, bridge_id: str, channel_ids: list[str]) -> Reply:
        if any(channel_id not in self.channels for channel_id in channel_ids):
            return reply(404, {"message": "Channel not found"})
        for inside in self.bridges.values():
            inside.difference_update(channel_ids)
        self.bridges[bridge_id] |= set(channel_ids)
        self.connected.append(frozenset(self.bridges[bridge_id]))
        return reply(204)

    def _stop_playback(self, playback_id: str) -> Reply:
        if self.tones.pop(playback_id, None) is not None:
            return reply(204)
        playing = self._playbacks.pop(playback_id, None)
        if playing is None:
            return reply(404, {"message": "Playback not found"})
        playing[1].cancel()
        return reply(204)

    def _lists(self, kind: str) -> Reply:
        if kind == "applications":
            return reply(200, {"channel_ids": list(self.channels), "bridge_ids": list(self.bridges)})
        if kind == "channels":
            return reply(200, [raw_channel(one, known.state) for one, known in self.channels.items()])
        if kind == "bridges":
            held = [{"id": one, "bridge_type": "mixing", "channels": sorted(of)} for one, of in self.bridges.items()]
            return reply(200, held)
        return reply(204)

    # --- what goes on inside ------------------------------------------------------------------------------------

    def _play(self, channel_id: str, media: str, playback_id: str) -> None:
        self.channels[channel_id].music = False
        if media == QUIET:
            self.quiet.add(playback_id)
            self._playbacks[playback_id] = (channel_id, self._later(channel_id, QUIET_S, lambda: None))
            return
        self.quiet.discard(playback_id)
        self.heard.setdefault(channel_id, []).extend(media.replace("sound:", "").split(","))

        def done() -> None:
            del self._playbacks[playback_id]
            self.session.receive(raw_playback("PlaybackFinished", playback_id, f"channel:{channel_id}", "done"))

        self._playbacks[playback_id] = (channel_id, self._later(channel_id, PROMPT_S, done))

    def _phone(self, endpoint: str) -> Phone:
        return self.phones.get(endpoint) or Phone("unregistered" if endpoint.endswith("-web") else "answer")

    def _dial(self, leg_id: str, timeout_s: float) -> None:
        phone = self._phone(self.channels[leg_id].endpoint)
        if phone.does != "silent":
            self._later(leg_id, RINGS_AFTER_S, lambda: self._ringing(leg_id))
        if phone.does == "answer":
            self._later(leg_id, phone.after_s, lambda: self.picks_up(leg_id))
        if phone.does in {"reject", "busy"}:
            status = {"reject": 603, "busy": 486}[phone.does]
            self._later(leg_id, phone.after_s, lambda: self._rejected(leg_id, status))
        self._later(leg_id, timeout_s, lambda: self._rang_out(leg_id))

    def _ringing(self, leg_id: str) -> None:
        if self.channels[leg_id].state == "Down":
            self.channels[leg_id].state = "Ringing"
            self._tell("ChannelStateChange", leg_id)

    def _rejected(self, leg_id: str, status: int) -> None:
        self._tell("ChannelHangupRequest", leg_id, cause=REJECTED_CAUSE, tech_cause=status)
        self._end(leg_id, REJECTED_CAUSE)

    def _rang_out(self, leg_id: str) -> None:
        if self.channels[leg_id].state != "Up":
            self._end(leg_id, NO_ANSWER_CAUSE)

    def _key(self, channel_id: str, digit: str) -> None:
        self._tell("ChannelDtmfReceived", channel_id, digit=digit)

    def _end(self, channel_id: str, cause: int) -> None:
        """The channel is no more: out of its bridge, its playbacks over, told as Asterisk tells it."""
        channel = self.channels.pop(channel_id, None)
        if channel is None:
            return
        for timer in channel.timers:
            timer.cancel()
        for playback_id in [one for one, playing in self._playbacks.items() if playing[0] == channel_id]:
            del self._playbacks[playback_id]
        for inside in self.bridges.values():
            inside.discard(channel_id)
        for ear in [one for one, known in self.channels.items() if known.spies_on == channel_id]:
            self._end(ear, 16)
        self._send("StasisEnd", channel_id, channel.state)
        if channel_id.startswith("leg-"):
            self._send("ChannelDestroyed", channel_id, channel.state, cause=cause)

    def _tell(self, kind: str, channel_id: str, **more: object) -> None:
        if channel_id in self.channels:
            self._send(kind, channel_id, self.channels[channel_id].state, **more)

    def _send(self, kind: str, channel_id: str, state: str, **more: object) -> None:
        self.session.receive(raw(kind, channel_id, state, **more))

    def _later(self, channel_id: str, in_s: float, do: Callable[[], None]) -> asyncio.TimerHandle:
        """Do something, unless the channel has ended by then."""
        timer = asyncio.get_running_loop().call_at(now() + in_s, do)
        self.channels[channel_id].timers.append(timer)
        return timer
