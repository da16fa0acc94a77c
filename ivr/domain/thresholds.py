"""What a queue is to keep to, and what of it is broken now (R-MON-3). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class BreachKind(StrEnum):
    """Which of a queue's thresholds is broken."""

    WAITING = "waiting"
    """More calls wait than the limit."""
    LONGEST_WAIT = "longest_wait"
    """The call that waits longest has waited so long."""
    SERVICE_LEVEL = "service_level"
    """Today's service level is below the limit."""


@dataclass(frozen=True, slots=True)
class Target:
    """The service level aimed at: ``percent`` of the calls answered within ``within_s`` seconds."""

    percent: int = 80
    within_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """A queue's thresholds; 0: none. The service level is judged once ``service_level_calls`` calls count in it."""

    waiting: int = 10
    longest_wait_s: float = 180.0
    service_level_percent: int = 70
    service_level_calls: int = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """What one queue is to keep to."""

    target: Target = Target()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class MonitorRules:
    """What every queue is to keep to: ``queues`` by key where they have something of their own."""

    shared: Rules = Rules()
    queues: Mapping[str, Rules] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, key: str) -> Rules:
        """What the queue ``key`` is to keep to."""
        return self.queues.get(key, self.shared)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is judged of a queue: now, and today's service level with how many calls count in it."""

    key: str
    waiting: int
    longest_waiting_since: datetime | None
    service_level_percent: int | None
    service_level_calls: int


def broken(standing: Standing, limits: Limits, now: datetime) -> dict[BreachKind, datetime]:
    """What is broken at ``now``, and since when: the longest wait since its instant, the others since now."""
    found = {}
    if limits.waiting and standing.waiting > limits.waiting:
        found[BreachKind.WAITING] = now
    breaks_at = longest_wait_breaks_at(standing, limits)
    if breaks_at is not None and breaks_at <= now:
        found[BreachKind.LONGEST_WAIT] = breaks_at
    level = standing.service_level_percent
    is_judged = limits.service_level_percent and standing.service_level_calls >= limits.service_level_calls
    if is_judged and level is not None and level < limits.service_level_percent:
        found[BreachKind.SERVICE_LEVEL] = now
    return found


def longest_wait_breaks_at(standing: Standing, limits: Limits) -> datetime | None:
    """When the longest wait breaks its limit unless that call is answered before; None: nobody waits, or no limit."""
    if not limits.longest_wait_s or standing.longest_waiting_since is None:
        return None
    return standing.longest_waiting_since + timedelta(seconds=limits.longest_wait_s)
