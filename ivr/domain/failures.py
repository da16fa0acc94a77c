"""How often something failed lately: what whoever guesses a password or a PIN runs into."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

_KEYS_KEPT: Final = 10_000


class FailureWindow:
    """How often something failed lately, by key. ``clock`` gives monotonic seconds."""

    def __init__(self, window_s: float, limit: int, clock: Callable[[], float]) -> None:
        self._window_s = window_s
        self._limit = limit
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}

    def wait_s(self, key: str) -> float:
        """Seconds until ``key`` may try again; 0 when it may now."""
        failures = self._lately(key)
        return 0.0 if len(failures) < self._limit else failures[0] + self._window_s - self._clock()

    def count(self, key: str) -> None:
        """An attempt under ``key`` begins; it counts as failed unless it is taken back."""
        if len(self._failures) >= _KEYS_KEPT:
            self._forget_old()
        self._failures.setdefault(key, deque()).append(self._clock())

    def take_back(self, key: str) -> None:
        """The latest attempt under ``key`` did not fail."""
        if failures := self._failures.get(key):
            failures.pop()

    def _lately(self, key: str) -> deque[float]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= self._clock() - self._window_s:
            failures.popleft()
        return failures

    def _forget_old(self) -> None:
        for key in [key for key in self._failures if not self._lately(key)]:
            del self._failures[key]
