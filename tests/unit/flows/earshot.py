"""What a caller on the fake PBX hears from moment to moment: nobody may be left in silence, nobody be told for ever.

Looked at from outside the service, in virtual time: what plays, whether there is music, whether there is somebody.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.unit.fake_pbx import FakePbx
from tests.unit.virtual_time import now

LOOK_S: Final = 1.0
SILENCE_S: Final = 8.0
"""R-DTMF-1's 6 s for the first digit, the pause in which what is left over is dropped, and a look's length."""
QUESTIONS: Final[dict[str, tuple[str, ...]]] = {
    "menu": ("menu-existing-case",),
    "scin": ("ask-scin", "scin-"),
    "date of birth": ("ask-date-of-birth", "date-of-birth-"),
    "ern": ("ask-ern", "ern-"),
    "trn": ("ask-trn", "trn-"),
    "greeting": ("greeting",),
    "way on": ("connecting-", "going-to-adviser", "no-case-found", "wlu-not-staffed"),
    "closed": ("closed",),
    "announcement": ("waiting-", "nobody-free-now"),
}
"""What is said to a caller, by how the prompts' names begin."""


@dataclass
class Earshot:
    """One caller's ears. ``pressed_at``: when they last touched a key, for while they key nobody speaks to them."""

    pbx: FakePbx
    channel_id: str
    pressed_at: float = 0.0
    silent_since: float | None = None
    longest_s: float = 0.0
    talked: bool = False
    disturbed: bool = False
    """Somebody or something else was heard during the talk."""
    after: list[str] = field(default_factory=list)
    """What was heard before the longest silence."""

    async def listen(self) -> None:
        """Until the call is over."""
        while self.channel_id in self.pbx.channels:
            self._look()
            await asyncio.sleep(LOOK_S)

    def _look(self) -> None:
        if self._hears_something():
            self.silent_since = None
            return
        began = self.silent_since = now() if self.silent_since is None else self.silent_since
        lasted = now() - max(began, self.pressed_at)
        if lasted > self.longest_s:
            self.longest_s, self.after = lasted, self.pbx.heard[self.channel_id][-3:]

    def _hears_something(self) -> bool:
        """Ringing, a prompt, music, or a person on the same bridge."""
        if self.pbx.channels[self.channel_id].state != "Up":
            return True  # not answered yet: the network lets it ring
        together = any(self.channel_id in inside and len(inside) > 1 for inside in self.pbx.bridges.values())
        sounds = {one: of for one, (of, _timer) in self.pbx._playbacks.items() if one not in self.pbx.quiet}
        playing = self.channel_id in sounds.values()
        playing = playing or self.pbx.channels[self.channel_id].music
        self.talked = self.talked or together
        self.disturbed = self.disturbed or (together and playing)
        return together or playing


def times_said(heard: Sequence[str]) -> Counter[str]:
    """How often each thing was asked or told, of those in ``QUESTIONS``."""
    names = [one.split("/")[1] for one in heard if "/" in one]
    return Counter(thing for thing, stems in QUESTIONS.items() for name in names if name.startswith(stems))
