"""What Asterisk tells us: one JSON text in, one frozen event out.

Enters: the text of one message of the event socket. Leaves: one of the dataclasses below, named as ARI names them;
``None`` for kinds we do not use; :class:`MalformedEvent` when a message is not what ARI promises.
Source: ARI's ``events.json`` of Asterisk 22.10.1, and what that version was seen to send.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final


class MalformedEvent(ValueError):
    """A message that is not JSON, or lacks what its kind must have. The message names the kind, never its content."""


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel as Asterisk described it at one moment."""

    id: str
    name: str
    """``PJSIP/7001-0000002a``: technology, endpoint and a running number."""
    state: str
    """``Down``, ``Ring``, ``Ringing``, ``Up`` …"""
    caller_number: str
    caller_name: str
    context: str
    exten: str
    """Where the dialplan stands: for a caller who has just come in, the number dialled."""
    language: str
    application: str
    """The dialplan application that runs now: ``Stasis``, ``Queue``, ``AppDial2`` …, empty between two."""

    @property
    def is_up(self) -> bool:
        """Whether it is answered."""
        return self.state == "Up"


@dataclass(frozen=True, slots=True)
class BridgeInfo:
    """A bridge as Asterisk described it at one moment."""

    id: str
    type: str
    channel_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel is under our control from here on."""

    channel: ChannelInfo
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StasisEnd:
    """A channel left our control: it hung up, or goes on in the dialplan."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel is no more. ``cause``: Q.850; ``tech_cause``: the SIP status, 0 where there was none."""

    channel_id: str
    cause: int
    tech_cause: int


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """A channel was asked to hang up.

    ``soft``: by Asterisk itself (our DELETE, the dial timer); ``cause`` is then an internal flag and reads 0 here.
    Otherwise by the far end: ``cause`` is Q.850, ``tech_cause`` the SIP status that brought it (0 for BYE).
    """

    channel_id: str
    cause: int
    tech_cause: int
    soft: bool


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived:
    """A key was pressed and let go. Never logged: ``repr`` hides the digit."""

    channel_id: str
    digit: str

    def __repr__(self) -> str:
        return f"ChannelDtmfReceived(channel_id={self.channel_id!r})"


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    """A channel's state changed; ``Up`` is the answer."""

    channel: ChannelInfo


@dataclass(frozen=True, slots=True)
class Dial:
    """How dialling a leg goes on. ``status``: empty at first, then ``RINGING``, ``PROGRESS``, ``ANSWER``, ``BUSY`` …"""

    peer_id: str
    status: str


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A playback is over; ``failed``: nothing could be played."""

    playback_id: str
    target_id: str
    failed: bool


@dataclass(frozen=True, slots=True)
class CallBroadcast:
    """A call looks for an application that claims it."""

    channel: ChannelInfo


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Another connection has taken our application's name; nothing more will come on this one."""


@dataclass(frozen=True, slots=True)
class BridgeDestroyed:
    """A bridge is no more."""

    bridge_id: str


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """A bridge's recording is over, for whatever reason; its file is whole."""

    name: str
    bridge_id: str


@dataclass(frozen=True, slots=True)
class ChannelHold:
    """The far end put us on hold."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class ChannelUnhold:
    """The far end took us off hold."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class ChannelTransfer:
    """The far end asks for a transfer (SIP REFER), or Asterisk repeats what we have told it of one.

    Nothing has moved: whoever takes the request carries it out, and tells the phone by ``transfer_progress``. Ids that
    Asterisk did not send are empty. Source: ``PJSIP_TRANSFER_HANDLING()=ari-only``.
    """

    channel_id: str
    """Where the REFER came in."""
    state: str
    """Empty in a request; else what was told, which needs no answer."""
    destination: str = field(repr=False)
    """The user part of Refer-To: a staff number, a telephone number, a name."""
    is_attended: bool
    """It names another call of the phone's (Replaces)."""
    connected_id: str
    """Who is in the bridge with the one who asks."""
    bridge_id: str
    replaced_id: str
    """The channel of that other call: in an attended transfer, empty when there is no such call."""
    replaced_with_id: str
    """Who is in the bridge with that one."""
    replaced_bridge_id: str

    @property
    def is_request(self) -> bool:
        """Whether something is asked for."""
        return not self.state


ChannelEvent = (
    StasisEnd
    | ChannelDestroyed
    | ChannelHangupRequest
    | ChannelDtmfReceived
    | ChannelStateChange
    | Dial
    | PlaybackFinished
    | ChannelHold
    | ChannelUnhold
    | ChannelTransfer
)
"""What a channel's handle is told; StasisStart beside them."""

NoChannels = CallBroadcast | ApplicationReplaced | BridgeDestroyed | RecordingEnded
"""What no channel's handle is told."""
Event = ChannelEvent | StasisStart | NoChannels

Raw = dict[str, Any]


