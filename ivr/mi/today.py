"""A day's figures so far, kept up as its calls go on: each call's part in them is taken out and put in anew. Pure.

Enters: each call with its facts, whenever something of it has changed. Leaves: the sums of `ivr.mi.measures` for the
day, and what the monitor shows beside them (R-MON-1, R-MI-1). Source of the formulas: docs/measures.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from ivr.domain.ids import CallId
from ivr.mi.measures import COUNTED_STEPS, SHORT, CallTold, LineSums, QueueSums, Turn, line_place, turn_places

REDIRECTED: Final = "redirected"
TODAY_STEPS: Final = (*COUNTED_STEPS, REDIRECTED)
"""The facts that the day's figures are made of."""
SLICE: Final = timedelta(minutes=15)
_ABANDONED: Final = frozenset({"abandoned_menu", "abandoned_queue", "abandoned_short"})


@dataclass(frozen=True, slots=True)
class QueuePart:
    """One entry of a call in a queue. ``waited``: from the beginning of the turn until the answer or the giving up."""

    key: str
    place: str
    waited: timedelta | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one call counts. ``place``: under which of its line's sums; None for a call that an agent makes.

    ``waited``: how long the caller waited until they were answered, or gave up in the queue.
    """

    arrived_at: datetime
    place: str | None
    waited: timedelta | None
    queues: tuple[QueuePart, ...]
    redirected: tuple[str, ...]
    is_over: bool


@dataclass(slots=True)
class QueueDay:
    """One queue's figures. ``level_calls``: those that count in the service level, ``level_kept``: answered in time."""

    sums: QueueSums = field(default_factory=QueueSums)
    abandoned_short: int = 0
    redirected: int = 0
    level_calls: int = 0
    level_kept: int = 0

    @property
    def service_level_percent(self) -> int | None:
        """Of the calls that count, the share answered within the target; None: there are none."""
        return percent(self.level_kept, self.level_calls)

    @property
    def answered_percent(self) -> int | None:
        """Of the calls whose outcome was decided here, the share answered; None: there are none."""
        return percent(self.sums.answered, self.sums.entered - self.sums.overflowed - self.sums.still_waiting)


