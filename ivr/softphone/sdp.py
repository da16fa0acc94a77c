"""Session descriptions: one audio stream of G.711 A-law, with telephone-event where asked for.

Enters and leaves: the body of INVITE, 18x, 200, ACK and UPDATE.
Source: RFC 8866, RFC 3264 (offer and answer), RFC 4733 §2.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PCMA = 8  # RFC 3551 §6: static payload type, 8000 Hz
TELEPHONE_EVENT = 101  # the dynamic payload type that we offer
CONTENT_TYPE = "application/sdp"

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")

_EVENT_MAP = re.compile(r"^a=rtpmap:(\d+) telephone-event/8000\s*$", re.IGNORECASE | re.MULTILINE)
_AUDIO = re.compile(r"^m=audio (\d+) RTP/AVP ([\d ]+?)\s*$", re.MULTILINE)
_CONNECTION = re.compile(r"^c=IN IP4 (\S+)\s*$", re.MULTILINE)


class NoCommonAudio(ValueError):
    """The other side's description has no audio that we can send and hear."""


@dataclass(frozen=True, slots=True)
class Description:
    """One side's audio: where it listens, in which directions it talks, and how it takes digits."""

    host: str
    port: int
    direction: Direction = "sendrecv"
    event_type: int | None = TELEPHONE_EVENT

    @property
    def listens(self) -> bool:
        """Does this side want to be sent audio?"""
        return self.direction in {"sendrecv", "recvonly"} and self.port != 0 and self.host != "0.0.0.0"  # noqa: S104 (RFC 2543's way to say hold; nothing is bound)


def build(ours: Description, *, version: int = 1) -> bytes:
    """The body that describes us; ``version`` grows with every change within a call (RFC 3264 §8)."""
    types = f"{PCMA}" if ours.event_type is None else f"{PCMA} {ours.event_type}"
    lines = [
        "v=0",
        f"o=- {ours.port} {version} IN IP4 {ours.host}",
        "s=-",
        f"c=IN IP4 {ours.host}",
        "t=0 0",
        f"m=audio {ours.port} RTP/AVP {types}",
        f"a=rtpmap:{PCMA} PCMA/8000",
    ]
    if ours.event_type is not None:
        lines += [f"a=rtpmap:{ours.event_type} telephone-event/8000", f"a=fmtp:{ours.event_type} 0-16"]
    lines += ["a=ptime:20", f"a={ours.direction}", ""]
    return "\r\n".join(lines).encode()


def parse(body: bytes) -> Description:
    """The audio in ``body``; ``NoCommonAudio`` if it has no A-law over plain RTP."""
    text = body.decode("utf-8", "replace").replace("\r\n", "\n")
    audio = _AUDIO.search(text)
    if not audio or str(PCMA) not in audio[2].split():
        raise NoCommonAudio("no m=audio with RTP/AVP and PCMA")
    connection = _CONNECTION.search(text, audio.end()) or _CONNECTION.search(text)
    if not connection:
        raise NoCommonAudio("no c= line")
    event = _EVENT_MAP.search(text)
    return Description(connection[1], int(audio[1]), _direction_in(text), int(event[1]) if event else None)


def _direction_in(text: str) -> Direction:
    """The last direction attribute, as the stream's own overrules the session's; sendrecv without one."""
    named = [direction for line in text.split("\n") for direction in DIRECTIONS if line.strip() == f"a={direction}"]
    return named[-1] if named else "sendrecv"


def answering(theirs: Direction, wanted: Direction = "sendrecv") -> Direction:
    """The direction of our answer to an offer of ``theirs``, when we want ``wanted`` (RFC 3264 §6.1)."""
    sends = wanted in {"sendrecv", "sendonly"} and theirs in {"sendrecv", "recvonly"}
    hears = wanted in {"sendrecv", "recvonly"} and theirs in {"sendrecv", "sendonly"}
    if sends and hears:
        return "sendrecv"
    if sends:
        return "sendonly"
    return "recvonly" if hears else "inactive"
