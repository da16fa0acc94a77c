"""G.711 A-law to 16 bit samples and back, and tones. Source: ITU-T G.711 table 1; Q.23 (DTMF frequencies).

Pure. Everything is 8000 samples a second, one octet each in A-law.
"""

from __future__ import annotations

import functools
import itertools
import math
import sys
import wave
from array import array
from pathlib import Path

SAMPLE_RATE = 8000
FRAME_S = 0.02
FRAME_SAMPLES = 160
SILENCE = 0xD5  # A-law's smallest positive value
SILENT_FRAME = bytes([SILENCE]) * FRAME_SAMPLES

DTMF_ROWS_HZ = (697, 770, 852, 941)
DTMF_COLUMNS_HZ = (1209, 1336, 1477, 1633)
DTMF_KEYS = "123A456B789C*0#D"


def _decoded(octet: int) -> int:
    """One A-law octet as a 16 bit sample."""
    octet ^= 0x55
    exponent, mantissa = (octet >> 4) & 7, (octet & 15) << 4
    level = mantissa + 8 if exponent == 0 else (mantissa + 0x108) << (exponent - 1)
    return level if octet & 0x80 else -level


_SAMPLES = tuple(_decoded(octet) for octet in range(256))
_LOW = bytes(sample & 0xFF for sample in _SAMPLES)
_HIGH = bytes((sample >> 8) & 0xFF for sample in _SAMPLES)


def decode(alaw: bytes) -> array[int]:
    """``alaw`` as 16 bit samples."""
    octets = bytearray(2 * len(alaw))
    octets[0::2] = alaw.translate(_LOW)
    octets[1::2] = alaw.translate(_HIGH)
    samples = array("h", bytes(octets))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def encode(samples: array[int]) -> bytes:
    """16 bit samples as A-law."""
    table = _encoding()
    return bytes(table[sample + 32768] for sample in samples)


@functools.cache
def _encoding() -> bytes:
    """The octet of every 16 bit sample: that of the nearest level; made on first use (65536 octets, some 20 ms)."""
    levels = sorted((level, octet) for octet, level in enumerate(_SAMPLES))
    table = bytearray()
    for (level, octet), (above, _) in itertools.pairwise([*levels, (2 * 32768 - levels[-1][0], 0)]):
        top = (level + above) // 2
        table += bytes([octet]) * (top + 32768 - len(table))
    return bytes(table)


def sines(frequencies_hz: tuple[int, ...], samples: int, *, peak: float = 0.25) -> bytes:
    """``samples`` of A-law of the sum of sines; ``peak`` is the share of full scale that each of them has."""
    steps = [2 * math.pi * hz / SAMPLE_RATE for hz in frequencies_hz]
    levels = (sum(math.sin(step * n) for step in steps) for n in range(samples))
    return encode(array("h", (round(peak * 32767 * level) for level in levels)))


@functools.cache
def tone(frequency_hz: int) -> bytes:
    """One second of a sine of a whole number of Hz, so that it can be repeated without a click."""
    return sines((frequency_hz,), SAMPLE_RATE)


@functools.cache
def dtmf_tone(digit: str, frames: int) -> bytes:
    """``frames`` of 20 ms of the two tones of ``digit`` (Q.23)."""
    row, column = divmod(DTMF_KEYS.index(digit), 4)
    return sines((DTMF_ROWS_HZ[row], DTMF_COLUMNS_HZ[column]), frames * FRAME_SAMPLES)


def read_audio(path: Path) -> bytes:
    """The A-law of a ``.alaw`` file or an 8 kHz, 16 bit, mono ``.wav``; ``ValueError`` for any other sound."""
    if path.suffix == ".alaw":
        return path.read_bytes()
    with wave.open(str(path), "rb") as sound:
        shape = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
        if shape != (SAMPLE_RATE, 2, 1):
            raise ValueError(
                f"{path}: expected 8000 Hz, 16 bit, mono; found {shape[0]} Hz, {8 * shape[1]} bit, {shape[2]}"
            )
        samples = array("h", sound.readframes(sound.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return encode(samples)
