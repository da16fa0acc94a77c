"""The keys a caller has pressed and nobody has taken yet. Nothing here is ever logged, and ``repr`` shows no key."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

KEPT: Final = 64
"""The longest run of keys that is kept; the longest useful one (a menu choice and two references) is half of it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key, and the loop time at which it was let go."""

    digit: str
    at: float

    def __repr__(self) -> str:
        return f"Key(at={self.at!r})"


class TypedAhead:
    """Keys in the order pressed. True while there are any."""

    __slots__ = ("_hash_until", "_keys")

    def __init__(self) -> None:
        self._keys: deque[Key] = deque(maxlen=KEPT)
        self._hash_until: float | None = None

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def put(self, digit: str, at: float) -> None:
        """A key was pressed; a ``#`` that was to be swallowed is not kept, so it interrupts no prompt either."""
        until, self._hash_until = self._hash_until, None
        if until is None or digit != "#" or at > until:
            self._keys.append(Key(digit, at))

    def take(self) -> Key:
        """The oldest one. Raises IndexError when there is none."""
        return self._keys.popleft()

    def drop(self) -> None:
        """Forget all of them; a ``#`` that is still to be swallowed stays so."""
        self._keys.clear()

    def swallow_hash(self, until: float) -> None:
        """A ``#`` pressed next, up to loop time ``until``, belongs to the entry just completed. Source: R-DTMF-1."""
        if not self._keys:
            self._hash_until = until
        elif self._keys[0].digit == "#" and self._keys[0].at <= until:
            self._keys.popleft()
