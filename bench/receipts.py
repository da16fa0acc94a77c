"""From the service's clock at a change to each desk's receipt of the message that tells it. Pure.

A change's time is the one that its transaction wrote, read before the transaction began: what is measured holds the
transaction too. Service and desks share one machine's clock.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

Message = dict[str, Any]
_CALL_TIMES: Final = {
    "menu": "arrived_at",
    "waiting": "waiting_since",
    "talking": "answered_at",
    "ended": "ended_at",
}
"""In which field a call has the time at which it came into a state for the first time."""


@dataclass(slots=True)
class Seat:
    """One desk: whose, and what it was told, each message with the time of its receipt in seconds since 1970."""

    staff: str
    leads: bool
    told: list[tuple[float, str]] = field(default_factory=list)

    def messages(self) -> list[tuple[float, Message]]:
        """What was told, read."""
        return [(at, json.loads(text)) for at, text in self.told]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the service wrote, by its own clock: when each call of the day was answered, all in one queue, in order; and
    when each was offered.
    """

    answered_at: Sequence[float]
    offered_at: Mapping[str, float]


def delays_ms(seats: Sequence[Seat], facts: Facts, queue: str) -> dict[str, list[float]]:
    """By kind of message: the milliseconds from each change to each receipt. ``queue``: the key of the calls' queue."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for seat in seats:
        for kind, delay_s in _delays(seat.messages(), facts, queue):
            found[kind].append(delay_s * 1000)
    return dict(found)


def differing(seats: Sequence[Seat]) -> list[str]:
    """What desks were not told alike, in words; empty when leaders have all seen the same, and agents their part."""
    since = max(json.loads(seat.told[0][1])["seq"] for seat in seats)
    until = min(json.loads(seat.told[-1][1])["seq"] for seat in seats if seat.leads)
    told = [(seat, [m for _at, m in seat.messages() if since < m["seq"] <= until]) for seat in seats]
    (first, *leaders) = [messages for seat, messages in told if seat.leads]
    words = [f"a leader was told {len(other)} messages, another {len(first)}" for other in leaders if other != first]
    shared = [m for m in first if m["type"] == "queue_changed"]
    for seat, messages in told:
        mine = [m for m in messages if m["type"] == "queue_changed"]
        keys = {m["queue"]["key"] for m in mine}
        if not seat.leads and mine != [m for m in shared if m["queue"]["key"] in keys]:
            words.append(f"{seat.staff} was told other figures of their queues than leaders were")
    return words


def _delays(messages: list[tuple[float, Message]], facts: Facts, queue: str) -> Iterator[tuple[str, float]]:
    """Each message's kind and delay in seconds, where it tells a change whose time is known."""
    seen: set[tuple[str, str]] = set()
    snapshot = messages[0][1]
    counted = {"queue_changed": _answered(snapshot, queue), "today_changed": _answered(snapshot, None)}
    for got_at, message in messages[1:]:
        kind = message["type"]
        changed_at = _changed_at(message, facts, seen)
        if changed_at is not None:
            yield kind, got_at - changed_at
        if kind in counted:
            now = _answered(message, queue if kind == "queue_changed" else None)
            for number in range(counted[kind] or 0, now or 0):
                yield kind, got_at - facts.answered_at[number]
            counted[kind] = max(counted[kind] or 0, now or 0)


def _changed_at(message: Message, facts: Facts, seen: set[tuple[str, str]]) -> float | None:
    """When that changed which the message tells; None where it does not say, or has told before."""
    told: tuple[str, str, str | float | None] | None = None
    match message:
        case {"type": "agent_changed", "agent": agent}:
            told = (agent["staff_number"], agent["since"], agent["since"])
        case {"type": "journey_step"}:
            return _seconds(message["at"])
        case {"type": "call_changed", "call": call} if call["state"] in _CALL_TIMES:
            told = (call["call_id"], call["state"], call[_CALL_TIMES[call["state"]]])
        case {"type": "my_call", "call": {"pop": {"call_id": call_id}}}:
            told = ("mine", call_id, facts.offered_at.get(call_id))
    if told is None or told[:2] in seen:
        return None
    seen.add(told[:2])
    return _seconds(told[2]) if isinstance(told[2], str) else told[2]


def _answered(message: Message, queue: str | None) -> int | None:
    """How many were answered today by this message: in the queue, or, without one, in all."""
    if message["type"] == "snapshot":
        if queue is None:
            return message["today"] and int(message["today"]["totals"]["answered"])
        return next((int(one["today"]["answered"]) for one in message["queues"] if one["key"] == queue), None)
    if message["type"] == "today_changed":
        return int(message["today"]["totals"]["answered"])
    return int(message["queue"]["today"]["answered"]) if message["queue"]["key"] == queue else None


def _seconds(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()