def decode(text: str | bytes) -> Event | None:
    """One message of the event socket; ``None`` for a kind we do not use. Raises MalformedEvent."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise MalformedEvent("not JSON") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise MalformedEvent("no type")
    decoder = _DECODERS.get(raw["type"])
    if decoder is None:
        return None
    try:
        return decoder(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedEvent(f"{raw['type']}: {type(error).__name__}") from error


def channel_info(raw: Raw) -> ChannelInfo:
    """A channel from ARI's JSON. Raises KeyError, TypeError when it lacks what it must have."""
    caller, dialplan = raw["caller"], raw["dialplan"]
    return ChannelInfo(
        id=_text(raw, "id"),
        name=_text(raw, "name"),
        state=_text(raw, "state"),
        caller_number=_text(caller, "number"),
        caller_name=_text(caller, "name"),
        context=_text(dialplan, "context"),
        exten=_text(dialplan, "exten"),
        language=raw.get("language", ""),
        application=dialplan.get("app_name", ""),
    )


def bridge_info(raw: Raw) -> BridgeInfo:
    """A bridge from ARI's JSON. Raises KeyError, TypeError when it lacks what it must have."""
    return BridgeInfo(_text(raw, "id"), _text(raw, "bridge_type"), tuple(raw["channels"]))


def _text(raw: Raw, key: str) -> str:
    value = raw[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _channel_id(raw: Raw) -> str:
    return _text(raw["channel"], "id")


def _stasis_start(raw: Raw) -> StasisStart:
    return StasisStart(channel_info(raw["channel"]), tuple(str(arg) for arg in raw["args"]))


def _destroyed(raw: Raw) -> ChannelDestroyed:
    return ChannelDestroyed(_channel_id(raw), int(raw["cause"]), int(raw.get("tech_cause", 0)))


def _hangup_request(raw: Raw) -> ChannelHangupRequest:
    soft = bool(raw.get("soft", False))
    cause = 0 if soft else int(raw.get("cause", 0))
    return ChannelHangupRequest(_channel_id(raw), cause, int(raw.get("tech_cause", 0)), soft)


def _dial(raw: Raw) -> Dial:
    return Dial(_text(raw["peer"], "id"), _text(raw, "dialstatus"))


def _target(playback: Raw) -> str:
    """``channel:c-1`` or ``bridge:b-1``; ids are ours and unique across both."""
    return _text(playback, "target_uri").partition(":")[2]


def _playback_finished(raw: Raw) -> PlaybackFinished:
    playback = raw["playback"]
    return PlaybackFinished(_text(playback, "id"), _target(playback), _text(playback, "state") == "failed")


def _recording_ended(raw: Raw) -> RecordingEnded:
    recording = raw["recording"]
    return RecordingEnded(_text(recording, "name"), _target(recording))


def _transfer(raw: Raw) -> ChannelTransfer:
    to, by = raw["refer_to"], raw["referred_by"]
    wanted = to["requested_destination"]
    return ChannelTransfer(
        channel_id=_text(by["source_channel"], "id"),
        state=raw.get("state", ""),
        destination=wanted.get("destination", ""),
        is_attended=bool(wanted.get("protocol_id")),
        connected_id=_id_of(by, "connected_channel"),
        bridge_id=_id_of(by, "bridge"),
        replaced_id=_id_of(to, "destination_channel"),
        replaced_with_id=_id_of(to, "connected_channel"),
        replaced_bridge_id=_id_of(to, "bridge"),
    )


def _id_of(raw: Raw, key: str) -> str:
    """The id of a channel or bridge that may be left out."""
    return _text(raw[key], "id") if key in raw else ""


_DECODERS: Final[dict[str, Callable[[Raw], Event]]] = {
    "StasisStart": _stasis_start,
    "StasisEnd": lambda raw: StasisEnd(_channel_id(raw)),
    "ChannelDestroyed": _destroyed,
    "ChannelHangupRequest": _hangup_request,
    "ChannelDtmfReceived": lambda raw: ChannelDtmfReceived(_channel_id(raw), _text(raw, "digit")),
    "ChannelStateChange": lambda raw: ChannelStateChange(channel_info(raw["channel"])),
    "Dial": _dial,
    "PlaybackFinished": _playback_finished,
    "CallBroadcast": lambda raw: CallBroadcast(channel_info(raw["channel"])),
    "ApplicationReplaced": lambda _raw: ApplicationReplaced(),
    "BridgeDestroyed": lambda raw: BridgeDestroyed(_text(raw["bridge"], "id")),
    "RecordingFinished": _recording_ended,
    "RecordingFailed": _recording_ended,
    "ChannelHold": lambda raw: ChannelHold(_channel_id(raw)),
    "ChannelUnhold": lambda raw: ChannelUnhold(_channel_id(raw)),
    "ChannelTransfer": _transfer,
}

WANTED: Final = tuple(_DECODERS)
"""The kinds we ask Asterisk for (``PUT applications/{app}/eventFilter``); the others it need not write at all."""
