"""What was measured, and what it comes to. Pure; times in milliseconds, CPU in milliseconds of one core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["dialplan", "service"]


@dataclass(frozen=True, slots=True)
class Journey:
    """One call: INVITE to answer, first key to the next prompt's first packet, last key to the agent's INVITE."""

    answer_ms: float
    prompt_ms: float
    agent_ms: float


@dataclass(slots=True)
class Load:
    """All calls of one way at one rate. CPU: of the whole window, idle running included."""

    way: Way
    rate: float
    journeys: list[Journey] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    service_cpu_ms: float = 0.0
    pbx_cpu_ms: float = 0.0

    @property
    def calls(self) -> int:
        """How many were placed."""
        return len(self.journeys) + len(self.errors)

    @property
    def service_ms_per_call(self) -> float:
        """The service process's CPU."""
        return self.service_cpu_ms / max(1, self.calls)

    @property
    def pbx_ms_per_call(self) -> float:
        """Asterisk's CPU."""
        return self.pbx_cpu_ms / max(1, self.calls)

    def add(self, other: Load) -> None:
        """Another round of the same."""
        self.journeys += other.journeys
        self.errors += other.errors
        self.service_cpu_ms += other.service_cpu_ms
        self.pbx_cpu_ms += other.pbx_cpu_ms


@dataclass(slots=True)
class Measured:
    """Everything of one run."""

    loads: list[Load] = field(default_factory=list)
    available_ms: list[float] = field(default_factory=list)
    """An agent asks to be Available, until the waiting caller's INVITE reaches their phone."""
    waiting_kib: float = 0.0
    """What the service's resident memory grows by for each call that waits."""
    reserve_ms: dict[int, float] = field(default_factory=dict)
    """Median of queueing a call and reserving its agent in the store, by how many agents are Available."""

    def load(self, way: Way, rate: float) -> Load:
        """The load of one way at one rate."""
        for load in self.loads:
            if (load.way, load.rate) == (way, rate):
                return load
        self.loads.append(Load(way, rate))
        return self.loads[-1]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of ``values`` lie: the nearest that was measured. NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
