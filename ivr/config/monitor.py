"""What the monitor holds queues against, from queues.toml: [monitor] for all, [queues] for what one has of its own."""

from __future__ import annotations

from types import MappingProxyType

from ivr.config.shapes import MonitorEntry, QueueEntry, QueuesFile
from ivr.domain.thresholds import Limits, MonitorRules, Rules, Target


def monitor_rules(queues: QueuesFile) -> MonitorRules:
    """The rules of every queue."""
    own = {key: _own(queues.monitor, entry) for key, entry in queues.queues.items()}
    return MonitorRules(_rules(queues.monitor), MappingProxyType(own))


def _own(shared: MonitorEntry, queue: QueueEntry) -> Rules:
    given = queue.model_dump(exclude_none=True, include=set(MonitorEntry.model_fields))
    return _rules(shared.model_copy(update=given))


def _rules(entry: MonitorEntry) -> Rules:
    return Rules(
        Target(entry.target_percent, entry.target_within_s),
        Limits(
            entry.waiting_limit,
            entry.longest_wait_limit_s,
            entry.service_level_limit_percent,
            entry.service_level_from_calls,
        ),
    )
