"""What a phone heard, on a true time line: A-law octets where sample 0 is a known moment of the monotonic clock.

Enters: received RTP payloads with their timestamps and arrival. Leaves: octets, samples, levels. No task; the phone's
own socket reader writes. What never arrived is silence. Source: RFC 3550 §5.1 (timestamps).
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

from ivr.softphone.g711 import SAMPLE_RATE, SILENCE, decode

LATE_S = 0.3  # a packet later than this against its stream's timestamps: the sender paused without counting it
EARLY_S = 0.06  # a packet earlier than this: the timestamps jumped ahead
LONGEST_GAP_S = 3600.0  # nothing is written further ahead than this (a forged timestamp would eat the memory)
QUIETEST_DBFS = -96.0


@dataclass(slots=True)
class _Stream:
    """One SSRC's anchor: RTP timestamp ``timestamp`` is sample ``position`` of the recording."""

    timestamp: int
    position: int


class Recording:
    """Grows as packets come in; everything but ``write`` only reads."""

    __slots__ = ("_alaw", "_streams", "packets", "started_at")

    def __init__(self, started_at: float) -> None:
        """``started_at``: the monotonic time of sample 0, in seconds."""
        self.started_at = started_at
        self.packets = 0
        self._alaw = bytearray()
        self._streams: dict[int, _Stream] = {}

    @property
    def alaw(self) -> bytes:
        """All that was heard, one octet a sample, exactly as it came."""
        return bytes(self._alaw)

    @property
    def samples(self) -> array[int]:
        """All that was heard as 16 bit samples, 8000 a second."""
        return decode(self.alaw)

    @property
    def seconds(self) -> float:
        """From sample 0 to the end of the last packet."""
        return len(self._alaw) / SAMPLE_RATE

    def at(self, moment: float) -> float:
        """Where on the time line a moment of the monotonic clock is, in seconds."""
        return moment - self.started_at

    def write(self, ssrc: int, timestamp: int, alaw: bytes, arrived_at: float) -> bool:
        """One packet's payload goes to its place; True if it begins a stream that was not there before."""
        arrival = max(0, round((arrived_at - self.started_at) * SAMPLE_RATE))
        stream = self._streams.get(ssrc)
        new = stream is None
        if stream is None:
            stream = self._streams[ssrc] = _Stream(timestamp, arrival)
        position = _position(stream, timestamp, arrival)
        self._put(position, alaw)
        self.packets += 1
        return new

    def _put(self, position: int, alaw: bytes) -> None:
        """``alaw`` at ``position``; the gap before it is filled with silence."""
        missing = position - len(self._alaw)
        if missing > LONGEST_GAP_S * SAMPLE_RATE:
            return
        if missing > 0:
            self._alaw += bytes([SILENCE]) * missing
        self._alaw[position : position + len(alaw)] = alaw

    def part(self, from_s: float, to_s: float) -> bytes:
        """The octets between two places of the time line; shorter where nothing has come yet."""
        return bytes(self._alaw[max(0, round(from_s * SAMPLE_RATE)) : max(0, round(to_s * SAMPLE_RATE))])

    def level_dbfs(self, from_s: float, to_s: float) -> float:
        """The RMS level between two places, in dB of full scale; -96 for silence and where nothing came."""
        samples = decode(self.part(from_s, to_s))
        if not samples:
            return QUIETEST_DBFS
        power = sum(sample * sample for sample in samples) / len(samples)
        return max(QUIETEST_DBFS, 10 * math.log10(power / 32768**2)) if power else QUIETEST_DBFS


def _position(stream: _Stream, timestamp: int, arrival: int) -> int:
    """The sample where a packet belongs: by its timestamp, and by its arrival where the timestamps jumped."""
    elapsed = (timestamp - stream.timestamp + 0x80000000) % 0x100000000 - 0x80000000
    position = stream.position + elapsed
    late = (arrival - position) / SAMPLE_RATE
    if not -EARLY_S <= late <= LATE_S:
        position = arrival
    stream.timestamp, stream.position = timestamp, position
    return max(0, position)
