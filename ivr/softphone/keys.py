"""The little language of ``ivr call --keys``: what is keyed, and when.

- ``0``-``9``, ``*``, ``#``, ``A``-``D``: keyed as they stand
- ``,``: wait until something is being said (again), as a caller who listens to a prompt's first words
- ``;``: wait until it has been said to its end, as a caller who listens to all of it
- ``p``: wait one second

Before the first digit there is a wait as with ``,``, unless the keys begin with a wait of their own or with ``!``,
which keys at once. ``1,120000000019`` keys 1 into the menu, and the reference when the next prompt has begun. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from ivr.errors import RequestError

_STEP = re.compile(r"([0-9*#A-D]+)|([,;p])")
AT_ONCE = "!"
REFERENCE_LENGTH = 12
SHOWN_OF_REFERENCE = 3


class Wait(Enum):
    """What is waited for between digits."""

    SOUND = ","
    QUIET = ";"
    SECOND = "p"


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits keyed in one go; never shown in full (R-DTMF-5)."""

    digits: str

    def __repr__(self) -> str:
        return f"Digits({self.shown})"

    @property
    def shown(self) -> str:
        """A choice as it is, a reference by its last three digits, anything else by its length alone (R-DTMF-5)."""
        if len(self.digits) == 1:
            return self.digits
        if len(self.digits) >= REFERENCE_LENGTH:
            return "…" + self.digits[-SHOWN_OF_REFERENCE:]
        return f"{len(self.digits)} digits"


Step = Digits | Wait


def parse_keys(keys: str) -> tuple[Step, ...]:
    """The steps of ``keys``, spaces aside; ``RequestError`` naming the first sign that is none."""
    text = keys.replace(" ", "")
    begins_at_once = text.startswith(AT_ONCE)
    text = text.removeprefix(AT_ONCE)
    steps = tuple(Digits(found[1]) if found[1] else Wait(found[2]) for found in _STEP.finditer(text))
    strange = _STEP.sub("", text)
    if strange:
        raise RequestError(f"keys: found {strange[0]!r}, expected 0-9 * # A-D, or , ; p for a wait")
    if steps and isinstance(steps[0], Digits) and not begins_at_once:
        return (Wait.SOUND, *steps)
    return steps
