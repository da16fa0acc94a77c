"""A speaker and a narrower without any program: each text becomes a tone, made at once."""

from __future__ import annotations

import io
import math
import threading
import wave
from array import array


def tone(seconds: float = 0.2, peak: float = 0.2, frequency_hz: int = 1000) -> array[int]:
    """A sine of 8 kHz samples."""
    step = 2 * math.pi * frequency_hz / 8000
    return array("h", [round(32767 * peak * math.sin(step * n)) for n in range(round(seconds * 8000))])


SPOKEN = b"RIFF" + tone(0.05).tobytes()


class FakeSpeaker:
    """Says a tone, and remembers what it was asked to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def say(self, text: str, voice: str, words_per_minute: int) -> bytes:
        """A tone of 50 ms."""
        assert words_per_minute > 0
        with self._lock:
            self.said.append((voice, text))
        return SPOKEN


class FakeNarrower:
    """Takes what follows the first four octets for samples; refuses what does not begin like a wav file."""

    def telephone_band(self, wav: bytes) -> array[int]:
        """The samples after ``RIFF``."""
        if not wav.startswith(b"RIFF"):
            raise ValueError("found: no wav header; expected: a wav file with PCM")
        return array("h", wav[4:])


def wav_file(samples: array[int], rate: int) -> bytes:
    """A real 16 bit mono wav file."""
    content = io.BytesIO()
    with wave.open(content, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(samples.tobytes())
    return content.getvalue()
