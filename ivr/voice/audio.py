"""Sound for the telephone: any PCM wav becomes 8 kHz, band-limited, level with the others, and cleanly cut.

Pure arithmetic on lists of floats (full scale is 1.0) with the standard library alone: nothing more to install.
Sources: G.712 (300 to 3400 Hz), P.56 (active speech level, its margin of 15.9 dB), G.711 through ``g711``.
"""

from __future__ import annotations

import io
import math
import sys
import wave
from array import array
from dataclasses import dataclass
from functools import cache
from operator import mul

SAMPLE_RATE = 8000
LEAD_S = 0.06
"""Silence before the first sound, so that a late start of the media clips nothing."""
TAIL_S = 0.15
JOIN_S = 0.03
"""The tail where the sentence goes on in the next sound."""
LEVEL_DBOV = -20.0
"""Active speech level, relative to the overload point (a square wave at full scale)."""
PEAK = 10 ** (-3.5 / 20)

_LOW_HZ, _HIGH_HZ = 300.0, 3400.0
_KERNEL_S = 64 / 22050
_KAISER_BETA = 4.5
_FRAME = 40
_MARGIN_DB = 15.9
_ONSET_DB = 32.0
_GUARD_S = 0.02
_FADE = 64


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono samples, full scale 1.0, at ``rate`` a second."""

    samples: list[float]
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def read_wav(content: bytes) -> Sound:
    """The wav file's first channel; ``ValueError`` says what is wrong with it, and what was expected.

    A header of unknown length (a wav written to a pipe) is read to the end of the content.
    """
    try:
        with wave.open(io.BytesIO(content)) as wav:
            channels, width, rate = wav.getnchannels(), wav.getsampwidth(), wav.getframerate()
            frames = wav.readframes(len(content))
    except (wave.Error, EOFError) as fault:
        raise ValueError(f"found: {fault or 'a file cut short'}; expected: a wav file with PCM") from fault
    if width not in {2, 3, 4} or not SAMPLE_RATE <= rate <= 192_000:
        raise ValueError(f"found: {8 * width} bit at {rate} Hz; expected: 16, 24 or 32 bit at 8000 Hz or more")
    samples = _sixteen_bits(frames[: len(frames) // width * width], width)[::channels]
    return Sound([sample / 32768 for sample in samples], rate)


def _sixteen_bits(frames: bytes, width: int) -> array[int]:
    """Little endian samples of ``width`` octets, their two highest octets kept."""
    octets = bytearray(len(frames) // width * 2)
    octets[0::2], octets[1::2] = frames[width - 2 :: width], frames[width - 1 :: width]
    samples = array("h", bytes(octets))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def for_telephone(sound: Sound, *, tail_s: float = TAIL_S) -> Sound:
    """``sound`` as a caller will hear it: 8 kHz, 300 to 3400 Hz, levelled, ``LEAD_S`` of silence, then ``tail_s``.

    ``ValueError`` when there is nothing to be heard in it.
    """
    narrow = _without_hum(_resampled(sound.samples, sound.rate))
    level = active_level(narrow)
    if level < -70:
        raise ValueError("found: silence; expected: speech")
    start, end = _extent(narrow, level)
    heard = narrow[start:end]
    gain = min(10 ** ((LEVEL_DBOV - level) / 20), PEAK / max(map(abs, heard)))
    lead, tail = ([0.0] * round(seconds * SAMPLE_RATE) for seconds in (LEAD_S - _GUARD_S, tail_s))
    return Sound([*lead, *_faded([sample * gain for sample in heard]), *tail], SAMPLE_RATE)


@cache
def _phases(rate: int) -> tuple[tuple[list[float], ...], int, int]:
    """The low-pass filter cut into phases, and the step (``down`` of ``up``) from one sample of 8 kHz to the next.

    A sinc at 3400 Hz under a Kaiser window: 6 dB down there, 50 dB down where it would fold back.
    """
    up, down = SAMPLE_RATE // math.gcd(rate, SAMPLE_RATE), rate // math.gcd(rate, SAMPLE_RATE)
    half = _KERNEL_S / 2
    taps = math.ceil(_KERNEL_S * rate)
    phases = []
    for phase in range(up):
        times = [(place - taps // 2 - phase / up) / rate for place in range(taps + 1)]
        weights = [_sinc(2 * _HIGH_HZ * t) * _kaiser(t / half) for t in times]
        phases.append([weight / sum(weights) for weight in weights])
    return tuple(phases), up, down


def _sinc(x: float) -> float:
    return math.sin(math.pi * x) / (math.pi * x) if x else 1.0


def _kaiser(x: float) -> float:
    return _bessel(_KAISER_BETA * math.sqrt(1 - x * x)) / _bessel(_KAISER_BETA) if abs(x) < 1 else 0.0


def _bessel(x: float) -> float:
    """The modified Bessel function of the first kind, order 0, by its series."""
    return sum((x / 2) ** (2 * k) / math.factorial(k) ** 2 for k in range(20))


def _resampled(samples: list[float], rate: int) -> list[float]:
    phases, up, down = _phases(rate)
    taps = len(phases[0])
    padded = [*([0.0] * (taps // 2)), *samples, *([0.0] * taps)]
    filtered = []
    for place in range(len(samples) * up // down):
        start, phase = divmod(place * down, up)
        filtered.append(sum(map(mul, phases[phase], padded[start : start + taps])))
    return filtered


def _without_hum(samples: list[float]) -> list[float]:
    """``samples`` of 8 kHz above 300 Hz: a Butterworth high-pass of the fourth order, as two sections."""
    for q in (0.5412, 1.3066):
        samples = _high_passed(samples, q)
    return samples


def _high_passed(samples: list[float], q: float) -> list[float]:
    """One second-order section (the bilinear transform's usual coefficients)."""
    omega = 2 * math.pi * _LOW_HZ / SAMPLE_RATE
    cosine, alpha = math.cos(omega), math.sin(omega) / (2 * q)
    b0, a1, a2 = (1 + cosine) / 2 / (1 + alpha), -2 * cosine / (1 + alpha), (1 - alpha) / (1 + alpha)
    s1 = s2 = 0.0
    passed = []
    for sample in samples:
        weighted = b0 * sample
        out = weighted + s1
        s1 = s2 - 2 * weighted - a1 * out
        s2 = weighted - a2 * out
        passed.append(out)
    return passed


def _powers(samples: list[float]) -> list[float]:
    """Mean square of each 5 ms."""
    return [
        sum(map(mul, frame, frame)) / _FRAME
        for start in range(0, len(samples) - _FRAME + 1, _FRAME)
        for frame in [samples[start : start + _FRAME]]
    ]


def active_level(samples: list[float]) -> float:
    """The level of the speech in dBov, its pauses left out; -100 for silence.

    As P.56 defines it: the mean power of what is louder than a threshold 15.9 dB below that mean.
    """
    powers = sorted((power for power in _powers(samples) if power > 1e-10), reverse=True)
    total, level = 0.0, 1e-10
    for count, power in enumerate(powers, 1):
        if power < level / 10 ** (_MARGIN_DB / 10):
            break
        total += power
        level = total / count
    return 10 * math.log10(level)


def _extent(samples: list[float], level: float) -> tuple[int, int]:
    """From where to where there is sound, a guard of 20 ms before and after it included."""
    floor = 10 ** ((level - _ONSET_DB) / 10)
    loud = [place for place, power in enumerate(_powers(samples)) if power > floor]
    guard = round(_GUARD_S * SAMPLE_RATE)
    return max(0, loud[0] * _FRAME - guard), min(len(samples), (loud[-1] + 1) * _FRAME + guard)


def _faded(samples: list[float]) -> list[float]:
    """Straight 8 ms in and out, so that neither end clicks; both lie in the guard."""
    for place in range(min(_FADE, len(samples) // 2)):
        samples[place] *= place / _FADE
        samples[-1 - place] *= place / _FADE
    return samples


def as_pcm(sound: Sound) -> array[int]:
    """The samples in 16 bit, rounded and kept within range."""
    return array("h", (max(-32768, min(32767, round(sample * 32767))) for sample in sound.samples))


def as_wav(samples: array[int]) -> bytes:
    """A wav file of 16 bit mono at 8 kHz."""
    content = io.BytesIO()
    little = array("h", samples)
    if sys.byteorder == "big":
        little.byteswap()
    with wave.open(content, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(SAMPLE_RATE)
        wav.writeframes(little.tobytes())
    return content.getvalue()
