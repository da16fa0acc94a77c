"""A caller's ear: keeps no sound, only how long the longest silence was."""

from __future__ import annotations

import time
from typing import Final

from ivr.softphone.recording import Recording

SOUNDS: Final = 12
"""A packet of 20 ms with at least so many different octets is a sound; silence and its dither have a few."""


class Ear(Recording):
    """Hears packets and forgets them. Silence counts from `listen_from` on."""

    def __init__(self, started_at: float) -> None:
        super().__init__(started_at)
        self._sound_at: float | None = None
        self.longest_silence_s = 0.0

    def listen_from(self, moment: float) -> None:
        """The call has been answered: from here on the caller should hear something."""
        self._sound_at = moment

    def write(self, ssrc: int, timestamp: int, alaw: bytes, arrived_at: float) -> bool:  # noqa: ARG002
        """One packet."""
        self.packets += 1
        if len(set(alaw)) >= SOUNDS:
            self._break_silence(arrived_at)
        return False

    def hang_up(self) -> None:
        """The call is over: the silence that was going on is over too."""
        self._break_silence(time.monotonic())
        self._sound_at = None

    def _break_silence(self, at: float) -> None:
        if self._sound_at is not None:
            self.longest_silence_s = max(self.longest_silence_s, at - self._sound_at)
            self._sound_at = at