@dataclass(slots=True)
class SliceDay:
    """The calls that arrived in one quarter of an hour."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0


class Day:
    """The figures of the calls that arrived from ``begin`` on and before ``end``.

    ``within``: the service level's target of a queue by its key, and of all lines by None.
    """

    def __init__(self, begin: datetime, end: datetime, within: Callable[[str | None], timedelta]) -> None:
        self.begin = begin
        self.end = end
        self.totals = LineSums()
        self.redirected = 0
        self.level_calls = 0
        self.level_kept = 0
        self.longest_wait: timedelta | None = None
        self._within = within
        self._speed = timedelta()
        self._queues: defaultdict[str, QueueDay] = defaultdict(QueueDay)
        self._slices: defaultdict[datetime, SliceDay] = defaultdict(SliceDay)
        self._parts: dict[CallId, Part] = {}
        self._unfinished: set[CallId] = set()

    def put(self, call_id: CallId, part: Part) -> bool:
        """Count this call as it stands now; False when that changes nothing, or it is of another day."""
        before = self._parts.get(call_id)
        if before == part or not self.begin <= part.arrived_at < self.end:
            return False
        if before is not None:
            self._count(before, -1)
        self._parts[call_id] = part
        (self._unfinished.discard if part.is_over else self._unfinished.add)(call_id)
        self._count(part, 1)
        return True

    @property
    def service_level_percent(self) -> int | None:
        """Of all lines' calls that count, the share answered within the target; None: there are none."""
        return percent(self.level_kept, self.level_calls)

    @property
    def average_speed(self) -> timedelta | None:
        """From the beginning of the wait to the answer, on average; None: nobody was answered."""
        return self._speed / self.totals.answered if self.totals.answered else None

    @property
    def unfinished(self) -> frozenset[CallId]:
        """The calls that go on, as far as they were put."""
        return frozenset(self._unfinished)

    @property
    def queues(self) -> Mapping[str, QueueDay]:
        """Every queue that was entered, by key."""
        return self._queues

    def slices(self) -> Iterator[tuple[datetime, SliceDay]]:
        """From the first quarter of an hour with a call to the last."""
        used = sorted(begin for begin, one in self._slices.items() if one.offered)
        begin = used[0] if used else self.end
        while used and begin <= used[-1]:
            yield begin, self._slices.get(begin, SliceDay())
            begin += SLICE

    def _count(self, part: Part, sign: Literal[1, -1]) -> None:
        if part.place is not None:
            self._count_line(part, part.place, sign)
        self.redirected += sign * len(part.redirected)
        for key, times in Counter(part.redirected).items():
            self._queues[key].redirected += sign * times
        for one in part.queues:
            self._count_queue(one, sign)

    def _count_line(self, part: Part, place: str, sign: Literal[1, -1]) -> None:
        _add(self.totals, "offered", sign)
        _add(self.totals, place, sign)
        begin = self._slices[slice_of(part.arrived_at)]
        begin.offered += sign
        begin.answered += sign * (place == "answered")
        begin.abandoned += sign * (place in _ABANDONED)
        if part.waited is not None:
            is_answered = place == "answered"
            self._speed += sign * part.waited if is_answered else timedelta()
            self.level_calls += sign
            self.level_kept += sign * (is_answered and part.waited <= self._within(None))
            self.longest_wait = max(self.longest_wait or part.waited, part.waited)

    def _count_queue(self, part: QueuePart, sign: Literal[1, -1]) -> None:
        day = self._queues[part.key]
        _add(day.sums, "entered", sign)
        _add(day.sums, part.place, sign)
        if part.waited is None:
            return
        is_answered = part.place == "answered"
        is_short = not is_answered and part.waited < SHORT
        day.abandoned_short += sign * is_short
        day.level_calls += sign * (not is_short)
        day.level_kept += sign * (is_answered and part.waited <= self._within(part.key))


def part_of(call: CallTold) -> Part:
    """What this call counts, as it stands now."""
    place = line_place(call) if call.was_offered else None
    return Part(
        arrived_at=call.arrived_at,
        place=place,
        waited=_waited(call, place),
        queues=tuple(_queue_part(call, turn, key, where) for turn, key, where in turn_places(call)),
        redirected=tuple(fact.data.get("scope", "") for fact in call.facts if fact.step == REDIRECTED),
        is_over=call.ended_at is not None,
    )


def slice_of(at: datetime) -> datetime:
    """The beginning of the quarter of an hour that ``at`` is in."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def percent(part: int, whole: int) -> int | None:
    """In whole percent, never rounded up: 79.9 is below 80. None of nothing."""
    return 100 * part // whole if whole else None


def _waited(call: CallTold, place: str | None) -> timedelta | None:
    """Since the call arrived where it was answered directly, though it may have come to wait in a queue later; and
    where it took the place of an earlier call (R-WAIT-3), whose wait had begun before it arrived.
    """
    over_at = {"answered": call.answered_at, "abandoned_queue": call.ended_at}.get(place or "")
    if over_at is None:
        return None
    waits_at = call.first_waiting_at
    return over_at - (call.arrived_at if waits_at is None or waits_at > over_at else max(waits_at, call.arrived_at))


def _queue_part(call: CallTold, turn: Turn, key: str, place: str) -> QueuePart:
    over_at = {"answered": turn.answered_at, "abandoned": call.ended_at}.get(place)
    if over_at is None or turn.began_at is None:
        return QueuePart(key, place, None)
    return QueuePart(key, place, over_at - turn.began_at)


def _add(sums: LineSums | QueueSums, place: str, sign: Literal[1, -1]) -> None:
    setattr(sums, place, getattr(sums, place) + sign)
