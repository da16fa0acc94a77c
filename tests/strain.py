"""Whether the machine that the tests run on was to blame: it stood still, was robbed, or had no time left.

Enters: the kernel's counters, read each second by a thread of the test process, and how late that thread is woken.
Leaves: a ``Strain``, measured over one test. Nothing here knows of pytest.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

TICK_S: Final = 0.1
READ_EVERY_S: Final = 1.0
WINDOW_S: Final = 5.0
"""A machine at ease before and after may have had no time left in between: the worst stretch of this length counts."""
LATE_S: Final = 0.5
"""Woken as late as this, a test process stood still: whatever has limits of seconds may have missed one."""
STOLEN: Final = 0.10
IDLE: Final = 0.15


@dataclass(frozen=True, slots=True)
class Reading:
    """What the kernel counted since it began, in seconds of the processors that this process may run on."""

    at_s: float
    total_s: float
    idle_s: float
    stolen_s: float
    """What a hypervisor gave to others, and what a limit of the container's withheld."""


@dataclass(frozen=True, slots=True)
class Strain:
    """How hard the machine had it: shares of processor time at their worst, and the longest time stood still."""

    late_s: float
    idle: float
    stolen: float

    def is_to_blame(self) -> bool:
        """Whether a limit of seconds may have passed for want of a processor."""
        return self.late_s >= LATE_S or self.stolen >= STOLEN or self.idle <= IDLE

    def __str__(self) -> str:
        return f"stood still {self.late_s:.1f} s, stolen {self.stolen:.0%}, idle {self.idle:.0%}"


def at_worst(readings: list[Reading], late_s: float) -> Strain:
    """The strain of the worst stretch of ``WINDOW_S``; of all the time, where the readings span less."""
    stretches = list(_stretches(readings)) or [(readings[0], readings[-1])]
    return Strain(
        late_s=late_s,
        idle=min(_share(first.idle_s, last.idle_s, first, last, 1.0) for first, last in stretches),
        stolen=max(_share(first.stolen_s, last.stolen_s, first, last, 0.0) for first, last in stretches),
    )


def _stretches(readings: list[Reading]) -> list[tuple[Reading, Reading]]:
    ends = ((first, _first_after(readings, first.at_s + WINDOW_S)) for first in readings)
    return [(first, last) for first, last in ends if last is not None]


def _first_after(readings: list[Reading], at_s: float) -> Reading | None:
    return next((one for one in readings if one.at_s >= at_s), None)


def _share(before_s: float, after_s: float, first: Reading, last: Reading, of_nothing: float) -> float:
    total_s = last.total_s - first.total_s
    return (after_s - before_s) / total_s if total_s > 0 else of_nothing


class Watch:
    """Measures the strain since ``begin``; one in a test process. Times in seconds."""

    def __init__(
        self,
        read: Callable[[], Reading],
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.process_time,
    ) -> None:
        """``worked``: processor time of this process, which is not late while it holds a processor itself."""
        self._read = read
        self._clock = clock
        self._worked = worked
        self._thread: threading.Thread | None = None
        self.begin_measuring()

    def begin(self) -> None:
        """A test begins."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="strain", daemon=True)
            self._thread.start()
        self.begin_measuring()

    def begin_measuring(self) -> None:
        """Forget what was before."""
        self._readings = [self._read()]
        self._late_s = 0.0

    def strain(self) -> Strain:
        """The strain since the test began."""
        return at_worst([*self._readings, self._read()], self._late_s)

    def tick(self, wait: Callable[[float], object] = time.sleep) -> None:
        """Wait ``TICK_S``, and keep how late that ended; read the counters when it is time."""
        began_s, worked_s = self._clock(), self._worked()
        wait(TICK_S)
        late_s = self._clock() - began_s - TICK_S
        self._late_s = max(self._late_s, late_s - (self._worked() - worked_s))
        if self._clock() - self._readings[-1].at_s >= READ_EVERY_S:
            self._readings.append(self._read())

    def _run(self) -> None:
        while True:
            self.tick()


STAT: Final = Path("/proc/stat")
THROTTLED: Final = Path("/sys/fs/cgroup/cpu.stat")


def read_machine(stat: Path = STAT, throttled: Path = THROTTLED, processors: frozenset[int] | None = None) -> Reading:
    """The kernel's counters of the processors that this process may run on; all at ease where there are none.

    Source: proc(5), ``/proc/stat``: user nice system idle iowait irq softirq steal, in ticks; the kernel's
    cgroup-v2.rst, ``cpu.stat``: throttled_usec.
    """
    ours = frozenset(os.sched_getaffinity(0)) if processors is None else processors
    columns = [sum(column) for column in zip(*_ticks(stat, ours), strict=True)]
    if not columns:
        return Reading(time.monotonic(), 0.0, 0.0, 0.0)
    per_s = os.sysconf("SC_CLK_TCK")
    return Reading(
        at_s=time.monotonic(),
        total_s=sum(columns) / per_s,
        idle_s=(columns[3] + columns[4]) / per_s,
        stolen_s=columns[7] / per_s + _throttled_s(throttled),
    )


def _ticks(stat: Path, processors: frozenset[int]) -> list[list[int]]:
    try:
        lines = [line.split() for line in stat.read_text().splitlines()]
    except OSError:
        return []
    names = {f"cpu{number}" for number in processors}
    return [[int(ticks) for ticks in columns[:8]] for name, *columns in lines if name in names]


def _throttled_s(throttled: Path) -> float:
    try:
        words = throttled.read_text().split()
    except OSError:
        return 0.0
    return next((int(value) / 1e6 for key, value in pairwise(words) if key == "throttled_usec"), 0.0)
