"""RTP packets, and RFC 4733 digits as a run of 20 ms frames. Pure: octets in, octets out.

Source: RFC 3550 §5.1 (header), RFC 4733 §2.3 and §2.5 (events: one timestamp, growing duration, the end thrice).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ivr.softphone.g711 import FRAME_SAMPLES, SILENT_FRAME, dtmf_tone
from ivr.softphone.sdp import PCMA

_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
VERSION_2 = 0x80
MARKER = 0x80
END_OF_EVENT = 0x80
EVENT_VOLUME = 10  # -10 dBm0
END_COPIES = 3  # RFC 4733 §2.5.1.4: the last packet is sent three times
EVENT_CODES = "0123456789*#ABCD"
FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class Packet:
    """What of an RTP packet a phone looks at."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """What is sent in one 20 ms slot. ``continues``: part of an event that began before, whose timestamp it has."""

    payload_type: int
    payload: bytes
    marker: bool = False
    continues: bool = False
    copies: int = 1
    sent: Callable[[], None] | None = None


def unpack(datagram: bytes) -> Packet | None:
    """The RTP packet in ``datagram``; None for RTCP (RFC 5761 §4) and anything else."""
    if len(datagram) < _HEADER.size or datagram[0] >> 6 != 2 or 192 <= datagram[1] <= 223:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(datagram)
    start = _HEADER.size + 4 * (first & 0x0F)
    if first & 0x10 and len(datagram) >= start + 4:  # a header extension: skipped
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    return Packet(second & 0x7F, bool(second & MARKER), sequence, timestamp, ssrc, datagram[start:])


def pack(packet: Packet) -> bytes:
    """``packet`` as a datagram."""
    second = packet.payload_type | (MARKER if packet.marker else 0)
    sequence, timestamp = packet.sequence & 0xFFFF, packet.timestamp & 0xFFFFFFFF
    return _HEADER.pack(VERSION_2, second, sequence, timestamp, packet.ssrc) + packet.payload


def event_frames(
    digit: str, event_type: int, *, tone_ms: int, gap_ms: int, sent: Callable[[], None] | None = None
) -> Iterator[Frame]:
    """``digit`` as RFC 4733 events, then the gap; ``sent`` is called when its end has gone out."""
    code, frames = EVENT_CODES.index(digit), max(1, tone_ms // FRAME_MS)
    for number in range(frames):
        last = number == frames - 1
        flags = EVENT_VOLUME | (END_OF_EVENT if last else 0)
        payload = _EVENT.pack(code, flags, (number + 1) * FRAME_SAMPLES)
        yield Frame(event_type, payload, number == 0, number > 0, END_COPIES if last else 1, sent if last else None)
    yield from silence_frames(gap_ms)


def tone_frames(digit: str, *, tone_ms: int, gap_ms: int, sent: Callable[[], None] | None = None) -> Iterator[Frame]:
    """``digit`` as the two tones themselves, in the audio, then the gap."""
    frames = max(1, tone_ms // FRAME_MS)
    sound = dtmf_tone(digit, frames)
    for number in range(frames):
        payload = sound[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        yield Frame(PCMA, payload, sent=sent if number == frames - 1 else None)
    yield from silence_frames(gap_ms)


def silence_frames(length_ms: int) -> Iterator[Frame]:
    """At least ``length_ms`` of silent audio."""
    for _ in range(-(-length_ms // FRAME_MS)):
        yield Frame(PCMA, SILENT_FRAME)


class HeardDigits:
    """Digits that the other side sent as events: each once, however many packets it had."""

    __slots__ = ("_last", "keyed")

    def __init__(self) -> None:
        """Nothing heard yet."""
        self.keyed = ""
        self._last: tuple[int, int] | None = None

    def take(self, packet: Packet) -> str | None:
        """The digit that begins with ``packet``; None for the rest of one already known."""
        event = packet.ssrc, packet.timestamp
        if event == self._last or len(packet.payload) < _EVENT.size or packet.payload[0] >= len(EVENT_CODES):
            return None
        self._last = event
        digit = EVENT_CODES[packet.payload[0]]
        self.keyed += digit
        return digit
