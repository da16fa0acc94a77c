"""Sound for the telephone: every prompt as loud as the others, and cleanly cut.

Pure, on 16 bit samples at 8 kHz. Levels are in dBov: relative to a square wave at full scale.
Source: ITU-T P.56 (active speech level, its margin of 15.9 dB).
"""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from operator import mul

SAMPLE_RATE = 8000
LEAD_S = 0.06
"""Silence before the first sound, so that a late start of the media clips nothing."""
TAIL_S = 0.15
JOIN_S = 0.03
"""The tail where the sentence goes on in the next sound."""
LEVEL_DBOV = -20.0
"""Active speech level of every prompt, unless its peaks forbid it."""
PEAK_DBOV = -3.5

_FULL_SCALE = 32768
_FRAME = 40
_MARGIN_DB = 15.9
_ONSET_DB = 32.0
_GUARD_S = 0.02
_FADE = 64
_PACKET = 160


def prompt(samples: array[int], *, tail_s: float = TAIL_S) -> array[int]:
    """``samples`` levelled, with ``LEAD_S`` of silence before the first sound and ``tail_s`` after the last.

    ``ValueError`` when there is nothing to be heard in them.
    """
    powers = _powers(samples)
    level = _level(powers)
    if level < -70:
        raise ValueError("found: silence; expected: speech")
    start, end = _extent(powers, level)
    heard = samples[start:end]
    gain = min(_ratio(LEVEL_DBOV - level), _ratio(PEAK_DBOV) * _FULL_SCALE / max(map(abs, heard)))
    levelled = array("h", [round(sample * gain) for sample in heard])
    return _whole_packets(_silence(LEAD_S - _GUARD_S) + _faded(levelled) + _silence(tail_s))


def active_level(samples: array[int]) -> float:
    """The level of the speech in dBov, its pauses left out; -100 for silence.

    As P.56 defines it: the mean power of what is louder than a threshold 15.9 dB below that mean.
    """
    return _level(_powers(samples))


def _level(powers: list[float]) -> float:
    total, mean = 0.0, 1e-10
    for count, power in enumerate(sorted(powers, reverse=True), 1):
        if power < mean * _ratio(-_MARGIN_DB) ** 2:
            break
        total += power
        mean = max(total / count, 1e-10)
    return 10 * math.log10(mean)


def as_wav(samples: array[int]) -> bytes:
    """A wav file of 16 bit mono at 8 kHz."""
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    content = io.BytesIO()
    with wave.open(content, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(SAMPLE_RATE)
        wav.writeframes(little.tobytes())
    return content.getvalue()


def _ratio(decibels: float) -> float:
    """The ratio of amplitudes."""
    return float(10 ** (decibels / 20))


def _powers(samples: array[int]) -> list[float]:
    """The mean power of each 5 ms, relative to full scale."""
    frames = (samples[start : start + _FRAME] for start in range(0, len(samples) - _FRAME + 1, _FRAME))
    return [sum(map(mul, frame, frame)) / (_FRAME * _FULL_SCALE**2) for frame in frames]


def _extent(powers: list[float], level: float) -> tuple[int, int]:
    """From which sample to which there is sound, a guard of 20 ms before and after it included."""
    floor = _ratio(level - _ONSET_DB) ** 2
    loud = [place for place, power in enumerate(powers) if power > floor]
    guard = round(_GUARD_S * SAMPLE_RATE)
    return max(0, loud[0] * _FRAME - guard), (loud[-1] + 1) * _FRAME + guard


def _faded(samples: array[int]) -> array[int]:
    """Straight 8 ms in and out, so that neither end clicks; both lie in the guard."""
    for place in range(min(_FADE, len(samples) // 2)):
        samples[place] = samples[place] * place // _FADE
        samples[-1 - place] = samples[-1 - place] * place // _FADE
    return samples


def _whole_packets(samples: array[int]) -> array[int]:
    """Filled up to whole packets of 20 ms: Asterisk drops what is left of one at the end of a file."""
    return samples + array("h", bytes(2 * (-len(samples) % _PACKET)))


def _silence(seconds: float) -> array[int]:
    return array("h", bytes(2 * round(seconds * SAMPLE_RATE)))
