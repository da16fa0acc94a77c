"""A recording's wave form: how loud each of its stretches is, for a page to draw. Pure but for reading the file."""

from __future__ import annotations

import array
import sys
import wave
from pathlib import Path
from typing import Final

PEAKS: Final = 600
"""So many stretches at most, whatever its length."""
LOUDEST: Final = 100
_FULL: Final = 32768


def wave_form(path: Path) -> list[int]:
    """The loudest sample of each stretch, of 100. Raises OSError, and ValueError where the file is not what Asterisk
    writes.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getsampwidth(), sound.getnchannels()) != (2, 1):
                raise ValueError(f"{path.name}: not 16 bit, one channel")
            count = sound.getnframes()
            step = max(1, -(-count // PEAKS))
            return [_peak(sound.readframes(step)) for _ in range(0, count, step)]
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _peak(frames: bytes) -> int:
    samples = array.array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    if not samples:
        return 0
    loudest, lowest = max(samples), min(samples)
    return round(LOUDEST * max(loudest, -lowest) / _FULL)
