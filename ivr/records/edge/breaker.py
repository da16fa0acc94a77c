"""A circuit breaker: after failures in a row nobody is asked for a while, then one trial decides. Pure.

Time comes in as an argument (monotonic seconds). A library was looked for: those that know asyncio let every call
through at the trial, or read the clock by themselves.

::

    closed ──failures in a row──► open ──rest_s later──► half open: one trial at a time
      ▲                            ▲                        │
      └────────── success ─────────┼────────────────────────┤
                                   └──────── failure ───────┘
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

BreakerState = Literal["closed", "open", "half_open"]


@dataclass(frozen=True, slots=True)
class Admitted:
    """Leave to ask once."""

    on_trial: bool


@dataclass(slots=True)
class Breaker:
    """``failures``: so many in a row open it; ``rest_s``: so long it stays open before a trial.

    Who was admitted tells how it ended, by `succeeded`, `failed` or, where nothing was learnt, `gave_up`. Once it is
    open, only the trial counts: what was asked before and ends late says nothing new.
    """

    failures: int
    rest_s: float
    _in_a_row: int = field(default=0, init=False)
    _opened_at: float | None = field(default=None, init=False)
    _on_trial: bool = field(default=False, init=False)

    @property
    def state(self) -> BreakerState:
        """Closed: everybody is admitted; open: nobody; half open: a trial is under way."""
        if self._opened_at is None:
            return "closed"
        return "half_open" if self._on_trial else "open"

    @property
    def is_well(self) -> bool:
        """Whether nothing has failed since the last answer."""
        return self._opened_at is None and self._in_a_row == 0

    def admit(self, at: float) -> Admitted | None:
        """Leave to ask now; None: do not. While open only the first after the rest, until that one's end is known."""
        if self._opened_at is None:
            return Admitted(on_trial=False)
        if self._on_trial or at - self._opened_at < self.rest_s:
            return None
        self._on_trial = True
        return Admitted(on_trial=True)

    def succeeded(self, admitted: Admitted) -> None:
        """There was an answer."""
        if admitted.on_trial or self._opened_at is None:
            self._in_a_row, self._opened_at, self._on_trial = 0, None, False

    def failed(self, admitted: Admitted, at: float) -> None:
        """There was none: it opens at the last of so many in a row, and again after a trial."""
        if admitted.on_trial:
            self._opened_at, self._on_trial = at, False
        elif self._opened_at is None:
            self._in_a_row += 1
            self._opened_at = at if self._in_a_row >= self.failures else None

    def gave_up(self, admitted: Admitted) -> None:
        """Nobody waits for the answer any more (the caller hung up): the next may try."""
        if admitted.on_trial:
            self._on_trial = False
