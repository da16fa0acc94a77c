"""What a soak does and how much of it; dice for everybody, all thrown from one seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

K = TypeVar("K")
RING_TIMEOUT_S: Final = 5
LIMITS: Final[Mapping[str, float]] = {
    "ring_timeout_s": RING_TIMEOUT_S,
    "no_ringing_timeout_s": 3,
    "again_after_rona_s": 5,
    "overflow_s": 6,
    "announce_first_s": 3,
    "announce_every_s": 6,
    "after_call_work_s": 3,
    "first_digit_s": 3,
    "between_digits_s": 1.5,
}
"""The rules' limits, shortened: everybody goes through all of them within minutes."""
AGAIN_S: Final = 90.0
"""Once the last caller has dialled, who stays is answered within this: everybody is at work and answers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``rate``: calls a second; ``patience_s``: the longest that the end may take."""

    calls: int
    rate: float
    seed: int
    patience_s: float = AGAIN_S

    def dice(self, whose: str) -> random.Random:
        """Somebody's own dice: the same for the same seed, whatever the others do."""
        return random.Random(f"{self.seed}/{whose}")  # noqa: S311 - nothing is kept secret with them


@dataclass(slots=True)
class Tally:
    """What was done how often, and what came of it; shared by everybody in a soak."""

    deeds: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, deed: str, outcome: str) -> None:
        """Somebody did something."""
        self.deeds[deed, outcome] += 1


def choose(dice: random.Random, weights: Mapping[K, float]) -> K:
    """One of the keys, as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


def hours() -> str:
    """The shipped hours, but the line for Northern Ireland is closed today."""
    today = datetime.now(UTC).date()
    closures = ", ".join(str(today + timedelta(days=days)) for days in (-1, 0, 1))
    always = 'open = ["mon-sun 00:00-24:00"]\npublic_holidays = false\n'
    nations = {"always": "england-and-wales", "clients": "england-and-wales", "employers": "england-and-wales"}
    named = [f'[{name}]\nnation = "{nation}"\n{always}' for name, nation in nations.items()]
    return "\n".join([*named, f'[clients-ni]\nnation = "northern-ireland"\n{always}closures = [{closures}]\n'])
