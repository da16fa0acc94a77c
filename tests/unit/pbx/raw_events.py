"""Event texts as Asterisk 22.10.1 sends them, shortened to what it always has."""

from __future__ import annotations

import json

NUMBERS = {"c2": "07700900124", "c3": "07700900125", "withheld": "anonymous"}
"""Who does not ring from 07700 900123, by channel."""


def raw_channel(channel_id: str, state: str = "Up") -> dict[str, object]:
    """A channel in ARI's JSON."""
    return {
        "id": channel_id,
        "name": f"PJSIP/7001-{channel_id}",
        "state": state,
        "protocol_id": "x",
        "caller": {"name": "", "number": NUMBERS.get(channel_id, "07700900123")},
        "connected": {"name": "", "number": ""},
        "accountcode": "",
        "dialplan": {
            "context": "lines",
            "exten": "03069990100",
            "priority": 2,
            "app_name": "Stasis",
            "app_data": "ivr",
        },
        "creationtime": "2026-11-22T10:00:00.000+0000",
        "language": "en",
    }


def raw(kind: str, channel_id: str = "c", state: str = "Up", **more: object) -> str:
    """One message of the event socket."""
    return json.dumps(
        {
            "type": kind,
            "timestamp": "2026-11-22T10:00:00.000+0000",
            "channel": raw_channel(channel_id, state),
            "asterisk_id": "02:00:00:00:00:01",
            "application": "ivr",
            **more,
        }
    )


def raw_playback(kind: str, playback_id: str, target_uri: str, state: str) -> str:
    """An event of a playback."""
    playback = {
        "id": playback_id,
        "media_uri": "sound:x",
        "target_uri": target_uri,
        "language": "en",
        "state": state,
    }
    return json.dumps({"type": kind, "playback": playback, "application": "ivr"})


def raw_recording(kind: str, name: str = "r-1", target_uri: str = "bridge:b") -> str:
    """A recording of a bridge has ended."""
    recording = {"name": name, "format": "wav", "state": "done", "target_uri": target_uri, "duration": 3}
    return json.dumps({"type": kind, "recording": recording, "application": "ivr"})


def raw_transfer(destination: str, state: str = "", replaces: str = "", channel_id: str = "c") -> str:
    """A REFER on a channel; ``replaces``: the Call-ID of the phone's other call, both calls in bridges."""
    wanted = {"destination": destination}
    to: dict[str, object] = {"requested_destination": wanted}
    by: dict[str, object] = {"source_channel": raw_channel(channel_id)}
    if replaces:
        wanted["protocol_id"] = replaces
        by |= {"connected_channel": raw_channel("caller"), "bridge": {"id": "b"}}
        to |= {"destination_channel": raw_channel("own"), "connected_channel": raw_channel("other")}
        to["bridge"] = {"id": "b2"}
    said = {"state": state} if state else {}
    return json.dumps({"type": "ChannelTransfer", "refer_to": to, "referred_by": by, **said})
