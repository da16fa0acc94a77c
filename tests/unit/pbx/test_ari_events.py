"""Events: each kind we use is read from Asterisk's own JSON; nothing that is not one gets through."""

from __future__ import annotations

import json

import pytest

from ivr.pbx.ari_events import (
    WANTED,
    ApplicationReplaced,
    BridgeDestroyed,
    CallBroadcast,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelHold,
    ChannelStateChange,
    ChannelTransfer,
    ChannelUnhold,
    Dial,
    Event,
    MalformedEvent,
    PlaybackFinished,
    RecordingEnded,
    StasisEnd,
    StasisStart,
    decode,
)
from tests.unit.pbx.raw_events import raw, raw_channel, raw_playback, raw_recording, raw_transfer

BRIDGE = {"id": "b", "technology": "simple_bridge", "bridge_type": "mixing", "channels": ["c"]}
EXACT: list[tuple[str, Event]] = [
    (raw("StasisEnd"), StasisEnd("c")),
    (raw("ChannelDestroyed", cause=17, cause_txt="Busy", tech_cause=486), ChannelDestroyed("c", 17, 486)),
    (raw("ChannelDestroyed", cause=16, cause_txt="Normal"), ChannelDestroyed("c", 16, 0)),
    (raw("ChannelHangupRequest", cause=17, tech_cause=486), ChannelHangupRequest("c", 17, 486, soft=False)),
    (raw("ChannelHangupRequest", cause=32, soft=True), ChannelHangupRequest("c", 0, 0, soft=True)),
    (raw("ChannelDtmfReceived", digit="#", duration_ms=100), ChannelDtmfReceived("c", "#")),
    (json.dumps({"type": "Dial", "peer": raw_channel("leg"), "dialstatus": "RINGING"}), Dial("leg", "RINGING")),
    (raw_playback("PlaybackFinished", "p", "channel:c", "done"), PlaybackFinished("p", "c", failed=False)),
    (raw_playback("PlaybackFinished", "p", "bridge:b", "failed"), PlaybackFinished("p", "b", failed=True)),
    (json.dumps({"type": "ApplicationReplaced", "application": "ivr"}), ApplicationReplaced()),
    (json.dumps({"type": "BridgeDestroyed", "bridge": BRIDGE}), BridgeDestroyed("b")),
    *((raw_recording(kind), RecordingEnded("r-1", "b")) for kind in ("RecordingFinished", "RecordingFailed")),
    (raw("ChannelHold"), ChannelHold("c")),
    (raw("ChannelUnhold"), ChannelUnhold("c")),
    (raw_transfer("7002"), ChannelTransfer("c", "", "7002", False, "", "", "", "", "")),
    (
        raw_transfer("7002", state="channel_answered", replaces="x@127.0.0.1"),
        ChannelTransfer("c", "channel_answered", "7002", True, "caller", "b", "own", "other", "b2"),
    ),
]


@pytest.mark.parametrize(("text", "event"), EXACT)
def test_each_kind_is_read(text: str, event: Event) -> None:
    """R-WAIT-6's basis: who hung up, and why, is known exactly."""
    assert decode(text) == event


def test_a_channel_comes_with_what_the_call_needs() -> None:
    """R-LINE-1, R-LINE-2: the number dialled and the caller's number."""
    start = decode(raw("StasisStart", args=["line", "03069990100"]))
    assert isinstance(start, StasisStart)
    assert start.args == ("line", "03069990100")
    assert (start.channel.caller_number, start.channel.exten) == ("07700900123", "03069990100")
    assert start.channel.is_up
    changed = decode(raw("ChannelStateChange", state="Ringing"))
    assert isinstance(changed, ChannelStateChange)
    assert not changed.channel.is_up
    assert isinstance(decode(raw("CallBroadcast", called="03069990100")), CallBroadcast)


def test_every_kind_asked_for_is_read_above() -> None:
    """What Asterisk is asked to send (the event filter) is exactly what can be read."""
    read = {json.loads(text)["type"] for text, _ in EXACT} | {"StasisStart", "ChannelStateChange", "CallBroadcast"}
    assert read == set(WANTED)


def test_kinds_we_do_not_use_are_passed_over() -> None:
    assert decode(raw("ChannelVarset", variable="X", value="1")) is None
    assert decode('{"type": "SomethingNew"}') is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        "{}",
        '{"type": 7}',
        '{"type": "StasisStart"}',
        '{"type": "StasisStart", "channel": null, "args": []}',
        '{"type": "StasisEnd", "channel": {"id": 7}}',
        '{"type": "ChannelTransfer", "refer_to": {}, "referred_by": {"source_channel": {"id": "c"}}}',
        '{"type": "PlaybackFinished", "playback": []}',
        '{"type": "ChannelDestroyed", "channel": {"id": "c"}, "cause": "x"}',
    ],
)
def test_what_is_not_an_event_is_refused_at_the_edge(text: str) -> None:
    """R-WAIT-4: nonsense harms no call; it has one error, whatever is wrong with it."""
    with pytest.raises(MalformedEvent):
        decode(text)


def test_who_a_transfer_is_for_is_not_shown() -> None:
    """R-DTMF-5: it may be anybody's telephone number."""
    assert "07700900123" not in repr(decode(raw_transfer("07700900123")))


def test_no_error_and_no_representation_shows_a_digit() -> None:
    """R-DTMF-5: digits never reach a log."""
    assert "5" not in repr(decode(raw("ChannelDtmfReceived", digit="5", duration_ms=1)))
    with pytest.raises(MalformedEvent) as raised:
        decode('{"type": "ChannelDtmfReceived", "digit": "5"}')
    assert "5" not in str(raised.value)
